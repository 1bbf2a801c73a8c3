//! An output without sound: it takes frames as the clock says, to the frame, and loses its device by a script.
use std::collections::VecDeque;
use std::path::Path;

use super::{Cue, CueKey, Ending, Event, Output, Progress, Refusal, Sink, Start};
use crate::instant::{Boot, SECOND};
use crate::library::{Known, Length, Library};
use crate::playout::clock::scripted::ScriptedClock;

const RATE: u32 = 48_000;
/// A cue waits so long for a device that is away.
const LATE_US: i64 = 5 * SECOND;

/// Events between two looks that are more than any schedule makes.
const MAX_AT_ONCE: usize = 10_000;

/// Finds what is known of a file: the output's whole idea of audio.
pub type Lookup = Box<dyn Fn(&Path) -> Known>;

struct Taking {
    key: CueKey,
    since: Boot,
    frames: u64,
}

struct Waiting {
    cue: Cue,
    given: Boot,
    frames: u64,
    /// The cue before it was refused: it has nothing to follow.
    alone: bool,
}

/// The output of rehearsals and tests.
pub struct ScriptedOutput {
    clock: ScriptedClock,
    known: Lookup,
    device: String,
    open: bool,
    queue: VecDeque<Waiting>,
    current: Option<Taking>,
    /// When the last cue that sounded was over, and whether it was whole and nothing has happened since.
    over: Option<(Boot, bool)>,
    /// A cue was refused since the last one that was taken.
    refused: bool,
    /// The device is away from the first instant to the second.
    losses: VecDeque<(Boot, Boot)>,
    away_until: Option<Boot>,
    /// So long it takes to open, microseconds.
    opening_us: i64,
    /// What is said to stand behind it.
    sink: Sink,
    /// So much longer than its length each cue takes, microseconds.
    slow_us: i64,
    events: Vec<Event>,
}

impl ScriptedOutput {
    /// An output that knows its files by `known`.
    #[must_use]
    pub fn new(clock: ScriptedClock, device: &str, known: Lookup) -> Self {
        Self {
            clock,
            known,
            device: device.to_owned(),
            open: false,
            queue: VecDeque::new(),
            current: None,
            over: None,
            refused: false,
            losses: VecDeque::new(),
            away_until: None,
            opening_us: 0,
            sink: Sink::default(),
            slow_us: 0,
            events: Vec::new(),
        }
    }

    /// It takes so long to open, in microseconds.
    pub fn opens_in(&mut self, us: i64) {
        self.opening_us = us;
    }

    /// This stands behind it.
    pub fn stands_before(&mut self, sink: Sink) {
        self.sink = sink;
    }

    /// Each cue takes so many microseconds more than it is long, or fewer.
    pub fn slowed(&mut self, us: i64) {
        self.slow_us = us;
    }

    fn opened(&self) -> Event {
        let (device, sink) = (self.device.clone(), self.sink.clone());
        Event::Opened { rate: RATE, device, sink, instead: None }
    }

    /// Knows the files of a library, by their names in the folder `audio`.
    #[must_use]
    pub fn over(clock: ScriptedClock, device: &str, audio: &Path, library: &Library) -> Self {
        let (audio, library) = (audio.to_owned(), library.clone());
        let lookup = move |path: &Path| {
            let name = path.strip_prefix(&audio).unwrap_or(path).to_string_lossy().into_owned();
            library.files.get(&name).cloned().unwrap_or(Known::Missing { last: None })
        };
        Self::new(clock, device, Box::new(lookup))
    }

    /// The device will be away from `from` until `until`; in the order of instants.
    pub fn lose(&mut self, from: Boot, until: Boot) {
        self.losses.push_back((from, until));
    }

    /// Takes frames up to now.
    fn advance(&mut self) {
        let now = self.clock.boot();
        while let Some(at) = self.next_change().filter(|at| *at <= now) {
            self.change(at);
        }
    }

