//! Takeovers: a track whose instant comes cuts the ones before it, which fade out in time.
use super::super::CueStart;
use super::super::frames::nearest_frame;
use super::{Mixer, Track};
use crate::base::instant::BootTime;

impl Mixer {
    /// Lets a later track whose instant has come push out the tracks before it. Returns the frame at which the next one
    /// will do so, or `usize::MAX`.
    pub(super) fn apply_takeover(&mut self, at: BootTime, now: usize) -> usize {
        let rate = self.rate;
        let due = |track: &Track| match track.start {
            CueStart::At(instant) => nearest_frame(rate, at, instant),
            CueStart::Follow { .. } => usize::MAX,
        };
        let soonest = self.tracks.iter().skip(1).map(due).min().unwrap_or(usize::MAX);
        let until = soonest.saturating_sub(now) as u64;
        let ending =
            |t: &Track| t.counters.remaining().is_some_and(|left| left.saturating_sub(until) <= self.grace_frames);
        if self.tracks.front().is_some_and(|t| t.has_started() && (t.fade.is_some() || ending(t))) {
            return usize::MAX;
        }
        let last = self.tracks.iter().skip(1).rposition(|t| due(t) <= now);
        if last.is_some() && self.start_fade(0) {
            return usize::MAX;
        }
        let discarded = last.map_or(0, |i| i + 1);
        let next = self.tracks.iter().skip(1 + discarded).map(due).min();
        let instant = self.instant_of_frame(at, now);
        for _ in 0..discarded {
            self.finish_track(0, true, instant);
        }
        next.unwrap_or(usize::MAX)
    }

    /// Starts the fade-out of a sounding track, if it does not fade yet; returns whether it fades.
    pub(super) fn start_fade(&mut self, i: usize) -> bool {
        let fade = self.fade_frames;
        let track = self.tracks.get_mut(i).filter(|t| t.has_started() && fade > 0);
        track.map(|t| t.fade.get_or_insert((fade, fade))).is_some()
    }

    /// Starts the fade-out of the sounding track in time for the takeover at frame `due`. Returns the frame at which
    /// the fade-out begins or ends, or `due`.
    pub(super) fn fade_before_takeover(&mut self, from: usize, due: usize) -> usize {
        let begins = due.saturating_sub(self.fade_frames);
        let Some(track) = self.tracks.front_mut().filter(|t| t.has_started()) else {
            // A track that begins before `due` must be checked again in time.
            return if begins > from { begins } else { due };
        };
        match track.fade {
            Some((left, _)) => from + left,
            None if begins > from || due <= from => begins.max(from),
            None => {
                track.fade = Some((due - from, due - from));
                due
            }
        }
    }
}
