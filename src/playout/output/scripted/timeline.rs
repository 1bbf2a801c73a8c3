//! The timeline of a scripted output: what happens by itself, and when.
use super::{PlayingCue, RATE, ScriptedOutput, WaitingCue};
use crate::base::instant::BootTime;
use crate::library::Length;
use crate::playout::output::frames::frames_in_us;
use crate::playout::output::{CueKey, CueStart, Ending, OutputEvent};

impl ScriptedOutput {
    /// Brings the output up to the clock's present time.
    pub(super) fn advance(&mut self) {
        let now = self.clock.boot();
        while let Some(at) = self.next_change().filter(|at| *at <= now) {
            self.apply_next_change(at);
        }
    }

    /// Returns when the next thing happens by itself.
    pub(super) fn next_change(&self) -> Option<BootTime> {
        if !self.open {
            return None;
        }
        if let Some(back) = self.away_until {
            return Some(self.expiry().map_or(back, |(_, at)| at.min(back)));
        }
        let loss = self.outages.front().map(|(from, _)| *from);
        let end = self.current.as_ref().map(|c| c.since.plus((duration_us(c.frames) + self.extra_us).max(0)));
        let start = self.next_start().map(|(_, at)| at);
        [loss, end, start].into_iter().flatten().min()
    }

    /// Returns the cue that starts next, and when. While one sounds, only a [`CueStart::At`] does.
    fn next_start(&self) -> Option<(usize, BootTime)> {
        let hard = self.queue.iter().enumerate().filter_map(|(index, waiting)| match waiting.cue.start {
            CueStart::At(at) => Some((index, at.max(waiting.queued_at))),
            CueStart::Follow { .. } => None,
        });
        let hard = hard.min_by_key(|(_, at)| *at);
        if self.current.is_some() {
            return hard;
        }
        let front = self.queue.front()?;
        let first = match (front.cue.start, self.last_end) {
            (CueStart::At(at), _) => at,
            (CueStart::Follow { .. }, Some((end, true))) if !front.follows_refused => end,
            // Nothing begins before the end of a cue that has sounded.
            (CueStart::Follow { not_before }, over) => over.map_or(not_before, |(end, _)| end.max(not_before)),
        };
        let first = first.max(front.queued_at);
        match hard {
            Some((index, at)) if at < first => Some((index, at)),
            _ => Some((0, first)),
        }
    }

    /// Returns the cue that is given up next while the device is away, and when; the deck does the same.
    fn expiry(&self) -> Option<(usize, BootTime)> {
        let expires = |waiting: &WaitingCue| waiting.cue.expires_at(waiting.queued_at);
        self.queue.iter().map(expires).enumerate().min_by_key(|(_, at)| *at)
    }

    fn apply_next_change(&mut self, at: BootTime) {
        if self.away_until.is_some_and(|back| at < back) {
            if let Some(waiting) = self.expiry().and_then(|(index, _)| self.queue.remove(index)) {
                self.end_unstarted(&waiting, at, Ending::Lost);
            }
            return;
        }
        if self.away_until.take().is_some() {
            self.events.push(self.opened_event());
            return;
        }
        if let Some((from, until)) = self.outages.front().copied()
            && from <= at
        {
            self.outages.pop_front();
            self.end_current(at, Ending::Lost);
            self.lose_device(until.max(at));
            return;
        }
        let end = self.current.as_ref().map(|c| c.since.plus((duration_us(c.frames) + self.extra_us).max(0)));
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
                let passed = match waiting.cue.start {
                    CueStart::At(place) if waiting.cue.joins_in_progress => frames_in_us(at.since(place), RATE),
                    _ => 0,
                };
                self.current = Some(PlayingCue { key, since: at, frames: waiting.frames.saturating_sub(passed) });
                self.events.push(OutputEvent::Started { key, at, within_us: 0 });
            }
        }
    }

    pub(super) fn lose_device(&mut self, until: BootTime) {
        self.away_until = Some(until);
        self.events.push(OutputEvent::Lost { detail: "the device is away".to_owned() });
    }

    /// Ends the sounding cue, if there is one.
    pub(super) fn end_current(&mut self, at: BootTime, ending: Ending) {
        let Some(playing) = self.current.take() else { return };
        let is_whole = ending == Ending::Whole;
        self.last_end = Some((at, is_whole));
        let frames = if is_whole { playing.frames } else { frames_taken(&playing, at) };
        self.push_ended(playing.key, (frames, playing.frames), ending, at);
    }

    /// Ends a cue that has not started.
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

/// Returns the frames that the output has taken of a cue at `at`.
pub(super) fn frames_taken(playing: &PlayingCue, at: BootTime) -> u64 {
    // A cue that has started has given its first frame.
    frames_in_us(at.since(playing.since), RATE).max(1).min(playing.frames)
}
