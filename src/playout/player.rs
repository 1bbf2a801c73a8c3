//! The deck: one thread that owns the files and the line. It prepares cues, keeps the rings of the
//! tracks full, opens and closes the line, notices when it is lost, and tells what happened.
mod channel_mix;
mod cue_queue;
pub mod deck_output;
mod feed;
mod limiter;
mod line_control;
mod portion;
mod prefetch;
mod prepare;
mod queued_cue;
mod rate_converter;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::output::mixer::{MixerCommand, MixerHandle, MixerReport, PlaybackPosition};
use super::output::open_line::OpenLine;
use super::output::{Cue, CueKey, OutputEvent, Waker};
use crate::base::instant::BootTime;
use crate::base::platform::boot_now;
use crate::schedule::settings::OutputSettings;
use prefetch::HashPrefetcher;
use queued_cue::QueuedCue;

/// Microseconds between looks at a line on which something sounds or waits, and on an idle one.
const BUSY_POLL_US: i64 = 100_000;
const IDLE_POLL_US: i64 = 250_000;
/// The rate told of cues that never had a line.
const DEFAULT_RATE: u32 = 48_000;

/// What the deck is asked for.
pub(super) enum DeckCommand {
    /// At this rate, if the device takes it.
    Open {
        rate: Option<u32>,
    },
    Close,
    Cue(Cue),
    Cut(CueKey),
    /// Hash these files when there is time.
    Prefetch(Vec<PathBuf>),
    /// Close, and end the thread.
    Quit,
}

/// What the deck shares with who asks.
pub(super) struct DeckShared {
    events: Mutex<Vec<OutputEvent>>,
    /// How far the sounding cue has come.
    pub position: Arc<PlaybackPosition>,
    /// How many times a line was opened.
    pub openings: AtomicU64,
    waker: Waker,
}

impl DeckShared {
    pub(super) fn new(waker: Waker) -> Self {
        let (events, position, openings) = (Mutex::default(), Arc::default(), AtomicU64::new(0));
        Self { events, position, openings, waker }
    }

    /// Tells something, and wakes who waits for it.
    pub(super) fn push_event(&self, event: OutputEvent) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        (self.waker)();
    }

    /// Everything told since the last time.
    pub(super) fn take_events(&self) -> Vec<OutputEvent> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The line, and what is wanted of it.
enum DeckLine {
    Closed,
    /// To be opened again at this instant.
    Lost {
        retry: BootTime,
    },
    Open(Box<OpenLine>),
    /// To be closed as soon as its last frames have been heard, at this instant at the latest.
    Closing(Box<OpenLine>, BootTime),
}

/// Everything that the deck's thread owns.
pub(super) struct Deck {
    commands: Receiver<DeckCommand>,
    shared: Arc<DeckShared>,
    settings: OutputSettings,
    station_dir: PathBuf,
    /// In the order in which they were given.
    cues: VecDeque<QueuedCue>,
    cues_queued: u64,
    last_queued: Option<CueKey>,
    prefetcher: HashPrefetcher,
    line: DeckLine,
    rate: u32,
    /// The rate that was asked for.
    wanted_rate: Option<u32>,
    /// The place of the device that was open last among the station's devices, and until when none behind it is tried.
    device_index: usize,
    keep_device_until: BootTime,
    /// Devices, by their places, that were opened and lost at once.
    stalled_devices: u8,
    reopen_delay_us: i64,
    /// Since when the line has been open; it was never open before the first time.
    open_since: Option<BootTime>,
    /// What the line has reported and nobody has heard yet: when it will be, in that order.
    pending_reports: VecDeque<(BootTime, MixerReport)>,
    /// When the last frame of the last whole cue leaves the device.
    sound_ends_at: BootTime,
    /// When to give back what the last beginning took.
    trim_memory_at: Option<BootTime>,
    quitting: bool,
}

