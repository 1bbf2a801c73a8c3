//! The deck: one thread that owns the files and the line. It prepares cues, keeps the rings of the
//! tracks full, opens and closes the line, notices when it is lost, and tells what happened.
mod ahead;
mod feed;
mod keep;
mod limiter;
mod lineup;
mod mix;
mod portion;
mod prepare;
mod resample;
mod slot;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::output::line::{Order, Position, Remote, Report};
use super::output::sink::{OpenLine, boot_now};
use super::output::{Cue, CueKey, Event, Waker};
use crate::instant::Boot;
use crate::station::OutputSettings;
use ahead::Ahead;
use slot::Slot;

/// Microseconds between looks at a line on which something sounds or waits, and on an idle one.
const BUSY_US: i64 = 100_000;
const IDLE_US: i64 = 250_000;
/// The rate told of cues that never had a line.
const USUAL_RATE: u32 = 48_000;

/// What the deck is asked for.
pub(super) enum Command {
    /// At this rate, if the device takes it.
    Open {
        rate: Option<u32>,
    },
    Close,
    Cue(Cue),
    Cut(CueKey),
    /// Hash these files when there is time.
    Expect(Vec<PathBuf>),
    /// Close, and end the thread.
    Quit,
}

/// What the deck shares with who asks.
pub(super) struct Shared {
    events: Mutex<Vec<Event>>,
    /// How far the sounding cue has come.
    pub position: Arc<Position>,
    /// How many times a line was opened.
    pub openings: AtomicU64,
    waker: Waker,
}

impl Shared {
    pub(super) fn new(waker: Waker) -> Self {
        let (events, position, openings) = (Mutex::default(), Arc::default(), AtomicU64::new(0));
        Self { events, position, openings, waker }
    }

    /// Tells something, and wakes who waits for it.
    pub(super) fn tell(&self, event: Event) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        (self.waker)();
    }

    /// Everything told since the last time.
    pub(super) fn take(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The line, and what is wanted of it.
enum Line {
    Closed,
    /// To be opened again at this instant.
    Lost {
        retry: Boot,
    },
    Open(Box<OpenLine>),
    /// To be closed as soon as its last frames have been heard, at this instant at the latest.
    Closing(Box<OpenLine>, Boot),
}

/// Everything that the deck's thread owns.
pub(super) struct Deck {
    commands: Receiver<Command>,
    shared: Arc<Shared>,
    settings: OutputSettings,
    station_dir: PathBuf,
    /// In the order in which they were given.
    slots: VecDeque<Slot>,
    orders: u64,
    last_given: Option<CueKey>,
    ahead: Ahead,
    line: Line,
    rate: u32,
    /// The rate that was asked for.
    wanted_rate: Option<u32>,
    /// The place of the device that was open last among the station's devices, and until when none behind it is tried.
    place: usize,
    faithful_until: Boot,
    /// Devices, by their places, that were opened and lost at once.
    idle: u8,
    wait_us: i64,
    /// Since when the line has been open; it was never open before the first time.
    open_since: Option<Boot>,
    /// What the line has reported and nobody has heard yet: when it will be, in that order.
    unheard: VecDeque<(Boot, Report)>,
    /// When the last frame of the last whole cue leaves the device.
    heard: Boot,
    /// When to give back what the last beginning took.
    tidy_at: Option<Boot>,
    quitting: bool,
}

impl Deck {
    pub(super) fn new(
        commands: Receiver<Command>,
        shared: Arc<Shared>,
        settings: OutputSettings,
        station_dir: PathBuf,
    ) -> Self {
        Self {
            commands,
            shared,
            settings,
            ahead: Ahead::new(&station_dir),
            station_dir,
            slots: VecDeque::new(),
            orders: 0,
            last_given: None,
            line: Line::Closed,
            rate: USUAL_RATE,
            wanted_rate: None,
            place: 0,
            faithful_until: Boot(i64::MIN),
            idle: 0,
            wait_us: keep::FIRST_WAIT_US,
            open_since: None,
            unheard: VecDeque::new(),
            heard: Boot(i64::MIN),
            tidy_at: None,
            quitting: false,
        }
    }

    /// Works until told to quit. A panic, ours or a library's, loses the line but not the deck.
    pub(super) fn run(mut self) {
        while catch_unwind(AssertUnwindSafe(|| self.work())).is_err() {
            self.lose("the deck stumbled over a bug".to_owned(), boot_now());
        }
    }

    fn work(&mut self) {
        while !(self.quitting && matches!(self.line, Line::Closed)) {
            let busy = self.tend();
            let wait = if busy { Some(0) } else { self.rest() };
            let command = match wait {
                None => self.commands.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(us) => {
                    let us = u64::try_from(us).unwrap_or(0);
                    self.commands.recv_timeout(Duration::from_micros(us))
                }
            };
            match command {
                Ok(command) => self.obey(command),
                Err(RecvTimeoutError::Timeout) => (),
                Err(RecvTimeoutError::Disconnected) if self.quitting => {
                    // Nobody asks any more: only the last frames are still to be heard.
                    std::thread::park_timeout(Duration::from_micros(BUSY_US as u64));
                }
                Err(RecvTimeoutError::Disconnected) => self.obey(Command::Quit),
            }
        }
    }

    /// Does all that can be done now; says whether there is more at once.
    fn tend(&mut self) -> bool {
        let now = boot_now();
        self.hear(now);
        self.watch(now);
        self.tidy(now);
        let fed = self.feed();
        let prepared = self.prepare(now);
        self.hand_over(now);
        // What is not pressing waits until nothing is.
        fed || prepared || self.ahead.step()
    }

    /// How long nothing has to be done; `None`: until something is asked for.
    fn rest(&self) -> Option<i64> {
        let now = boot_now();
        match &self.line {
            Line::Closed if self.quitting => Some(0),
            Line::Closed => None,
            Line::Open(_) if self.slots.is_empty() => Some(IDLE_US),
            Line::Open(_) | Line::Closing(..) => {
                let next = self.unheard.front().map_or(BUSY_US, |(at, _)| at.since(now));
                Some(next.clamp(1000, BUSY_US))
            }
            Line::Lost { retry } => {
                let next = self.slots.iter().map(Slot::expires).min();
                let next = next.map_or(*retry, |n| n.min(*retry));
                Some(next.since(now).max(1000))
            }
        }
    }

    fn obey(&mut self, command: Command) {
        let now = boot_now();
        match command {
            Command::Open { rate } => {
                self.wanted_rate = rate;
                self.open(now);
            }
            Command::Close => self.close(now),
            Command::Cue(cue) => self.take(cue, now),
            Command::Cut(key) => self.cut(key, now),
            Command::Expect(files) => self.ahead.expect(files),
            Command::Quit => {
                self.quitting = true;
                self.close(now);
            }
        }
    }
}

/// Everything that a line has reported; tracks that are over are freed here.
fn drain(remote: &mut Remote) -> Vec<Report> {
    let reports = std::iter::from_fn(|| remote.reports.pop().ok()).collect();
    while remote.done.pop().is_ok() {}
    reports
}
