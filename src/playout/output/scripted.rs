//! An output without sound: it takes frames exactly as the clock says, and loses its device by a script.
mod timeline;

use std::collections::VecDeque;
use std::path::Path;

use super::frames::frames_in_us;
use super::{Cue, CueKey, Ending, Output, OutputEvent, Progress, Refusal, SinkInfo};
use crate::base::instant::BootTime;
use crate::library::{FileStatus, Library};
use crate::playout::clock::scripted::ScriptedClock;

const RATE: u32 = 48_000;
/// More events at one instant than any schedule makes.
const MAX_PENDING_EVENTS: usize = 10_000;

/// Returns what is known of a file. The output never reads the audio itself.
pub type ScanLookup = Box<dyn Fn(&Path) -> FileStatus>;

struct PlayingCue {
    key: CueKey,
    since: BootTime,
    frames: u64,
}

struct WaitingCue {
    cue: Cue,
    queued_at: BootTime,
    frames: u64,
    /// The cue before it was refused, so it has nothing to follow.
    follows_refused: bool,
}

/// The output of rehearsals and tests.
pub struct ScriptedOutput {
    clock: ScriptedClock,
    lookup: ScanLookup,
    device: String,
    open: bool,
    queue: VecDeque<WaitingCue>,
    current: Option<PlayingCue>,
    /// When the last cue that sounded was over, and whether it was whole and nothing was cut since.
    last_end: Option<(BootTime, bool)>,
    /// A cue was refused after the last one that was queued.
    cue_was_refused: bool,
    /// When the device is away: from the first instant to the second.
    outages: VecDeque<(BootTime, BootTime)>,
    away_until: Option<BootTime>,
    /// Time that opening takes, microseconds.
    opening_us: i64,
    /// Sink that it reports.
    sink: SinkInfo,
    /// Time that each cue takes beyond its length, microseconds; may be negative.
    extra_us: i64,
    events: Vec<OutputEvent>,
}

impl ScriptedOutput {
    /// Returns a closed output that looks files up with `known`.
    #[must_use]
    pub fn new(clock: ScriptedClock, device: &str, known: ScanLookup) -> Self {
        Self {
            clock,
            lookup: known,
            device: device.to_owned(),
            open: false,
            queue: VecDeque::new(),
            current: None,
            last_end: None,
            cue_was_refused: false,
            outages: VecDeque::new(),
            away_until: None,
            opening_us: 0,
            sink: SinkInfo::default(),
            extra_us: 0,
            events: Vec::new(),
        }
    }

    /// Sets the time that opening takes, microseconds.
    pub fn set_opening_time(&mut self, us: i64) {
        self.opening_us = us;
    }

    /// Sets the sink that it reports.
    pub fn set_sink(&mut self, sink: SinkInfo) {
        self.sink = sink;
    }

    /// Sets the time that each cue takes beyond its length, microseconds; may be negative.
    pub fn set_extra_time(&mut self, us: i64) {
        self.extra_us = us;
    }

    fn opened_event(&self) -> OutputEvent {
        let (device, sink) = (self.device.clone(), self.sink.clone());
        OutputEvent::Opened { rate: RATE, device, sink, fallback_reason: None }
    }

    /// Returns an output that looks files up in a library, by their names in the folder `audio`.
    #[must_use]
    pub fn for_library(clock: ScriptedClock, device: &str, audio: &Path, library: &Library) -> Self {
        let (audio, library) = (audio.to_owned(), library.clone());
        let lookup = move |path: &Path| {
            let name = path.strip_prefix(&audio).unwrap_or(path).to_string_lossy().into_owned();
            library.files.get(&name).cloned().unwrap_or(FileStatus::Missing { last: None })
        };
        Self::new(clock, device, Box::new(lookup))
    }

    /// Adds a time when the device is away. Outages are added in the order of their instants.
    pub fn add_outage(&mut self, from: BootTime, until: BootTime) {
        self.outages.push_back((from, until));
    }
}

impl Output for ScriptedOutput {
    fn open(&mut self) {
        self.advance();
        if self.open {
            return;
        }
        self.open = true;
        let now = self.clock.boot();
        while self.outages.front().is_some_and(|(_, until)| *until <= now) {
            self.outages.pop_front();
        }
        match self.outages.front().copied() {
            Some((from, until)) if from <= now => {
                self.outages.pop_front();
                self.lose_device(until);
            }
            _ if self.opening_us > 0 => self.away_until = Some(now.plus(self.opening_us)),
            _ => self.events.push(self.opened_event()),
        }
    }

    fn close(&mut self) {
        self.advance();
        let now = self.clock.boot();
        self.end_current(now, Ending::Cut);
        for waiting in std::mem::take(&mut self.queue) {
            self.end_unstarted(&waiting, now, Ending::Cut);
        }
        (self.open, self.away_until) = (false, None);
    }

    fn cue(&mut self, cue: Cue) {
        self.advance();
        let (why, detail) = match (self.lookup)(&cue.path) {
            FileStatus::Good(scan) if cue.sha256.as_ref().is_some_and(|pinned| *pinned != scan.sha256) => {
                (Refusal::HashMismatch, "other bytes than those approved".to_owned())
            }
            FileStatus::Good(scan) => {
                let whole = cue.length.unwrap_or(scan.length).frames_at(RATE);
                let skipped = frames_in_us(cue.skip_us, RATE);
                self.events.push(OutputEvent::Ready { key: cue.key, sha256: scan.sha256 });
                let (given, alone) = (self.clock.boot(), std::mem::take(&mut self.cue_was_refused));
                self.queue.push_back(WaitingCue {
                    cue,
                    queued_at: given,
                    frames: whole.saturating_sub(skipped),
                    follows_refused: alone,
                });
                return;
            }
            FileStatus::Damaged { detail, .. } => (Refusal::FileDamaged, detail),
            FileStatus::Missing { .. } => (Refusal::FileMissing, "no such file".to_owned()),
        };
        self.cue_was_refused = true;
        self.events.push(OutputEvent::Refused { key: cue.key, why, detail });
    }

    fn cut(&mut self, key: CueKey) {
        self.advance();
        let now = self.clock.boot();
        if self.current.as_ref().is_some_and(|c| c.key == key) {
            self.end_current(now, Ending::Cut);
        } else if let Some(index) = self.queue.iter().position(|w| w.cue.key == key)
            && let Some(waiting) = self.queue.remove(index)
        {
            self.end_unstarted(&waiting, now, Ending::Cut);
        }
    }

    fn take_events(&mut self) -> Vec<OutputEvent> {
        self.advance();
        // An engine that cues and cuts for ever would fill the memory, and no time would pass.
        assert!(self.events.len() < MAX_PENDING_EVENTS, "{} events at one instant", self.events.len());
        std::mem::take(&mut self.events)
    }

    fn progress(&self) -> Option<Progress> {
        let now = self.clock.boot();
        self.current.as_ref().map(|c| Progress { key: c.key, frames: timeline::frames_taken(c, now), rate: RATE })
    }

    fn proof_level(&self) -> u8 {
        0
    }

    fn next_event_at(&self) -> Option<BootTime> {
        if self.events.is_empty() { self.next_change() } else { Some(self.clock.boot()) }
    }
}
