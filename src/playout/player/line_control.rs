//! The deck's line: opened, supervised, lost, reopened, closed.
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use super::queued_cue::CueStage;
use super::{Deck, DeckLine, take_reports};
use crate::base::instant::{BootTime, SECOND_US};
use crate::base::platform::{self, boot_now};
use crate::playout::output::frames::MAX_BUFFER_US;
use crate::playout::output::mixer::MixerReport;
use crate::playout::output::open_line::OpenLine;
use crate::playout::output::{CueKey, Ending, OpenRequest, OutputEvent};

/// First and longest wait before a lost line is reopened, microseconds.
pub(super) const FIRST_REOPEN_DELAY_US: i64 = 250_000;
const MAX_REOPEN_DELAY_US: i64 = 2 * SECOND_US;
/// A line that was open for longer was stable: the next wait is the first one again.
const STABLE_LINE_US: i64 = 5 * SECOND_US;
/// Time for which a lost device is waited for before another takes its place, microseconds: most come back at once.
const KEEP_DEVICE_US: i64 = 10 * SECOND_US;
/// Time after a start before memory is given back, microseconds: until then the deck only decodes and plays.
const MEMORY_TRIM_DELAY_US: i64 = 3 * SECOND_US;
/// Longest time that a line stays open after `close` so that its last frames are heard, microseconds.
const MAX_DRAIN_US: i64 = 2 * SECOND_US;
/// Possible error of the device's timestamps for its last frames, microseconds.
const TIMESTAMP_MARGIN_US: i64 = 50_000;

impl Deck {
    pub(super) fn open(&mut self, now: BootTime) {
        match std::mem::replace(&mut self.line, DeckLine::Closed) {
            // It was asked to close, and then to open.
            DeckLine::Closing(line, _) => {
                self.shared.push_event(opened_event(&line));
                self.identify_sink(&line);
                self.line = DeckLine::Open(line);
            }
            DeckLine::Closed => {
                (self.keep_device_until, self.stalled_devices) = (BootTime(i64::MIN), 0);
                self.try_open(now, true);
            }
            other => self.line = other,
        }
    }

    /// Opens the line; reports a failure only with `announce_failure`.
    fn try_open(&mut self, now: BootTime, announce_failure: bool) {
        // Set first, so that the line is tried again even after a panic.
        self.line = DeckLine::Lost { retry: now.plus(self.reopen_delay_us) };
        let request = OpenRequest {
            rate: self.wanted_rate,
            buffer_ms: self.settings.buffer_ms,
            is_reopen: self.open_since.is_some(),
            max_devices: if now < self.keep_device_until { self.device_index + 1 } else { usize::MAX },
            stalled_devices: self.stalled_devices,
        };
        let opening = || OpenLine::open(&self.settings, &self.station_dir, &self.shared.position, request);
        let result = catch_unwind(AssertUnwindSafe(opening));
        match result.unwrap_or_else(|_| Err("the sound system gave up".to_owned())) {
            Ok(line) => {
                (self.rate, self.device_index) = (line.rate, line.device_index);
                self.shared.position.set_rate(line.rate);
                self.shared.push_event(opened_event(&line));
                self.identify_sink(&line);
                self.line = DeckLine::Open(Box::new(line));
                self.open_since = Some(boot_now());
                // Before anything sounds: the memory that opening took is not needed again.
                platform::release_unused_memory();
                platform::lock_memory();
            }
            Err(detail) => {
                self.reopen_delay_us = (self.reopen_delay_us * 2).min(MAX_REOPEN_DELAY_US);
                if announce_failure {
                    self.shared.push_event(OutputEvent::Lost { detail });
                }
            }
        }
    }

    /// Asks a sound server for its sink. The answer is reported when it comes, if the same line is open then.
    fn identify_sink(&self, line: &OpenLine) {
        let shared = self.shared.clone();
        let opening = 1 + shared.openings.fetch_add(1, Ordering::SeqCst);
        line.identify_sink(move |sink| {
            if shared.openings.load(Ordering::SeqCst) == opening {
                shared.push_event(OutputEvent::SinkIdentified { sink });
            }
        });
    }

    /// Cuts all cues; the line closes as soon as whole cues have been heard to their end.
    pub(super) fn close(&mut self, now: BootTime) {
        let keys: Vec<CueKey> = self.cues.iter().map(|s| s.cue.key).collect();
        for key in keys {
            self.cut(key, now);
        }
        self.reopen_delay_us = FIRST_REOPEN_DELAY_US;
        self.line = match std::mem::replace(&mut self.line, DeckLine::Closed) {
            DeckLine::Open(line) => {
                let heard = self.sound_ends_at.plus(TIMESTAMP_MARGIN_US).max(now);
                DeckLine::Closing(line, heard.min(now.plus(MAX_DRAIN_US)))
            }
            DeckLine::Lost { .. } => DeckLine::Closed,
            other => other,
        };
    }

    /// Takes the line's reports, and handles those whose events were heard.
    pub(super) fn drain_reports(&mut self, now: BootTime) {
        let (DeckLine::Open(line) | DeckLine::Closing(line, _)) = &mut self.line else {
            return;
        };
        for report in take_reports(&mut line.mixer) {
            self.queue_report(report, now);
        }
        self.handle_reports_until(now, now);
    }

