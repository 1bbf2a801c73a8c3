//! The timeline of a scripted output: the changes that happen as time passes.
use super::{PlayingCue, RATE, ScriptedOutput, WaitingCue};
use crate::base::instant::BootTime;
use crate::library::Length;
use crate::playout::output::frames::frames_in_us;
use crate::playout::output::{CueKey, CueStart, Ending, OutputEvent};

impl ScriptedOutput {
    /// Applies all changes up to the clock's current time.
    pub(super) fn advance(&mut self) {
        let now = self.clock.boot();
        while let Some(at) = self.next_change_at().filter(|at| *at <= now) {
            self.apply_next_change(at);
        }
    }

    /// Returns the instant of the next change, if one is known.
    pub(super) fn next_change_at(&self) -> Option<BootTime> {
        if !self.is_open {
            return None;
        }
        if let Some(return_at) = self.unavailable_until {
            return Some(self.first_expiry().map_or(return_at, |(_, at)| at.min(return_at)));
        }
        let outage_start = self.outages.front().map(|(start, _)| *start);
        let end = self.current.as_ref().map(|c| c.started_at.plus((duration_us(c.frames) + self.extra_us).max(0)));
        let start = self.next_start().map(|(_, at)| at);
        [outage_start, end, start].into_iter().flatten().min()
    }

    /// Returns the index of the cue that starts next, and the instant of that start. While a cue sounds, only a
    /// [`CueStart::AtInstant`] cue starts.
    fn next_start(&self) -> Option<(usize, BootTime)> {
        let fixed_starts = self.queue.iter().enumerate().filter_map(|(index, waiting)| match waiting.cue.start {
            CueStart::AtInstant(at) => Some((index, at.max(waiting.queued_at))),
            CueStart::AfterPrevious { .. } => None,
        });
        let first_fixed_start = fixed_starts.min_by_key(|(_, at)| *at);
        if self.current.is_some() {
            return first_fixed_start;
        }
        let front = self.queue.front()?;
        let front_start = match (front.cue.start, self.last_end) {
            (CueStart::AtInstant(at), _) => at,
            (CueStart::AfterPrevious { .. }, Some((end, true))) if !front.is_after_refused_cue => end,
            // A cue cannot start before the end of the last cue that sounded.
            (CueStart::AfterPrevious { not_before }, last_end) => {
                last_end.map_or(not_before, |(end, _)| end.max(not_before))
            }
        };
        let front_start = front_start.max(front.queued_at);
        match first_fixed_start {
            Some((index, at)) if at < front_start => Some((index, at)),
            _ => Some((0, front_start)),
        }
    }

    /// Returns the index of the cue that expires first during an outage, and the instant at which it expires. The deck
    /// uses the same rule.
    fn first_expiry(&self) -> Option<(usize, BootTime)> {
        let expires_at = |waiting: &WaitingCue| waiting.cue.expires_at(waiting.queued_at);
        self.queue.iter().map(expires_at).enumerate().min_by_key(|(_, at)| *at)
    }

    fn apply_next_change(&mut self, at: BootTime) {
        if self.unavailable_until.is_some_and(|return_at| at < return_at) {
            if let Some(waiting) = self.first_expiry().and_then(|(index, _)| self.queue.remove(index)) {
                self.end_unstarted(&waiting, at, Ending::Lost);
            }
            return;
        }
        if let Some(return_at) = self.unavailable_until.take() {
            self.outages.retain(|(_, end)| *end > return_at);
            self.events.push(self.opened_event());
            return;
        }
        if let Some((start, end)) = self.outages.front().copied()
            && start <= at
        {
            self.end_current(at, Ending::Lost);
            self.lose_device(end.max(at));
            return;
        }
        let end = self.current.as_ref().map(|c| c.started_at.plus((duration_us(c.frames) + self.extra_us).max(0)));
        if end.is_some_and(|end| end <= at) {
            self.end_current(at, Ending::Whole);
            return;
        }
        if let Some((index, _)) = self.next_start() {
            self.end_current(at, Ending::Cut);
            for waiting in self.queue.drain(..index).collect::<Vec<_>>() {
                self.end_unstarted(&waiting, at, Ending::Cut);
            }
            if let Some(waiting) = self.queue.pop_front() {
                let key = waiting.cue.key;
                let skipped_frames = match waiting.cue.start {
                    CueStart::AtInstant(planned_start) if waiting.cue.joins_in_progress => {
                        frames_in_us(at.since(planned_start), RATE)
                    }
                    _ => 0,
                };
                self.current =
                    Some(PlayingCue { key, started_at: at, frames: waiting.frames.saturating_sub(skipped_frames) });
                self.events.push(OutputEvent::Started { key, at, within_us: 0 });
            }
        }
    }

    pub(super) fn lose_device(&mut self, return_at: BootTime) {
        self.unavailable_until = Some(return_at);
        self.events.push(OutputEvent::Lost { detail: "the device is away".to_owned() });
    }

    /// Ends the sounding cue, if there is one.
    pub(super) fn end_current(&mut self, at: BootTime, ending: Ending) {
        let Some(playing) = self.current.take() else { return };
        let is_complete = ending == Ending::Whole;
        self.last_end = Some((at, is_complete));
        let frames = if is_complete { playing.frames } else { frames_taken(&playing, at) };
        self.push_ended(playing.key, (frames, playing.frames), ending, at);
    }

    /// Reports the end of a cue that has not started.
    pub(super) fn end_unstarted(&mut self, waiting: &WaitingCue, at: BootTime, ending: Ending) {
        self.last_end = self.last_end.map(|(end, _)| (end, false));
        self.push_ended(waiting.cue.key, (0, waiting.frames), ending, at);
    }

    fn push_ended(&mut self, key: CueKey, (frames, expected): (u64, u64), ending: Ending, at: BootTime) {
        let (underrun_frames, underruns) = (0, 0);
        let event = OutputEvent::Ended { key, frames, expected, rate: RATE, underrun_frames, underruns, ending, at };
        self.events.push(event);
    }
}

fn duration_us(frames: u64) -> i64 {
    Length { frames, rate: RATE }.us()
}

/// Returns the number of frames that the output has taken from a cue by `at`.
pub(super) fn frames_taken(playing: &PlayingCue, at: BootTime) -> u64 {
    // The first frame is taken at the start.
    frames_in_us(at.since(playing.started_at), RATE).max(1).min(playing.frames)
}
