//! Outputs that count starts or have faults.
use std::path::PathBuf;

use super::*;

/// A fault of an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFault {
    /// A real device never finishes opening.
    HangsOpening,
    /// The output reports the start of a cue, but never its end.
    Stalls,
    /// The output reports a loss at each call.
    LostForever,
    /// The output reports each start a day too early.
    ReportsWrongTimes,
}

/// An output that counts the starts of cues.
pub(super) struct CountingOutput {
    pub(super) inner: ScriptedOutput,
    pub(super) start_count: Rc<Cell<u64>>,
    pub(super) silent_start_count: Rc<Cell<u64>>,
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
    fn inspect(&mut self, files: Vec<PathBuf>) {
        self.inner.inspect(files);
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
                    self.start_count.set(self.start_count.get() + 1);
                    // A cue that was cut at the instant of its start has not sounded unless its end event has frames.
                    let was_cut_at_start = self.cut_cues.contains(key);
                    self.silent_start_count.set(self.silent_start_count.get() + u64::from(was_cut_at_start));
                    self.started_cues.insert(*key, was_cut_at_start);
                }
                OutputEvent::Ended { key, frames, .. } => match self.started_cues.get(key) {
                    Some(false) if *frames == 0 => self.silent_start_count.set(self.silent_start_count.get() + 1),
                    // The scripted output counts one frame for each started cue.
                    Some(true) if *frames > 1 => self.silent_start_count.set(self.silent_start_count.get() - 1),
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

/// An output with a fault.
pub(super) struct FaultyOutput {
    pub(super) inner: ScriptedOutput,
    pub(super) fault: OutputFault,
}

impl Output for FaultyOutput {
    fn open(&mut self) {
        if self.fault != OutputFault::HangsOpening {
            self.inner.open();
        }
    }
    fn close(&mut self) {
        self.inner.close();
    }
    fn inspect(&mut self, files: Vec<PathBuf>) {
        self.inner.inspect(files);
    }
    fn cue(&mut self, cue: Cue) {
        self.inner.cue(cue);
    }
    fn cut(&mut self, key: CueKey) {
        self.inner.cut(key);
    }
    fn take_events(&mut self) -> Vec<OutputEvent> {
        let events = self.inner.take_events();
        match self.fault {
            OutputFault::Stalls => events.into_iter().filter(|e| !matches!(e, OutputEvent::Ended { .. })).collect(),
            OutputFault::LostForever => {
                let is_kept = |e: &OutputEvent| matches!(e, OutputEvent::Ready { .. } | OutputEvent::Refused { .. });
                let mut events: Vec<OutputEvent> = events.into_iter().filter(is_kept).collect();
                events.push(OutputEvent::Lost { detail: "lost again".to_owned() });
                events
            }
            OutputFault::ReportsWrongTimes => {
                let falsify = |e| match e {
                    OutputEvent::Started { key, at, within_us } => {
                        OutputEvent::Started { key, at: at.plus(-86_400 * SECOND_US), within_us }
                    }
                    other => other,
                };
                events.into_iter().map(falsify).collect()
            }
            OutputFault::HangsOpening => events,
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