impl Deck {
    pub(super) fn new(
        commands: Receiver<DeckCommand>,
        shared: Arc<DeckShared>,
        settings: OutputSettings,
        station_dir: PathBuf,
    ) -> Self {
        Self {
            commands,
            shared,
            settings,
            prefetcher: HashPrefetcher::new(&station_dir),
            station_dir,
            cues: VecDeque::new(),
            cues_queued: 0,
            last_queued: None,
            line: DeckLine::Closed,
            rate: DEFAULT_RATE,
            wanted_rate: None,
            device_index: 0,
            keep_device_until: BootTime(i64::MIN),
            stalled_devices: 0,
            reopen_delay_us: line_control::FIRST_REOPEN_DELAY_US,
            open_since: None,
            pending_reports: VecDeque::new(),
            sound_ends_at: BootTime(i64::MIN),
            trim_memory_at: None,
            quitting: false,
        }
    }

    /// Works until told to quit. A panic, ours or a library's, loses the line but not the deck.
    pub(super) fn run(mut self) {
        while catch_unwind(AssertUnwindSafe(|| self.run_loop())).is_err() {
            self.lose_line("the deck stumbled over a bug".to_owned(), boot_now());
        }
    }

    fn run_loop(&mut self) {
        while !(self.quitting && matches!(self.line, DeckLine::Closed)) {
            let busy = self.poll();
            let wait = if busy { Some(0) } else { self.idle_time_us() };
            let command = match wait {
                None => self.commands.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(us) => {
                    let us = u64::try_from(us).unwrap_or(0);
                    self.commands.recv_timeout(Duration::from_micros(us))
                }
            };
            match command {
                Ok(command) => self.handle_command(command),
                Err(RecvTimeoutError::Timeout) => (),
                Err(RecvTimeoutError::Disconnected) if self.quitting => {
                    // Nobody asks any more: only the last frames are still to be heard.
                    std::thread::park_timeout(Duration::from_micros(BUSY_POLL_US as u64));
                }
                Err(RecvTimeoutError::Disconnected) => self.handle_command(DeckCommand::Quit),
            }
        }
    }

    /// Does all that can be done now; says whether there is more at once.
    fn poll(&mut self) -> bool {
        let now = boot_now();
        self.drain_reports(now);
        self.supervise_line(now);
        self.trim_memory(now);
        let fed = self.feed_tracks();
        let prepared = self.prepare_next(now);
        self.hand_over_tracks(now);
        // What is not pressing waits until nothing is.
        fed || prepared || self.prefetcher.hash_step()
    }

    /// How long nothing has to be done; `None`: until something is asked for.
    fn idle_time_us(&self) -> Option<i64> {
        let now = boot_now();
        match &self.line {
            DeckLine::Closed if self.quitting => Some(0),
            DeckLine::Closed => None,
            DeckLine::Open(_) if self.cues.is_empty() => Some(IDLE_POLL_US),
            DeckLine::Open(_) | DeckLine::Closing(..) => {
                let next = self.pending_reports.front().map_or(BUSY_POLL_US, |(at, _)| at.since(now));
                Some(next.clamp(1000, BUSY_POLL_US))
            }
            DeckLine::Lost { retry } => {
                let next = self.cues.iter().map(QueuedCue::expires_at).min();
                let next = next.map_or(*retry, |n| n.min(*retry));
                Some(next.since(now).max(1000))
            }
        }
    }

    fn handle_command(&mut self, command: DeckCommand) {
        let now = boot_now();
        match command {
            DeckCommand::Open { rate } => {
                self.wanted_rate = rate;
                self.open(now);
            }
            DeckCommand::Close => self.close(now),
            DeckCommand::Cue(cue) => self.queue_cue(cue, now),
            DeckCommand::Cut(key) => self.cut(key, now),
            DeckCommand::Prefetch(files) => self.prefetcher.enqueue(files),
            DeckCommand::Quit => {
                self.quitting = true;
                self.close(now);
            }
        }
    }
}

/// Everything that a line has reported; tracks that are over are freed here.
fn take_reports(remote: &mut MixerHandle) -> Vec<MixerReport> {
    let reports = std::iter::from_fn(|| remote.reports.pop().ok()).collect();
    while remote.finished.pop().is_ok() {}
    reports
}
