//! The first track of a mixer, the only one that can sound.
use super::super::CueStart;
use super::super::frames::nearest_frame;
use super::{Mixer, MixerReport, TrackRanges};
use crate::base::instant::BootTime;

impl Mixer {
    /// Fills frames in the range `from..to` with the first track or with silence. Returns the frame up to which the
    /// buffer is filled.
    pub(super) fn play_front(
        &mut self,
        out: &mut [f32],
        at: BootTime,
        from: usize,
        to: usize,
        ranges: &mut TrackRanges,
    ) -> usize {
        let channels = self.channels;
        let (start_frame, instant) = (self.front_start_frame(at, from), self.instant_of_frame(at, from));
        let Some(track) = self.tracks.front_mut().filter(|_| start_frame < to) else {
            out[from * channels..to * channels].fill(0.0);
            return to;
        };
        if start_frame > from {
            out[from * channels..start_frame * channels].fill(0.0);
            return start_frame;
        }
        if track.skips_late_frames && !track.has_started() && !track.skip_late_frames(self.rate, instant) {
            // Some of the frames to be skipped are not in the ring yet.
            out[from * channels..to * channels].fill(0.0);
            return to;
        }
        let count = self.take_from_front(&mut out[from * channels..to * channels], instant);
        let filled = from + count;
        if count > 0 {
            ranges.add(from, filled);
        }
        if self.finish_front_if_ended(count, self.instant_of_frame(at, filled)) || count > 0 {
            return filled;
        }
        // A track that has not started waits without an underrun. A track that has started is starved, but has not
        // ended.
        if let Some(track) = self.tracks.front_mut().filter(|t| t.has_started()) {
            track.counters.add_underrun((to - from) as u64, !track.is_starved);
            track.is_starved = true;
        }
        out[from * channels..to * channels].fill(0.0);
        to
    }

    /// Moves frames of the first track into `out`, whose first frame leaves at `instant`. Returns their number.
    fn take_from_front(&mut self, out: &mut [f32], instant: BootTime) -> usize {
        let channels = self.channels;
        let Some(track) = self.tracks.front_mut() else { return 0 };
        let room = out.len() / channels;
        // The total is read before the ring, because the deck sets it after the last frame is in the ring.
        let remaining = track.counters.remaining_frames();
        let limit = remaining.map_or(room, |frames| room.min(usize::try_from(frames).unwrap_or(usize::MAX)));
        let count = limit.min(track.frames_in_ring());
        if count == 0 {
            return 0;
        }
        let out = &mut out[..count * channels];
        track.read_into(out, channels);
        track.apply_fade_out(out, channels);
        track.counters.add_taken(count as u64);
        track.is_starved = false;
        if !track.has_started() {
            track.started_at = Some(instant);
            let key = track.key;
            let _ =
                self.reports.push(MixerReport::Started { key, at: instant, possible_error_us: self.timing_error_us });
        }
        count
    }

    /// Finishes the first track if it has ended. `taken_count` is the number of its frames that were just taken.
    /// Returns whether it had ended.
    fn finish_front_if_ended(&mut self, taken_count: usize, end: BootTime) -> bool {
        let Some(track) = self.tracks.front() else { return true };
        let was_cut = if track.counters.remaining_frames() == Some(0) {
            self.last_complete_key = track.counters.has_all_frames().then_some(track.key);
            false
        } else if track.fade_out.is_some_and(|(remaining, _)| remaining == 0 || taken_count == 0) {
            true
        } else if taken_count == 0 && track.has_started() && track.counters.remaining_frames().is_some() {
            // The total is known, so the deck puts no more frames into the ring, which is empty.
            false
        } else {
            return false;
        };
        self.finish_track(0, was_cut, end);
        true
    }

    /// Returns the frame, not before `from`, at which the first track starts or continues.
    fn front_start_frame(&self, at: BootTime, from: usize) -> usize {
        let Some(track) = self.tracks.front().filter(|t| !t.has_started()) else {
            return from;
        };
        let is_follower = track.previous.is_some() && track.previous == self.last_complete_key;
        if is_follower && matches!(track.start, CueStart::AfterPrevious { .. }) {
            return from;
        }
        nearest_frame(self.rate, at, track.start.earliest()).max(from)
    }
}
