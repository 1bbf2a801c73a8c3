//! The deck: one thread that owns the files and the line. It prepares cues, keeps the rings of the tracks full, opens
//! and closes the line, notices when it is lost, and reports events.
mod channel_mix;
mod command;
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
mod shared;

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::output::CueKey;
use super::output::mixer::{MixerHandle, MixerReport};
use super::output::open_line::OpenLine;
use crate::base::instant::BootTime;
use crate::base::platform::boot_now;
use crate::schedule::settings::OutputSettings;
use command::DeckCommand;
use prefetch::HashPrefetcher;
use queued_cue::QueuedCue;
use shared::DeckShared;

/// Microseconds between two looks at a line on which something sounds or waits, and at an idle one.
const BUSY_POLL_US: i64 = 100_000;
const IDLE_POLL_US: i64 = 250_000;
/// Rate reported for cues that never had a line.
const DEFAULT_RATE: u32 = 48_000;

/// The line, and its state.
enum DeckLine {
    Closed,
    /// To be opened again at `retry`.
    Lost {
        retry: BootTime,
    },
    Open(Box<OpenLine>),
    /// To be closed as soon as its last frames have been heard, at this instant at the latest.
    Closing(Box<OpenLine>, BootTime),
}

/// State of the deck. Its thread owns it.
struct Deck {
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
    /// Rate that was asked for.
    wanted_rate: Option<u32>,
    /// Index of the device that was open last, and until when no device after it is tried.
    device_index: usize,
    keep_device_until: BootTime,
    /// Bit set, by index: devices that opened and were lost at once.
    stalled_devices: u8,
    reopen_delay_us: i64,
    /// When the line was opened last.
    open_since: Option<BootTime>,
    /// Reports whose events have not been heard yet, each with the time at which they will be; in that order.
    pending_reports: VecDeque<(BootTime, MixerReport)>,
    /// When the last frame of the last whole cue leaves the device.
    sound_ends_at: BootTime,
    /// When to give back memory that the last start needed.
    trim_memory_at: Option<BootTime>,
    quitting: bool,
}

impl Deck {
    fn new(
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

    /// Works until told to quit. A panic, in loa or a library, loses the line but not the deck.
    fn run(mut self) {
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
                    // Nobody gives commands any more: only the last frames remain to be heard.
                    std::thread::park_timeout(Duration::from_micros(BUSY_POLL_US as u64));
                }
                Err(RecvTimeoutError::Disconnected) => self.handle_command(DeckCommand::Quit),
            }
        }
    }

    /// Does all that can be done now; returns whether there is more to do at once.
    fn poll(&mut self) -> bool {
        let now = boot_now();
        self.drain_reports(now);
        self.supervise_line(now);
        self.trim_memory(now);
        let fed = self.feed_tracks();
        let prepared = self.prepare_next(now);
        self.hand_over_tracks(now);
        // Hashing ahead waits until nothing else is to be done.
        fed || prepared || self.prefetcher.hash_step()
    }

    /// Returns how long nothing has to be done; `None`: until the next command.
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

/// Takes all reports of a line, and frees the tracks that are over.
fn take_reports(remote: &mut MixerHandle) -> Vec<MixerReport> {
    let reports = std::iter::from_fn(|| remote.reports.pop().ok()).collect();
    while remote.finished.pop().is_ok() {}
    reports
}
