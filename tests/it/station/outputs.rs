//! Outputs that count starts or misbehave.
use super::*;

/// A misbehaviour of an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// It never finishes opening.
    HangsOpening,
    /// It reports the start of a cue, but never its end.
    Stalls,
    /// It reports a loss at each call.
    LostForEver,
    /// It reports starts of a day ago.
    LiesAboutTime,
}

/// An output that counts the starts of cues.
pub(super) struct CountingOutput {
    pub(super) inner: ScriptedOutput,
    pub(super) starts: Rc<Cell<u64>>,
    pub(super) silent_starts: Rc<Cell<u64>>,
    /// The started cues. The value is true if the cue was cut before its start event.
    pub(super) started_cues: std::collections::BTreeMap<CueKey, bool>,
    pub(super) cut_cues: std::collections::BTreeSet<CueKey>,
}

impl Output for CountingOutput {
    fn open(&mut self) {
        self.inner.open();
    }
    fn close(&mut self) {
        self.inner.close();
    }
    fn cue(&mut self, cue: Cue) {
        self.inner.cue(cue);
    }
    fn cut(&mut self, key: CueKey) {
        self.cut_cues.insert(key);
        self.inner.cut(key);
    }
    fn take_events(&mut self) -> Vec<OutputEvent> {
        let events = self.inner.take_events();
        for event in &events {
            match event {
                OutputEvent::Started { key, .. } => {
                    self.starts.set(self.starts.get() + 1);
                    // A cue that was cut at the instant of its start has not sounded unless its end event has frames.
                    let was_cut_at_start = self.cut_cues.contains(key);
                    self.silent_starts.set(self.silent_starts.get() + u64::from(was_cut_at_start));
                    self.started_cues.insert(*key, was_cut_at_start);
                }
                OutputEvent::Ended { key, frames, .. } => match self.started_cues.get(key) {
                    Some(false) if *frames == 0 => self.silent_starts.set(self.silent_starts.get() + 1),
                    // The scripted output counts one frame for each started cue.
                    Some(true) if *frames > 1 => self.silent_starts.set(self.silent_starts.get() - 1),
                    _ => {}
                },
                _ => {}
            }
        }
        events
    }
    fn progress(&self) -> Option<Progress> {
        self.inner.progress()
    }
    fn proof_level(&self) -> u8 {
        self.inner.proof_level()
    }
    fn next_event_at(&self) -> Option<BootTime> {
        self.inner.next_event_at()
    }
}

pub(super) struct OddOutput {
    pub(super) inner: ScriptedOutput,
    pub(super) odd: Oddity,
}

impl Output for OddOutput {
    fn open(&mut self) {
        if self.odd != Oddity::HangsOpening {
            self.inner.open();
        }
    }
    fn close(&mut self) {
        self.inner.close();
    }
    fn cue(&mut self, cue: Cue) {
        self.inner.cue(cue);
    }
    fn cut(&mut self, key: CueKey) {
        self.inner.cut(key);
    }
    fn take_events(&mut self) -> Vec<OutputEvent> {
        let events = self.inner.take_events();
        match self.odd {
            Oddity::Stalls => events.into_iter().filter(|e| !matches!(e, OutputEvent::Ended { .. })).collect(),
            Oddity::LostForEver => {
                let lost = |e: &OutputEvent| matches!(e, OutputEvent::Ready { .. } | OutputEvent::Refused { .. });
                let mut events: Vec<OutputEvent> = events.into_iter().filter(lost).collect();
                events.push(OutputEvent::Lost { detail: "and again".to_owned() });
                events
            }
            Oddity::LiesAboutTime => {
                let lie = |e| match e {
                    OutputEvent::Started { key, at, within_us } => {
                        OutputEvent::Started { key, at: at.plus(-86_400 * SECOND_US), within_us }
                    }
                    other => other,
                };
                events.into_iter().map(lie).collect()
            }
            Oddity::HangsOpening => events,
        }
    }
    fn progress(&self) -> Option<Progress> {
        self.inner.progress()
    }
    fn proof_level(&self) -> u8 {
        self.inner.proof_level()
    }
    fn next_event_at(&self) -> Option<BootTime> {
        self.inner.next_event_at()
    }
}
