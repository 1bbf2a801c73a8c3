//! A silent output for rehearsals and tests. It takes frames exactly according to a scripted clock, and loses its
//! device in scripted outages.
mod timeline;

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use super::frames::frames_in_us;
use super::{Cue, CueKey, Ending, FileInspection, Output, OutputEvent, Progress, Refusal, SinkInfo};
use crate::base::instant::BootTime;
use crate::library::{FileStatus, Library};
use crate::playout::clock::scripted::ScriptedClock;

/// Rate of the line, frames per second.
const RATE: u32 = 48_000;
/// Maximum number of events at one instant. No schedule causes that many.
const MAX_PENDING_EVENTS: usize = 10_000;

/// A function that returns the status of a file. The output itself never reads audio.
pub type ScanLookup = Box<dyn Fn(&Path) -> FileStatus>;

/// The sounding cue.
struct PlayingCue {
    key: CueKey,
    started_at: BootTime,
    /// Number of frames that it plays, unless it is cut.
    frames: u64,
}

/// A queued cue.
struct WaitingCue {
    cue: Cue,
    queued_at: BootTime,
    /// Number of frames that it will play.
    frames: u64,
    /// True when the previous cue was refused, so this cue cannot follow it.
    is_after_refused_cue: bool,
}

/// The scripted output.
pub struct ScriptedOutput {
    clock: ScriptedClock,
    lookup: ScanLookup,
    device: String,
    is_open: bool,
    queue: VecDeque<WaitingCue>,
    current: Option<PlayingCue>,
    /// Instant at which the last cue to sound ended, and whether the next cue can follow it directly. It can if that
    /// cue played to its end and no other cue has ended since.
    last_end: Option<(BootTime, bool)>,
    /// True when a cue has been refused since the last cue was queued.
    was_last_cue_refused: bool,
    /// Upcoming outages of the device, each from the first instant to the second.
    outages: VecDeque<(BootTime, BootTime)>,
    /// Instant at which the current outage, or the opening of the device, ends.
    unavailable_until: Option<BootTime>,
    /// Time that opening takes, microseconds.
    opening_us: i64,
    /// The sink that the output reports.
    sink: SinkInfo,
    /// The reason why this is not the station's first device, if it is not.
    fallback_reason: Option<String>,
    /// Time that each cue takes in addition to its length, microseconds; can be negative.
    extra_us: i64,
    events: Vec<OutputEvent>,
}

impl ScriptedOutput {
    /// Returns a closed output that looks up files with `lookup`.
    #[must_use]
    pub fn new(clock: ScriptedClock, device: &str, lookup: ScanLookup) -> Self {
        Self {
            clock,
            lookup,
            device: device.to_owned(),
            is_open: false,
            queue: VecDeque::new(),
            current: None,
            last_end: None,
            was_last_cue_refused: false,
            outages: VecDeque::new(),
            unavailable_until: None,
            opening_us: 0,
            sink: SinkInfo::default(),
            fallback_reason: None,
            extra_us: 0,
            events: Vec::new(),
        }
    }

    /// Sets the time that opening takes, microseconds.
    pub fn set_opening_time_us(&mut self, us: i64) {
        self.opening_us = us;
    }

    /// Sets the reported reason why the open device is not the station's first one.
    pub fn set_fallback(&mut self, reason: Option<String>) {
        self.fallback_reason = reason;
    }

    /// Sets the sink that the output reports.
    pub fn set_sink(&mut self, sink: SinkInfo) {
        self.sink = sink;
    }

    /// Sets the time that each cue takes in addition to its length, microseconds; can be negative.
    pub fn set_extra_time_us(&mut self, us: i64) {
        self.extra_us = us;
    }

    fn opened_event(&self) -> OutputEvent {
        let (device, sink) = (self.device.clone(), self.sink.clone());
        OutputEvent::Opened { rate: RATE, device, sink, fallback_reason: self.fallback_reason.clone() }
    }

    /// Returns a closed output that looks up files in a library, by their names in the folder `audio_dir`.
    #[must_use]
    pub fn for_library(clock: ScriptedClock, device: &str, audio_dir: &Path, library: &Library) -> Self {
        let (audio_dir, library) = (audio_dir.to_owned(), library.clone());
        let lookup = move |path: &Path| {
            let name = path.strip_prefix(&audio_dir).unwrap_or(path).to_string_lossy().into_owned();
            library.files.get(&name).cloned().unwrap_or(FileStatus::Missing { last: None })
        };
        Self::new(clock, device, Box::new(lookup))
    }

    /// Adds an outage of the device. Callers must add outages in the order of their instants.
    pub fn add_outage(&mut self, start: BootTime, end: BootTime) {
        self.outages.push_back((start, end));
    }
}

impl Output for ScriptedOutput {
    fn open(&mut self) {
        self.advance();
        if self.is_open {
            return;
        }
        self.is_open = true;
        let now = self.clock.boot();
        while self.outages.front().is_some_and(|(_, end)| *end <= now) {
            self.outages.pop_front();
        }
        match self.outages.front().copied() {
            Some((start, end)) if start <= now => self.lose_device(end),
            _ if self.opening_us > 0 => self.unavailable_until = Some(now.plus(self.opening_us)),
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
        (self.is_open, self.unavailable_until) = (false, None);
    }

    fn inspect(&mut self, files: Vec<PathBuf>) {
        for path in files {
            let found = match (self.lookup)(&path) {
                FileStatus::Good(scan) => FileInspection::Readable { sha256: scan.sha256 },
                FileStatus::Damaged { .. } | FileStatus::Unreadable { .. } => {
                    FileInspection::Refused(Refusal::FileDamaged)
                }
                FileStatus::Missing { .. } => FileInspection::Refused(Refusal::FileMissing),
            };
            self.events.push(OutputEvent::Inspected { path, found });
        }
    }

    fn cue(&mut self, cue: Cue) {
        self.advance();
        let (refusal, detail) = match (self.lookup)(&cue.path) {
            FileStatus::Good(scan) if cue.required_sha256.as_ref().is_some_and(|required| *required != scan.sha256) => {
                (Refusal::HashMismatch, "other bytes than those approved".to_owned())
            }
            FileStatus::Good(scan) => {
                let file_frames = cue.planned_length.unwrap_or(scan.length).frames_at(RATE);
                let skipped_frames = frames_in_us(cue.skip_us, RATE);
                self.events.push(OutputEvent::Ready { key: cue.key, sha256: scan.sha256 });
                let (now, is_after_refused_cue) = (self.clock.boot(), std::mem::take(&mut self.was_last_cue_refused));
                self.queue.push_back(WaitingCue {
                    cue,
                    queued_at: now,
                    frames: file_frames.saturating_sub(skipped_frames),
                    is_after_refused_cue,
                });
                return;
            }
            FileStatus::Damaged { detail, .. } | FileStatus::Unreadable { detail, .. } => {
                (Refusal::FileDamaged, detail)
            }
            FileStatus::Missing { .. } => (Refusal::FileMissing, "no such file".to_owned()),
        };
        self.was_last_cue_refused = true;
        self.events.push(OutputEvent::Refused { key: cue.key, refusal, detail });
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
        // If the engine queues and cuts cues in an endless loop, no time passes. This limit ends the loop.
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
        if self.events.is_empty() { self.next_change_at() } else { Some(self.clock.boot()) }
    }
}
