//! Handles the output's reports about the line and about cues.
use super::Engine;
use super::cue_end::{Consequence, CueEnd, Situation, consequence_of};
use super::live_airing::{AiringState, LiveAiring};
use super::notice::Notice;
use super::outcome::refusal_reason;
use crate::airlog::entry::{Body, StartEntry};
use crate::base::instant::{BootTime, SECOND_US};
use crate::library::{FileStatus, Length};
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::{CueKey, OutputEvent, Progress, Refusal};

/// The maximum plausible time, in microseconds, between an event at the device and its report. A timestamp outside this
/// limit is not trusted.
const MAX_REPORT_DELAY_US: i64 = 5 * SECOND_US;
/// The maximum error, in microseconds, of a start time that was derived from the report of the cue's end.
const MAX_DERIVED_START_ERROR_US: i64 = SECOND_US;

impl Engine {
    /// Handles a report. Reports about cues that were taken back are ignored.
    pub(super) fn on_output_event(&mut self, now: ClockSnapshot, event: OutputEvent) {
        match event {
            OutputEvent::Opened { rate, device, sink, fallback_reason } => {
                self.on_line_opened(now, rate, device, sink, fallback_reason);
            }
            OutputEvent::SinkIdentified { sink } => self.on_sink_identified(now, sink),
            OutputEvent::Lost { detail } => self.on_line_lost(now, detail),
            OutputEvent::Inspected { path, found } => self.on_inspected(now, &path, found),
            OutputEvent::Ready { key, sha256 } => {
                if let Some(live_airing) = self.airings.airing_of_cue_mut(key)
                    && let AiringState::Cued { cue, .. } = &mut live_airing.state
                {
                    cue.sha256 = Some(sha256);
                }
            }
            OutputEvent::Refused { key, refusal, detail } => self.on_refused(key, refusal, detail),
            OutputEvent::Started { key, at, within_us } => self.on_started(now, key, at, within_us),
            OutputEvent::Moved { key, by_us } => self.on_start_moved(key, by_us),
            OutputEvent::Ended { key, frames, expected, rate, underrun_frames, underruns, ending, at } => {
                let ended_at = self.is_plausible_instant(now, at).then_some(at);
                let expected_frames = expected;
                let end = CueEnd { frames, expected_frames, rate, underrun_frames, underruns, ending, ended_at };
                self.on_ended(now, key, at, &end);
            }
        }
    }

    /// Handles a refused cue. A planned airing gets its outcome at its planned time. An airing that the operator
    /// requested gets it at once.
    fn on_refused(&mut self, key: CueKey, refusal: Refusal, detail: String) {
        let Some(index) = self.airings.index_of_cue(key) else { return };
        if self.airings[index].planned.is_some() {
            let (refusal, detail) = self.refusal_to_log(&self.airings[index], refusal, detail);
            self.airings[index].set_refused(refusal, detail);
        } else {
            self.airings[index].release_cue();
            self.close_missed(index, refusal_reason(refusal), Some(detail));
        }
    }

    /// Returns the refusal to log. If the last scan found the file damaged, the output reports a hash mismatch, because
    /// the plan has the hash of the last good scan. Then the damage is logged as the reason.
    fn refusal_to_log(&self, live_airing: &LiveAiring, refusal: Refusal, detail: String) -> (Refusal, String) {
        let has_required_hash = live_airing.planned.as_ref().is_some_and(|airing| airing.sha256.is_some());
        let revision = self.revision_in_force_or_pending();
        let file_status = revision.and_then(|revision| revision.library.files.get(&live_airing.labels.file));
        match file_status {
            Some(FileStatus::Damaged { detail, .. }) if refusal == Refusal::HashMismatch && !has_required_hash => {
                (Refusal::FileDamaged, detail.clone())
            }
            _ => (refusal, detail),
        }
    }

    /// Records the progress of the sounding airing.
    pub(super) fn record_progress(&mut self, progress: Option<Progress>) {
        let Some(progress) = progress else { return };
        if let Some(live_airing) = self.airings.airing_of_cue_mut(progress.key)
            && let AiringState::Sounding { played_length, .. } = &mut live_airing.state
        {
            *played_length = Length { frames: progress.frames, rate: progress.rate };
        }
    }

