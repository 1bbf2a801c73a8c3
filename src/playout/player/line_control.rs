//! Control of the deck's line: opens, supervises, reopens and closes it.
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

/// Delay before the first attempt to reopen a lost line, microseconds. Each further delay is twice the previous one.
pub(super) const FIRST_REOPEN_DELAY_US: i64 = 250_000;
/// Maximum delay before an attempt to reopen a lost line, microseconds.
const MAX_REOPEN_DELAY_US: i64 = 2 * SECOND_US;
/// Time after which an open line counts as stable, microseconds. After the loss of a stable line, the reopen delay
/// starts again at [`FIRST_REOPEN_DELAY_US`].
const STABLE_LINE_US: i64 = 5 * SECOND_US;
/// Time for which a lost device is not replaced by another, because most devices return at once; microseconds.
const KEEP_DEVICE_US: i64 = 10 * SECOND_US;
/// Delay after a start before unused memory is returned to the system, so that the start itself is not disturbed;
/// microseconds.
const MEMORY_TRIM_DELAY_US: i64 = 3 * SECOND_US;
/// Maximum time for which a line stays open after `close`, so that its last frames can be heard; microseconds.
const MAX_DRAIN_US: i64 = 2 * SECOND_US;
/// Allowance for the error of the device's timestamps for its last frames, microseconds.
const TIMESTAMP_MARGIN_US: i64 = 50_000;

impl Deck {
    /// Opens the line, unless it is open or being reopened.
    pub(super) fn open(&mut self, now: BootTime) {
        match std::mem::replace(&mut self.line, DeckLine::Closed) {
            // The line is not closed yet, so it stays open.
            DeckLine::Closing(line, _) => {
                self.shared.push_event(opened_event(&line));
                self.identify_sink(&line);
                self.line = DeckLine::Open(line);
            }
            DeckLine::Closed => {
                (self.keep_device_until, self.unstable_devices) = (BootTime(i64::MIN), 0);
                self.try_open(now, true);
            }
            other => self.line = other,
        }
    }