    /// Queues a report until its event is heard. A report of a moved start corrects the queued one.
    fn queue_report(&mut self, report: MixerReport, now: BootTime) {
        let latest = now.plus(MAX_BUFFER_US);
        if let MixerReport::Moved { key: moved, at: later, .. } = report
            && let Some((heard, MixerReport::Started { at, .. })) = self
                .pending_reports
                .iter_mut()
                .find(|(_, told)| matches!(told, MixerReport::Started { key, .. } if *key == moved))
        {
            (*heard, *at) = (later.min(latest), later);
            return;
        }
        let heard = if matches!(report, MixerReport::Moved { .. }) { now } else { report.at().min(latest) };
        self.pending_reports.push_back((heard, report));
    }

    /// Handles the reports of events that were heard at `heard`.
    fn handle_reports_until(&mut self, heard: BootTime, now: BootTime) {
        while self.pending_reports.front().is_some_and(|(at, _)| *at <= heard) {
            if let Some((_, report)) = self.pending_reports.pop_front() {
                self.handle_report(report, now);
            }
        }
    }

    /// Notices a lost line, reopens it, closes a closing one, and gives up cues that are too late.
    pub(super) fn supervise_line(&mut self, now: BootTime) {
        match &mut self.line {
            DeckLine::Closed => (),
            DeckLine::Open(line) => {
                if let Err(detail) = line.check_health(now) {
                    let at = line.silent_since();
                    self.lose_line(detail, at);
                }
            }
            DeckLine::Closing(line, until) => {
                let live = self.cues.iter().any(|s| matches!(s.stage, CueStage::Live(_)));
                let gone = line.check_health(now).is_err().then(|| line.silent_since());
                let buffer_us = i64::from(self.settings.buffer_ms) * 1000;
                let stuck = gone.is_some() || now.since(*until) > MAX_DRAIN_US + buffer_us;
                // A cut cue fades out after the command to close.
                let heard = now >= (*until).max(self.sound_ends_at.plus(TIMESTAMP_MARGIN_US));
                if (!live && heard) || stuck {
                    self.close_line(gone.unwrap_or(BootTime(i64::MAX)));
                    self.end_live_cues(&Ending::Cut, now);
                }
            }
            DeckLine::Lost { retry } => {
                let due = now >= *retry;
                while let Some(i) = self.cues.iter().position(|s| s.expires_at() <= now) {
                    self.end_cue(i, Ending::Lost, now);
                }
                if due {
                    self.try_open(now, false);
                }
            }
        }
    }

    /// Handles a line that was lost at `at`: cues that were playing on it ended then; cues that waited are prepared
    /// again for the next line.
    pub(super) fn lose_line(&mut self, detail: String, at: BootTime) {
        let wanted = matches!(self.line, DeckLine::Open(_) | DeckLine::Lost { .. });
        let opened = matches!(self.line, DeckLine::Open(_));
        self.close_line(at);
        let now = boot_now();
        if !wanted {
            self.end_live_cues(&Ending::Cut, now);
            return;
        }
        if self.open_since.is_some_and(|since| now.since(since) > STABLE_LINE_US) {
            self.reopen_delay_us = FIRST_REOPEN_DELAY_US;
            self.keep_device_until = now.plus(KEEP_DEVICE_US);
            self.stalled_devices = 0;
        } else if opened {
            self.stalled_devices |= 1 << self.device_index.min(7);
        }
        self.line = DeckLine::Lost { retry: now.plus(self.reopen_delay_us) };
        self.reopen_delay_us = (self.reopen_delay_us * 2).min(MAX_REOPEN_DELAY_US);
        self.end_live_cues(&Ending::Lost, at.min(now));
        self.shared.push_event(OutputEvent::Lost { detail });
    }

    /// Schedules giving back memory, after a start.
    pub(super) fn schedule_memory_trim(&mut self, now: BootTime) {
        self.trim_memory_at.get_or_insert(now.plus(MEMORY_TRIM_DELAY_US));
    }

    /// Gives back unused memory, and locks the rest again; what is in use comes back within microseconds.
    pub(super) fn trim_memory(&mut self, now: BootTime) {
        if self.trim_memory_at.take_if(|at| *at <= now).is_some() {
            platform::unlock_memory();
            platform::release_unused_memory();
            platform::lock_memory();
        }
    }

    /// Closes the line, and handles its last reports. Events after `heard` were not heard.
    fn close_line(&mut self, heard: BootTime) {
        if let DeckLine::Open(line) | DeckLine::Closing(line, _) = std::mem::replace(&mut self.line, DeckLine::Closed) {
            let mut remote = line.close();
            let now = boot_now();
            for report in take_reports(&mut remote) {
                self.queue_report(report, now);
            }
            self.handle_reports_until(heard, now);
            self.pending_reports.clear();
            self.trim_memory_at = None;
            platform::unlock_memory();
            platform::release_unused_memory();
        }
        self.shared.position.set(None, 0, boot_now());
    }
}

fn opened_event(line: &OpenLine) -> OutputEvent {
    let (device, sink, instead) = (line.device.clone(), line.sink.clone(), line.fallback_reason.clone());
    OutputEvent::Opened { rate: line.rate, device, sink, fallback_reason: instead }
}
