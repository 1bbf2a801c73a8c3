//! The deck: the thread that owns the audio files and the line. It prepares cues, keeps the ring buffers of the tracks
//! full, opens and closes the line, detects its loss, and reports events.
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

use super::output::mixer::{MixerHandle, MixerReport};
use super::output::open_line::OpenLine;
use super::output::{CueKey, OutputEvent};
use crate::base::instant::BootTime;
use crate::base::platform::boot_now;
use crate::schedule::settings::OutputSettings;
use command::DeckCommand;
use prefetch::HashPrefetcher;
use queued_cue::QueuedCue;
use shared::DeckShared;

/// Maximum interval between two checks of an open line that has cues, microseconds.
const BUSY_POLL_US: i64 = 100_000;
/// Interval between two checks of an open line without cues, microseconds.
const IDLE_POLL_US: i64 = 250_000;
/// Rate in the events of cues that end before the first line has opened, frames per second.
const DEFAULT_RATE: u32 = 48_000;

/// The state of the line, with the line itself while it is open.
enum DeckLine {
    Closed,
    /// The line was lost. The next attempt to open it is at `retry_at`.
    Lost {
        retry_at: BootTime,
    },
    Open(Box<OpenLine>),
    /// The line closes when its last frames have been heard, which is expected at the given instant.
    Closing(Box<OpenLine>, BootTime),
}

/// The state of the deck's thread.
struct Deck {
    commands: Receiver<DeckCommand>,
    shared: Arc<DeckShared>,
    settings: OutputSettings,
    station_dir: PathBuf,
    /// The cues that have not ended, in the order in which they were queued.
    cues: VecDeque<QueuedCue>,
    /// Number of cues that have been queued since the deck started.
    total_cues: u64,
    /// Key of the last queued cue.
    last_cue_key: Option<CueKey>,
    prefetcher: HashPrefetcher,
    line: DeckLine,
    /// Rate of the current or the last line, frames per second.
    rate: u32,
    /// Rate that the last open command requested; `None`: any.
    requested_rate: Option<u32>,
    /// Index of the device that was last opened.
    device_index: usize,
    /// Before this instant, no device after `device_index` is tried.
    keep_device_until: BootTime,
    /// Bit set of the indices of the devices that were lost shortly after they opened.
    unstable_devices: u8,
    /// Delay before the next attempt to open a lost line, microseconds.
    reopen_delay_us: i64,
    /// Instant at which a line was last opened.
    opened_at: Option<BootTime>,
    /// Reports of events that have not been heard yet, each with the instant at which its event is heard.
    pending_reports: VecDeque<(BootTime, MixerReport)>,
    /// Instant at which the last frame of the last ended cue leaves the device.
    sound_ends_at: BootTime,
    /// Instant at which the memory that only the last start needed is returned to the system.
    trim_memory_at: Option<BootTime>,
    is_quitting: bool,
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
            total_cues: 0,
            last_cue_key: None,
            line: DeckLine::Closed,
            rate: DEFAULT_RATE,
            requested_rate: None,
            device_index: 0,
            keep_device_until: BootTime(i64::MIN),
            unstable_devices: 0,
            reopen_delay_us: line_control::FIRST_REOPEN_DELAY_US,
            opened_at: None,
            pending_reports: VecDeque::new(),
            sound_ends_at: BootTime(i64::MIN),
            trim_memory_at: None,
            is_quitting: false,
        }
    }

    /// Runs until a quit command. After a panic in loa or in a library, the line counts as lost, and the deck
    /// continues.
    fn run(mut self) {
        while catch_unwind(AssertUnwindSafe(|| self.run_loop())).is_err() {
            self.lose_line("the deck stumbled over a bug".to_owned(), boot_now());
        }
    }

    fn run_loop(&mut self) {
        while !(self.is_quitting && matches!(self.line, DeckLine::Closed)) {
            let is_busy = self.poll();
            let wait_us = if is_busy { Some(0) } else { self.idle_time_us() };
            let command = match wait_us {
                None => self.commands.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(us) => {
                    let timeout_us = u64::try_from(us).unwrap_or(0);
                    self.commands.recv_timeout(Duration::from_micros(timeout_us))
                }
            };
            match command {
                Ok(command) => self.handle_command(command),
                Err(RecvTimeoutError::Timeout) => (),
                Err(RecvTimeoutError::Disconnected) if self.is_quitting => {
                    // No more commands can arrive. The deck waits only until the last frames have been heard.
                    std::thread::park_timeout(Duration::from_micros(BUSY_POLL_US as u64));
                }
                Err(RecvTimeoutError::Disconnected) => self.handle_command(DeckCommand::Quit),
            }
        }
    }

    /// Does the work that is due. Returns whether more work is ready.
    fn poll(&mut self) -> bool {
        let now = boot_now();
        self.drain_reports(now);
        self.supervise_line(now);
        self.trim_memory(now);
        let can_feed_more = self.feed_tracks();
        let has_prepared = self.prepare_next(now);
        self.hand_over_tracks(now);
        // Files are hashed ahead of time only when no other work is ready.
        if can_feed_more || has_prepared {
            return true;
        }
        let shared = &self.shared;
        self.prefetcher.hash_step(now, &mut |path, found| shared.push_event(OutputEvent::Inspected { path, found }))
    }

    /// Returns the time until the next check, microseconds; `None` if the deck only waits for a command.
    fn idle_time_us(&self) -> Option<i64> {
        let now = boot_now();
        match &self.line {
            DeckLine::Closed if self.is_quitting => Some(0),
            DeckLine::Closed => None,
            DeckLine::Open(_) if self.cues.is_empty() => Some(IDLE_POLL_US),
            DeckLine::Open(_) | DeckLine::Closing(..) => {
                let wait_us = self.pending_reports.front().map_or(BUSY_POLL_US, |(at, _)| at.since(now));
                Some(wait_us.clamp(1000, BUSY_POLL_US))
            }
            DeckLine::Lost { retry_at } => {
                let first_expiry = self.cues.iter().map(QueuedCue::expires_at).min();
                let check_at = first_expiry.map_or(*retry_at, |expiry| expiry.min(*retry_at));
                Some(check_at.since(now).max(1000))
            }
        }
    }

    fn handle_command(&mut self, command: DeckCommand) {
        let now = boot_now();
        match command {
            DeckCommand::Open { rate } => {
                self.requested_rate = rate;
                self.open(now);
            }
            DeckCommand::Close => self.close(now),
            DeckCommand::Cue(cue) => self.queue_cue(cue, now),
            DeckCommand::Cut(key) => self.cut(key, now),
            DeckCommand::Inspect(files) => self.prefetcher.enqueue(files),
            DeckCommand::Quit => {
                self.is_quitting = true;
                self.close(now);
            }
        }
    }
}

/// Takes all reports of a mixer, and frees the tracks that it has finished.
fn take_reports(mixer: &mut MixerHandle) -> Vec<MixerReport> {
    let reports = std::iter::from_fn(|| mixer.reports.pop().ok()).collect();
    while mixer.finished.pop().is_ok() {}
    reports
}