    /// Tries to open the line. A failure is reported only if `announce_failure` is true.
    fn try_open(&mut self, now: BootTime, announce_failure: bool) {
        // The retry is set first, so the deck tries again even after a panic.
        self.line = DeckLine::Lost { retry_at: now.plus(self.reopen_delay_us) };
        let request = OpenRequest {
            rate: self.requested_rate,
            buffer_ms: self.settings.buffer_ms,
            is_reopen: self.opened_at.is_some(),
            max_devices: if now < self.keep_device_until { self.device_index + 1 } else { usize::MAX },
            unstable_devices: self.unstable_devices,
        };
        let open_line = || OpenLine::open(&self.settings, &self.station_dir, &self.shared.position, request);
        let result = catch_unwind(AssertUnwindSafe(open_line));
        match result.unwrap_or_else(|_| Err("the sound system gave up".to_owned())) {
            Ok(line) => {
                (self.rate, self.device_index) = (line.rate, line.device_index);
                self.shared.position.set_rate(line.rate);
                self.shared.push_event(opened_event(&line));
                self.identify_sink(&line);
                self.line = DeckLine::Open(Box::new(line));
                self.opened_at = Some(boot_now());
                // Opening needs memory that playback does not need. That memory is returned before any sound.
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

    /// Asks a sound server for the sink of the line. The sink is reported later, if the same line is still open.
    fn identify_sink(&self, line: &OpenLine) {
        let shared = self.shared.clone();
        let opening_number = 1 + shared.opening_count.fetch_add(1, Ordering::SeqCst);
        line.identify_sink(move |sink| {
            if shared.opening_count.load(Ordering::SeqCst) == opening_number {
                shared.push_event(OutputEvent::SinkIdentified { sink });
            }
        });
    }

    /// Cuts all cues. The line closes after the last frames that it has taken have been heard.
    pub(super) fn close(&mut self, now: BootTime) {
        let keys: Vec<CueKey> = self.cues.iter().map(|c| c.cue.key).collect();
        for key in keys {
            self.cut(key, now);
        }
        self.reopen_delay_us = FIRST_REOPEN_DELAY_US;
        self.line = match std::mem::replace(&mut self.line, DeckLine::Closed) {
            DeckLine::Open(line) => {
                let drained_at = self.sound_ends_at.plus(TIMESTAMP_MARGIN_US).max(now);
                DeckLine::Closing(line, drained_at.min(now.plus(MAX_DRAIN_US)))
            }
            DeckLine::Lost { .. } => DeckLine::Closed,
            other => other,
        };
    }

    /// Takes the reports from the line, and handles those whose events have been heard.
    pub(super) fn drain_reports(&mut self, now: BootTime) {
        let (DeckLine::Open(line) | DeckLine::Closing(line, _)) = &mut self.line else {
            return;
        };
        for report in take_reports(&mut line.mixer) {
            self.queue_report(report, now);
        }
        self.handle_reports_until(now, now);
    }

    /// Queues a report until its event is heard. If the report moves the start of a track, and the report of that start
    /// is still queued, the queued report is corrected instead.
    fn queue_report(&mut self, report: MixerReport, now: BootTime) {
        let heard_at_limit = now.plus(MAX_BUFFER_US);
        if let MixerReport::Moved { key: moved_key, at: moved_at, .. } = report
            && let Some((heard_at, MixerReport::Started { at, .. })) = self
                .pending_reports
                .iter_mut()
                .find(|(_, queued)| matches!(queued, MixerReport::Started { key, .. } if *key == moved_key))
        {
            (*heard_at, *at) = (moved_at.min(heard_at_limit), moved_at);
            return;
        }
        let heard_at = if matches!(report, MixerReport::Moved { .. }) { now } else { report.at().min(heard_at_limit) };
        self.pending_reports.push_back((heard_at, report));
    }

    /// Handles the reports of events that are heard at `heard_until` or earlier.
    fn handle_reports_until(&mut self, heard_until: BootTime, now: BootTime) {
        while self.pending_reports.front().is_some_and(|(heard_at, _)| *heard_at <= heard_until) {
            if let Some((_, report)) = self.pending_reports.pop_front() {
                self.handle_report(report, now);
            }
        }
    }

    /// Detects the loss of the line, reopens a lost line, closes a closing line, and ends cues that are too late.
    pub(super) fn supervise_line(&mut self, now: BootTime) {
        match &mut self.line {
            DeckLine::Closed => (),
            DeckLine::Open(line) => {
                if let Err(detail) = line.check_health(now) {
                    let at = line.silent_since();
                    self.lose_line(detail, at);
                }
            }
            DeckLine::Closing(line, close_at) => {
                let has_live_cue = self.cues.iter().any(|c| matches!(c.stage, CueStage::Live(_)));
                let silent_since = line.check_health(now).is_err().then(|| line.silent_since());
                let buffer_us = i64::from(self.settings.buffer_ms) * 1000;
                let is_stuck = silent_since.is_some() || now.since(*close_at) > MAX_DRAIN_US + buffer_us;
                // A cut cue fades out, so its sound may end after `close_at`.
                let is_drained = now >= (*close_at).max(self.sound_ends_at.plus(TIMESTAMP_MARGIN_US));
                if (!has_live_cue && is_drained) || is_stuck {
                    self.close_line(silent_since.unwrap_or(BootTime(i64::MAX)));
                    self.end_live_cues(&Ending::Cut, now);
                }
            }
            DeckLine::Lost { retry_at } => {
                let is_due = now >= *retry_at;
                while let Some(index) = self.cues.iter().position(|c| c.expires_at() <= now) {
                    self.end_cue(index, Ending::Lost, now);
                }
                if is_due {
                    self.try_open(now, false);
                }
            }
        }
    }

    /// Handles the loss of the line at `at`. Cues that were sounding end at that instant. Cues that had not started are
    /// prepared again for the next line.
    pub(super) fn lose_line(&mut self, detail: String, at: BootTime) {
        let must_reopen = matches!(self.line, DeckLine::Open(_) | DeckLine::Lost { .. });
        let was_open = matches!(self.line, DeckLine::Open(_));
        self.close_line(at);
        let now = boot_now();
        if !must_reopen {
            self.end_live_cues(&Ending::Cut, now);
            return;
        }
        if self.opened_at.is_some_and(|since| now.since(since) > STABLE_LINE_US) {
            self.reopen_delay_us = FIRST_REOPEN_DELAY_US;
            self.keep_device_until = now.plus(KEEP_DEVICE_US);
            self.unstable_devices = 0;
        } else if was_open {
            self.unstable_devices |= 1 << self.device_index.min(7);
        }
        self.line = DeckLine::Lost { retry_at: now.plus(self.reopen_delay_us) };
        self.reopen_delay_us = (self.reopen_delay_us * 2).min(MAX_REOPEN_DELAY_US);
        self.end_live_cues(&Ending::Lost, at.min(now));
        self.shared.push_event(OutputEvent::Lost { detail });
    }

    /// Schedules the return of unused memory to the system, after the start of a cue.
    pub(super) fn schedule_memory_trim(&mut self, now: BootTime) {
        self.trim_memory_at.get_or_insert(now.plus(MEMORY_TRIM_DELAY_US));
    }

    /// Returns unused memory to the system if that is due. Meanwhile, all memory is unlocked. The pages that remain
    /// are locked again within microseconds.
    pub(super) fn trim_memory(&mut self, now: BootTime) {
        if self.trim_memory_at.take_if(|at| *at <= now).is_some() {
            platform::unlock_memory();
            platform::release_unused_memory();
            platform::lock_memory();
        }
    }

    /// Closes the line, and handles its last reports. Events after `heard_until` were not heard.
    fn close_line(&mut self, heard_until: BootTime) {
        if let DeckLine::Open(line) | DeckLine::Closing(line, _) = std::mem::replace(&mut self.line, DeckLine::Closed) {
            let mut mixer_handle = line.close();
            let now = boot_now();
            for report in take_reports(&mut mixer_handle) {
                self.queue_report(report, now);
            }
            self.handle_reports_until(heard_until, now);
            self.pending_reports.clear();
            self.trim_memory_at = None;
            platform::unlock_memory();
            platform::release_unused_memory();
        }
        self.shared.position.set(None, 0, boot_now());
    }
}

fn opened_event(line: &OpenLine) -> OutputEvent {
    let (device, sink, fallback_reason) = (line.device.clone(), line.sink.clone(), line.fallback_reason.clone());
    OutputEvent::Opened { rate: line.rate, device, sink, fallback_reason }
}
