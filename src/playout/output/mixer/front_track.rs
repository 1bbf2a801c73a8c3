//! The first track of a mixer: the only one that can sound.
use super::super::CueStart;
use super::super::frames::nearest_frame;
use super::{Mixer, MixerReport, TrackRanges};
use crate::base::instant::BootTime;

impl Mixer {
    /// Gives frames `from..to` to the first track. Returns the frame up to which the buffer is filled now.
    pub(super) fn play_front(
        &mut self,
        out: &mut [f32],
        at: BootTime,
        from: usize,
        to: usize,
        ranges: &mut TrackRanges,
    ) -> usize {
        let channels = self.channels;
        let (begins, instant) = (self.front_start_frame(at, from), self.instant_of_frame(at, from));
        let Some(track) = self.tracks.front_mut().filter(|_| begins < to) else {
            out[from * channels..to * channels].fill(0.0);
            return to;
        };
        if begins > from {
            out[from * channels..begins * channels].fill(0.0);
            return begins;
        }
        if track.joins_in_progress && !track.has_started() && !track.skip_late_frames(self.rate, instant) {
            // More of the frames to leave out is still to come.
            out[from * channels..to * channels].fill(0.0);
            return to;
        }
        let taken = self.take_from_front(&mut out[from * channels..to * channels], instant);
        let filled = from + taken;
        if taken > 0 {
            ranges.add(from, filled);
        }
        if self.finish_front_if_over(taken, self.instant_of_frame(at, filled)) || taken > 0 {
            return filled;
        }
        // A track that has not started waits. For one that has, silence must not count as its end.
        if let Some(track) = self.tracks.front_mut().filter(|t| t.has_started()) {
            track.counters.add_underrun((to - from) as u64, !track.is_starved);
            track.is_starved = true;
        }
        out[from * channels..to * channels].fill(0.0);
        to
    }

    /// Moves frames of the first track into `out`, whose first frame leaves at `instant`; returns their number.
    fn take_from_front(&mut self, out: &mut [f32], instant: BootTime) -> usize {
        let channels = self.channels;
        let Some(track) = self.tracks.front_mut() else { return 0 };
        let room = out.len() / channels;
        // The total is read before the ring, and again after it: the deck fills the ring first.
        let left = track.counters.remaining();
        let wanted = left.map_or(room, |left| room.min(usize::try_from(left).unwrap_or(usize::MAX)));
        let taken = wanted.min(track.frames_in_ring());
        if taken == 0 {
            return 0;
        }
        let out = &mut out[..taken * channels];
        track.read_into(out, channels);
        track.apply_fade(out, channels);
        track.counters.add_taken(taken as u64);
        track.is_starved = false;
        if !track.has_started() {
            track.started_at = Some(instant);
            let key = track.key;
            let _ = self.reports.push(MixerReport::Started { key, at: instant, within_us: self.within_us });
        }
        taken
    }

    /// Finishes the first track if it is over, after `taken` frames of it were taken; returns whether it was.
    fn finish_front_if_over(&mut self, taken: usize, end: BootTime) -> bool {
        let Some(track) = self.tracks.front() else { return true };
        let cut = if track.counters.remaining() == Some(0) {
            self.last_whole = track.counters.is_whole().then_some(track.key);
            false
        } else if track.fade.is_some_and(|(left, _)| left == 0 || taken == 0) {
            true
        } else if taken == 0 && track.has_started() && track.counters.remaining().is_some() {
            // The deck sets the total after the last frame is in the ring: nothing more comes.
            false
        } else {
            return false;
        };
        self.finish_track(0, cut, end);
        true
    }

    /// Returns the frame, not before `now`, at which the first track begins or goes on.
    fn front_start_frame(&self, at: BootTime, now: usize) -> usize {
        let Some(track) = self.tracks.front().filter(|t| !t.has_started()) else {
            return now;
        };
        let follows = track.previous.is_some() && track.previous == self.last_whole;
        if follows && matches!(track.start, CueStart::Follow { .. }) {
            return now;
        }
        nearest_frame(self.rate, at, track.start.earliest()).max(now)
    }
}