    /// Handles the start of a cue at `at`, a time that is wrong by at most `max_error_us` microseconds.
    fn on_started(&mut self, now: ClockSnapshot, key: CueKey, at: BootTime, max_error_us: i64) {
        let rate = self.line.rate();
        // An implausible timestamp is replaced by the current time.
        let at = if self.is_plausible_instant(now, at) { at } else { now.boot };
        let Some(index) = self.airings.index_of_cue(key) else { return };
        let live_airing = &mut self.airings[index];
        let AiringState::Cued { mut cue, due_at, .. } = live_airing.state.clone() else { return };
        let late_us = live_airing.starts_at().map(|planned_start| now.wall_at(at).since(planned_start));
        if live_airing.has_fixed_end {
            // If the cue started late, that much more of the airing's beginning was skipped.
            cue.cue_length_us -= at.since(due_at).clamp(0, cue.cue_length_us);
        }
        cue.ends_at = at.plus(cue.cue_length_us);
        live_airing.state =
            AiringState::Sounding { cue, started_at: at, late_us, played_length: Length { frames: 0, rate } };
        // The device works, so urgent messages now wait only for their turn.
        for unplanned_index in self.airings.unplanned_indices() {
            self.airings[unplanned_index].awaiting_device_since = None;
        }
        let live_airing = &self.airings[index];
        self.begun_sessions.extend(live_airing.session_key().map(str::to_owned));
        let name = self.airing_name(&live_airing.labels);
        self.actions.notify(Notice::AiringStarted(name));
        if live_airing.planned.is_some() && live_airing.earlier_part().is_some() {
            self.log_resumption(index);
        } else {
            self.log_start(index, late_us, max_error_us, rate);
        }
    }

    fn log_start(&mut self, index: usize, late_us: Option<i64>, max_error_us: i64, rate: u32) {
        let live_airing = &self.airings[index];
        let sha256 = live_airing.cue().and_then(|cue| cue.sha256.clone());
        let evidence = self.evidence_for(live_airing, sha256.as_deref());
        self.actions.log.push(Body::Start(StartEntry {
            labels: live_airing.labels.clone(),
            late_us,
            within_us: max_error_us,
            sha256,
            device: evidence.device.unwrap_or_default(),
            sink: evidence.sink.name,
            hardware: evidence.sink.is_hardware,
            rate,
            volume: evidence.volume.unwrap_or_default(),
            level: evidence.proof_level,
        }));
    }

    /// True when an event at `at` is plausible: no earlier than the last tick, before which all earlier events were
    /// reported, and no later than now, with a tolerance of [`MAX_REPORT_DELAY_US`].
    fn is_plausible_instant(&self, now: ClockSnapshot, at: BootTime) -> bool {
        let earliest = self.last_tick_at.min(now.boot).plus(-MAX_REPORT_DELAY_US);
        (earliest..=now.boot.plus(MAX_REPORT_DELAY_US)).contains(&at)
    }

    /// Handles a report that a cue started later than first reported.
    fn on_start_moved(&mut self, key: CueKey, delay_us: i64) {
        if let Some(live_airing) = self.airings.airing_of_cue_mut(key)
            && let AiringState::Sounding { cue, started_at, late_us, .. } = &mut live_airing.state
        {
            *started_at = started_at.plus(delay_us);
            *late_us = late_us.map(|late_us| late_us + delay_us);
            cue.ends_at = cue.ends_at.plus(delay_us);
        }
    }

    /// Handles the end of a cue, which the output reported for the instant `at`.
    fn on_ended(&mut self, now: ClockSnapshot, key: CueKey, at: BootTime, end: &CueEnd) {
        let Some(index) = self.airings.index_of_cue(key) else { return };
        if end.frames > 0 && self.airings[index].is_cued() {
            // The report of the cue's start was lost. The start is logged first, because the outcome of an airing that
            // sounded must follow a start.
            self.on_started(now, key, at.plus(end.length().us().saturating_neg()), MAX_DERIVED_START_ERROR_US);
        }
        self.last_sound_ended_at = now.boot;
        let live_airing = &self.airings[index];
        let sha256 = live_airing.cue().and_then(|cue| cue.sha256.as_deref());
        let situation = Situation {
            is_urgent_active: self.is_urgent_active(),
            may_play_late: live_airing.may_play_late(now.wall, self.today(now)),
            evidence: self.evidence_for(live_airing, sha256),
        };
        match consequence_of(live_airing, end, situation) {
            Consequence::WaitsAgain => self.airings[index].release_cue(),
            Consequence::Interrupted(reason, playback) => {
                self.interrupt_airing(index, reason, end.length(), playback);
            }
            Consequence::DeviceLost(playback) => self.interrupt_for_device_loss(index, playback),
            Consequence::UrgentAwaitsDevice => self.await_device(index, now),
            Consequence::Closed(result, reason, playback) => self.close_airing(index, result, reason, playback),
        }
    }
}
