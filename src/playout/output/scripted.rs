//! An output without sound: it takes frames as the clock says, to the frame, and loses its device by a script.
use std::collections::VecDeque;
use std::path::Path;

use super::{Cue, CueKey, CueStart, Ending, Output, OutputEvent, Progress, Refusal, SinkInfo};
use crate::base::instant::{BootTime, SECOND_US};
use crate::library::{FileStatus, Length, Library};
use crate::playout::clock::scripted::ScriptedClock;

const RATE: u32 = 48_000;
/// A cue waits so long for a device that is away.
const LATE_US: i64 = 5 * SECOND_US;

/// Events between two looks that are more than any schedule makes.
const MAX_PENDING_EVENTS: usize = 10_000;

/// Finds what is known of a file: the output's whole idea of audio.
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
    /// The cue before it was refused: it has nothing to follow.
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
    /// When the last cue that sounded was over, and whether it was whole and nothing has happened since.
    last_end: Option<(BootTime, bool)>,
    /// A cue was refused since the last one that was taken.
    cue_was_refused: bool,
    /// The device is away from the first instant to the second.
    outages: VecDeque<(BootTime, BootTime)>,
    away_until: Option<BootTime>,
    /// So long it takes to open, microseconds.
    opening_us: i64,
    /// What is said to stand behind it.
    sink: SinkInfo,
    /// So much longer than its length each cue takes, microseconds.
    extra_us: i64,
    events: Vec<OutputEvent>,
}

impl ScriptedOutput {
    /// An output that knows its files by `known`.
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

    /// It takes so long to open, in microseconds.
    pub fn set_opening_time(&mut self, us: i64) {
        self.opening_us = us;
    }

    /// This stands behind it.
    pub fn set_sink(&mut self, sink: SinkInfo) {
        self.sink = sink;
    }

    /// Each cue takes so many microseconds more than it is long, or fewer.
    pub fn set_extra_time(&mut self, us: i64) {
        self.extra_us = us;
    }

    fn opened_event(&self) -> OutputEvent {
        let (device, sink) = (self.device.clone(), self.sink.clone());
        OutputEvent::Opened { rate: RATE, device, sink, fallback_reason: None }
    }

    /// Knows the files of a library, by their names in the folder `audio`.
    #[must_use]
    pub fn for_library(clock: ScriptedClock, device: &str, audio: &Path, library: &Library) -> Self {
        let (audio, library) = (audio.to_owned(), library.clone());
        let lookup = move |path: &Path| {
            let name = path.strip_prefix(&audio).unwrap_or(path).to_string_lossy().into_owned();
            library.files.get(&name).cloned().unwrap_or(FileStatus::Missing { last: None })
        };
        Self::new(clock, device, Box::new(lookup))
    }

    /// The device will be away from `from` until `until`; in the order of instants.
    pub fn add_outage(&mut self, from: BootTime, until: BootTime) {
        self.outages.push_back((from, until));
    }

    /// Takes frames up to now.
    fn advance(&mut self) {
        let now = self.clock.boot();
        while let Some(at) = self.next_change().filter(|at| *at <= now) {
            self.apply_next_change(at);
        }
    }

    /// When the next thing happens by itself.
    fn next_change(&self) -> Option<BootTime> {
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

    /// The cue that starts next, and when: behind a sounding one only a hard start does.
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
            // Nothing begins while another sounds, nor before that is over.
            (CueStart::Follow { not_before }, over) => over.map_or(not_before, |(end, _)| end.max(not_before)),
        };
        let first = first.max(front.queued_at);
        match hard {
            Some((index, at)) if at < first => Some((index, at)),
            _ => Some((0, first)),
        }
    }

    /// The cue that is given up next while the device is away, and when: as the deck does.
    fn expiry(&self) -> Option<(usize, BootTime)> {
        let instant = |cue: &Cue| match cue.start {
            CueStart::At(at) => at,
            CueStart::Follow { not_before } => not_before,
        };
        let expires = |waiting: &WaitingCue| instant(&waiting.cue).max(waiting.queued_at).plus(LATE_US);
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
                    CueStart::At(place) if waiting.cue.joins_in_progress => {
                        u64::try_from(at.since(place)).unwrap_or(0) * u64::from(RATE) / SECOND_US as u64
                    }
                    _ => 0,
                };
                self.current = Some(PlayingCue { key, since: at, frames: waiting.frames.saturating_sub(passed) });
                self.events.push(OutputEvent::Started { key, at, within_us: 0 });
            }
        }
    }

    fn lose_device(&mut self, until: BootTime) {
        self.away_until = Some(until);
        self.events.push(OutputEvent::Lost { detail: "the device is away".to_owned() });
    }

    fn end_current(&mut self, at: BootTime, ending: Ending) {
        let Some(taking) = self.current.take() else { return };
        let whole = ending == Ending::Whole;
        self.last_end = Some((at, whole));
        self.events.push(OutputEvent::Ended {
            key: taking.key,
            frames: if whole { taking.frames } else { frames_taken(&taking, at) },
            expected: taking.frames,
            rate: RATE,
            underrun_frames: 0,
            underruns: 0,
            ending,
            at,
        });
    }

    fn end_unstarted(&mut self, waiting: &WaitingCue, at: BootTime, ending: Ending) {
        self.last_end = self.last_end.map(|(end, _)| (end, false));
        self.events.push(OutputEvent::Ended {
            key: waiting.cue.key,
            frames: 0,
            expected: waiting.frames,
            rate: RATE,
            underrun_frames: 0,
            underruns: 0,
            ending,
            at,
        });
    }
}

fn duration_us(frames: u64) -> i64 {
    Length { frames, rate: RATE }.us()
}

fn frames_taken(taking: &PlayingCue, at: BootTime) -> u64 {
    let us = u64::try_from(at.since(taking.since)).unwrap_or(0);
    // What has started has given its first frame.
    (us * u64::from(RATE) / SECOND_US as u64).max(1).min(taking.frames)
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
                let skipped = u64::try_from(cue.skip_us).unwrap_or(0) * u64::from(RATE) / SECOND_US as u64;
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
        // An engine that cues and cuts for ever would fill the memory without time passing.
        assert!(self.events.len() < MAX_PENDING_EVENTS, "{} events at one instant", self.events.len());
        std::mem::take(&mut self.events)
    }

    fn progress(&self) -> Option<Progress> {
        let now = self.clock.boot();
        self.current.as_ref().map(|c| Progress { key: c.key, frames: frames_taken(c, now), rate: RATE })
    }

    fn proof_level(&self) -> u8 {
        0
    }

    fn next_event_at(&self) -> Option<BootTime> {
        if self.events.is_empty() { self.next_change() } else { Some(self.clock.boot()) }
    }
}