    /// When the next thing happens by itself.
    fn next_change(&self) -> Option<Boot> {
        if !self.open {
            return None;
        }
        if let Some(back) = self.away_until {
            return Some(self.expiry().map_or(back, |(_, at)| at.min(back)));
        }
        let loss = self.losses.front().map(|(from, _)| *from);
        let end = self.current.as_ref().map(|c| c.since.plus((us(c.frames) + self.slow_us).max(0)));
        let start = self.next_start().map(|(_, at)| at);
        [loss, end, start].into_iter().flatten().min()
    }

    /// The cue that starts next, and when: behind a sounding one only a hard start does.
    fn next_start(&self) -> Option<(usize, Boot)> {
        let hard = self.queue.iter().enumerate().filter_map(|(index, waiting)| match waiting.cue.start {
            Start::At(at) => Some((index, at.max(waiting.given))),
            Start::Follow { .. } => None,
        });
        let hard = hard.min_by_key(|(_, at)| *at);
        if self.current.is_some() {
            return hard;
        }
        let front = self.queue.front()?;
        let first = match (front.cue.start, self.over) {
            (Start::At(at), _) => at,
            (Start::Follow { .. }, Some((end, true))) if !front.alone => end,
            // Nothing begins while another sounds, nor before that is over.
            (Start::Follow { not_before }, over) => over.map_or(not_before, |(end, _)| end.max(not_before)),
        };
        let first = first.max(front.given);
        match hard {
            Some((index, at)) if at < first => Some((index, at)),
            _ => Some((0, first)),
        }
    }

    /// The cue that is given up next while the device is away, and when: as the deck does.
    fn expiry(&self) -> Option<(usize, Boot)> {
        let instant = |cue: &Cue| match cue.start {
            Start::At(at) => at,
            Start::Follow { not_before } => not_before,
        };
        let expires = |waiting: &Waiting| instant(&waiting.cue).max(waiting.given).plus(LATE_US);
        self.queue.iter().map(expires).enumerate().min_by_key(|(_, at)| *at)
    }

    fn change(&mut self, at: Boot) {
        if self.away_until.is_some_and(|back| at < back) {
            if let Some(waiting) = self.expiry().and_then(|(index, _)| self.queue.remove(index)) {
                self.never_began(&waiting, at, Ending::Lost);
            }
            return;
        }
        if self.away_until.take().is_some() {
            self.events.push(self.opened());
            return;
        }
        if let Some((from, until)) = self.losses.front().copied()
            && from <= at
        {
            self.losses.pop_front();
            self.end_current(at, Ending::Lost);
            self.away(until.max(at));
            return;
        }
        let end = self.current.as_ref().map(|c| c.since.plus((us(c.frames) + self.slow_us).max(0)));
        if end.is_some_and(|end| end <= at) {
            self.end_current(at, Ending::Whole);
            return;
        }
        if let Some((index, _)) = self.next_start() {
            self.end_current(at, Ending::Cut);
            for waiting in self.queue.drain(..index).collect::<Vec<_>>() {
                self.never_began(&waiting, at, Ending::Cut);
            }
            if let Some(waiting) = self.queue.pop_front() {
                let key = waiting.cue.key;
                let passed = match waiting.cue.start {
                    Start::At(place) if waiting.cue.keeps_place => {
                        u64::try_from(at.since(place)).unwrap_or(0) * u64::from(RATE) / SECOND as u64
                    }
                    _ => 0,
                };
                self.current = Some(Taking { key, since: at, frames: waiting.frames.saturating_sub(passed) });
                self.events.push(Event::Started { key, at, within_us: 0 });
            }
        }
    }

    fn away(&mut self, until: Boot) {
        self.away_until = Some(until);
        self.events.push(Event::Lost { detail: "the device is away".to_owned() });
    }

