//! Takeovers. At its instant, a track takes the place of the tracks before it. If one of them sounds, it fades out just
//! before that instant.
use super::super::CueStart;
use super::super::frames::nearest_frame;
use super::{Mixer, Track};
use crate::base::instant::BootTime;

impl Mixer {
    /// Carries out the takeovers that are due at frame `frame` of a buffer that begins at `at`: discards all tracks
    /// before the last track that is due. Returns the frame of the next takeover, or `usize::MAX` if there is none.
    pub(super) fn apply_takeover(&mut self, at: BootTime, frame: usize) -> usize {
        let rate = self.rate;
        let takeover_frame = |track: &Track| match track.start {
            CueStart::AtInstant(instant) => nearest_frame(rate, at, instant),
            CueStart::AfterPrevious { .. } => usize::MAX,
        };
        let first_takeover_frame = self.tracks.iter().skip(1).map(takeover_frame).min().unwrap_or(usize::MAX);
        let frames_before = first_takeover_frame.saturating_sub(frame) as u64;
        let ends_in_grace = |t: &Track| {
            t.counters
                .remaining_frames()
                .is_some_and(|frames| frames.saturating_sub(frames_before) <= self.grace_frames)
        };
        if self.tracks.front().is_some_and(|t| t.has_started() && (t.fade_out.is_some() || ends_in_grace(t))) {
            return usize::MAX;
        }
        let last_due_index = self.tracks.iter().skip(1).rposition(|t| takeover_frame(t) <= frame);
        if last_due_index.is_some() && self.start_fade(0) {
            return usize::MAX;
        }
        let discard_count = last_due_index.map_or(0, |index| index + 1);
        let next_takeover_frame = self.tracks.iter().skip(1 + discard_count).map(takeover_frame).min();
        let instant = self.instant_of_frame(at, frame);
        for _ in 0..discard_count {
            self.finish_track(0, true, instant);
        }
        next_takeover_frame.unwrap_or(usize::MAX)
    }

    /// Starts the fade-out of a sounding track, unless it is already fading. Returns whether it is fading.
    pub(super) fn start_fade(&mut self, index: usize) -> bool {
        let fade = self.fade_frames;
        let track = self.tracks.get_mut(index).filter(|t| t.has_started() && fade > 0);
        track.map(|t| t.fade_out.get_or_insert((fade, fade))).is_some()
    }

    /// Starts the fade-out of the sounding track at frame `from`, if the takeover at frame `takeover_frame` is near.
    /// Returns the frame up to which the buffer can be filled before this is called again: the beginning or the end of
    /// the fade-out, or `takeover_frame`.
    pub(super) fn fade_before_takeover(&mut self, from: usize, takeover_frame: usize) -> usize {
        let fade_start = takeover_frame.saturating_sub(self.fade_frames);
        let Some(track) = self.tracks.front_mut().filter(|t| t.has_started()) else {
            // A track that starts before `takeover_frame` must begin to fade out at `fade_start`.
            return if fade_start > from { fade_start } else { takeover_frame };
        };
        match track.fade_out {
            Some((remaining, _)) => from + remaining,
            None if fade_start > from || takeover_frame <= from => fade_start.max(from),
            None => {
                track.fade_out = Some((takeover_frame - from, takeover_frame - from));
                takeover_frame
            }
        }
    }
}