    fn end_current(&mut self, at: Boot, ending: Ending) {
        let Some(taking) = self.current.take() else { return };
        let whole = ending == Ending::Whole;
        self.over = Some((at, whole));
        self.events.push(Event::Ended {
            key: taking.key,
            frames: if whole { taking.frames } else { taken(&taking, at) },
            expected: taking.frames,
            rate: RATE,
            underrun_frames: 0,
            underruns: 0,
            ending,
            at,
        });
    }

    fn never_began(&mut self, waiting: &Waiting, at: Boot, ending: Ending) {
        self.over = self.over.map(|(end, _)| (end, false));
        self.events.push(Event::Ended {
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

fn us(frames: u64) -> i64 {
    Length { frames, rate: RATE }.us()
}

fn taken(taking: &Taking, at: Boot) -> u64 {
    let us = u64::try_from(at.since(taking.since)).unwrap_or(0);
    // What has started has given its first frame.
    (us * u64::from(RATE) / SECOND as u64).max(1).min(taking.frames)
}

impl Output for ScriptedOutput {
    fn open(&mut self) {
        self.advance();
        if self.open {
            return;
        }
        self.open = true;
        let now = self.clock.boot();
        while self.losses.front().is_some_and(|(_, until)| *until <= now) {
            self.losses.pop_front();
        }
        match self.losses.front().copied() {
            Some((from, until)) if from <= now => {
                self.losses.pop_front();
                self.away(until);
            }
            _ if self.opening_us > 0 => self.away_until = Some(now.plus(self.opening_us)),
            _ => self.events.push(self.opened()),
        }
    }

    fn close(&mut self) {
        self.advance();
        let now = self.clock.boot();
        self.end_current(now, Ending::Cut);
        for waiting in std::mem::take(&mut self.queue) {
            self.never_began(&waiting, now, Ending::Cut);
        }
        (self.open, self.away_until) = (false, None);
    }

    fn cue(&mut self, cue: Cue) {
        self.advance();
        let (why, detail) = match (self.known)(&cue.path) {
            Known::Good(scan) if cue.sha256.as_ref().is_some_and(|pinned| *pinned != scan.sha256) => {
                (Refusal::HashMismatch, "other bytes than those approved".to_owned())
            }
            Known::Good(scan) => {
                let whole = cue.length.unwrap_or(scan.length).frames_at(RATE);
                let skipped = u64::try_from(cue.skip_us).unwrap_or(0) * u64::from(RATE) / SECOND as u64;
                self.events.push(Event::Ready { key: cue.key, sha256: scan.sha256 });
                let (given, alone) = (self.clock.boot(), std::mem::take(&mut self.refused));
                self.queue.push_back(Waiting { cue, given, frames: whole.saturating_sub(skipped), alone });
                return;
            }
            Known::Damaged { detail, .. } => (Refusal::FileDamaged, detail),
            Known::Missing { .. } => (Refusal::FileMissing, "no such file".to_owned()),
        };
        self.refused = true;
        self.events.push(Event::Refused { key: cue.key, why, detail });
    }

    fn cut(&mut self, key: CueKey) {
        self.advance();
        let now = self.clock.boot();
        if self.current.as_ref().is_some_and(|c| c.key == key) {
            self.end_current(now, Ending::Cut);
        } else if let Some(index) = self.queue.iter().position(|w| w.cue.key == key)
            && let Some(waiting) = self.queue.remove(index)
        {
            self.never_began(&waiting, now, Ending::Cut);
        }
    }

    fn events(&mut self) -> Vec<Event> {
        self.advance();
        // An engine that cues and cuts for ever would fill the memory without time passing.
        assert!(self.events.len() < MAX_AT_ONCE, "{} events at one instant", self.events.len());
        std::mem::take(&mut self.events)
    }

    fn progress(&self) -> Option<Progress> {
        let now = self.clock.boot();
        self.current.as_ref().map(|c| Progress { key: c.key, frames: taken(c, now), rate: RATE })
    }

    fn level(&self) -> u8 {
        0
    }

    fn next_event(&self) -> Option<Boot> {
        if self.events.is_empty() { self.next_change() } else { Some(self.clock.boot()) }
    }
}
