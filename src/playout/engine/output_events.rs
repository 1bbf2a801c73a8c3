//! Takes the output's reports: of the line, and of the cues that it has.
use super::Engine;
use super::aftermath::{Aftermath, CueEnd, Surroundings, aftermath};
use super::live_airing::{AiringState, LiveAiring};
use super::notice::Notice;
use super::outcome::refusal_reason;
use crate::airlog::entry::{Body, StartEntry};
use crate::base::instant::{BootTime, SECOND_US};
use crate::library::{FileStatus, Length};
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::{CueKey, OutputEvent, Progress, Refusal};

/// The longest time between an event of the sound and its report, microseconds: timestamps further off are not trusted.
const MAX_BUFFERED_US: i64 = 5 * SECOND_US;
/// How far off the start may be when only the end was reported, microseconds.
const UNREPORTED_START_US: i64 = SECOND_US;

impl Engine {
    /// Takes a report. Reports about cues that were taken back are ignored.
    pub(super) fn on_output_event(&mut self, now: ClockSnapshot, event: OutputEvent) {
        match event {
            OutputEvent::Opened { rate, device, sink, fallback_reason } => {
                self.on_line_opened(now, rate, device, sink, fallback_reason);
            }
            OutputEvent::SinkIdentified { sink } => self.on_sink_identified(now, sink),
            OutputEvent::Lost { detail } => self.on_line_lost(now, detail),
            OutputEvent::Ready { key, sha256 } => {
                if let Some(slot) = self.airings.by_cue_mut(key)
                    && let AiringState::Cued { cue, .. } = &mut slot.state
                {
                    cue.sha256 = Some(sha256);
                }
            }
            OutputEvent::Refused { key, why, detail } => self.on_refused(key, why, detail),
            OutputEvent::Started { key, at, within_us } => self.on_started(now, key, at, within_us),
            OutputEvent::Moved { key, by_us } => self.on_start_moved(key, by_us),
            OutputEvent::Ended { key, frames, expected, rate, underrun_frames, underruns, ending, at } => {
                let at_if_plausible = self.is_plausible_instant(now, at).then_some(at);
                let end = CueEnd { frames, expected, rate, underrun_frames, underruns, ending, at: at_if_plausible };
                self.on_ended(now, key, at, &end);
            }
        }
    }

    /// A planned airing that was refused is logged when its time comes; one that the operator ordered, at once.
    fn on_refused(&mut self, key: CueKey, why: Refusal, detail: String) {
        let Some(index) = self.airings.index_of_cue(key) else { return };
        if self.airings[index].planned.is_some() {
            let (why, detail) = self.known_refusal(&self.airings[index], why, detail);
            self.airings[index].refuse(why, detail);
        } else {
            self.airings[index].release_cue();
            self.close_missed(index, refusal_reason(why), Some(detail));
        }
    }

    /// A file that is known to be damaged is not another file, although its bytes are not those of its last good scan.
    fn known_refusal(&self, slot: &LiveAiring, why: Refusal, detail: String) -> (Refusal, String) {
        let pinned = slot.planned.as_ref().is_some_and(|a| a.sha256.is_some());
        let known = self.in_force_or_pending().and_then(|a| a.library.files.get(&slot.labels.file));
        match known {
            Some(FileStatus::Damaged { detail, .. }) if why == Refusal::HashMismatch && !pinned => {
                (Refusal::FileDamaged, detail.clone())
            }
            _ => (why, detail),
        }
    }

    /// Records how far the sounding airing has come.
    pub(super) fn record_progress(&mut self, progress: Option<Progress>) {
        let Some(progress) = progress else { return };
        if let Some(slot) = self.airings.by_cue_mut(progress.key)
            && let AiringState::Sounding { taken, .. } = &mut slot.state
        {
            *taken = Length { frames: progress.frames, rate: progress.rate };
        }
    }

    /// A cue has started at `at`, give or take `within_us`.
    fn on_started(&mut self, now: ClockSnapshot, key: CueKey, at: BootTime, within_us: i64) {
        let rate = self.line.rate();
        // A timestamp that no buffer explains is not trusted.
        let at = if self.is_plausible_instant(now, at) { at } else { now.boot };
        let Some(index) = self.airings.index_of_cue(key) else { return };
        let slot = &mut self.airings[index];
        let AiringState::Cued { mut cue, due, .. } = slot.state.clone() else { return };
        let late_us = slot.starts_at().map(|starts| now.wall_at(at).since(starts));
        if slot.joins_in_progress {
            // So much more of its beginning was left out.
            cue.plays_us -= at.since(due).clamp(0, cue.plays_us);
        }
        cue.ends_at = at.plus(cue.plays_us);
        slot.state = AiringState::Sounding { cue, since: at, late_us, taken: Length { frames: 0, rate } };
        // There is a device that plays: urgent messages wait for their turn only.
        for unplanned in self.airings.unplanned_indices() {
            self.airings[unplanned].awaiting_device_since = None;
        }
        let slot = &self.airings[index];
        self.begun_sessions.extend(slot.session_key().map(str::to_owned));
        self.actions.notify(Notice::AiringStarted(slot.labels.id.clone()));
        if slot.planned.is_some() && slot.earlier().is_some() {
            self.log_resumed(index);
        } else {
            self.log_start(index, late_us, within_us, rate);
        }
    }

    fn log_start(&mut self, index: usize, late_us: Option<i64>, within_us: i64, rate: u32) {
        let slot = &self.airings[index];
        let sha256 = slot.cue().and_then(|cue| cue.sha256.clone());
        let evidence = self.evidence_for(slot, sha256.as_deref());
        self.actions.log.push(Body::Start(StartEntry {
            labels: slot.labels.clone(),
            late_us,
            within_us,
            sha256,
            device: evidence.device.unwrap_or_default(),
            sink: evidence.sink.name,
            hardware: evidence.sink.hardware,
            rate,
            volume: evidence.volume.unwrap_or_default(),
            level: evidence.proof_level,
        }));
    }

    /// Whether an event can have been then: it was not reported at the last look, whenever that was.
    fn is_plausible_instant(&self, now: ClockSnapshot, at: BootTime) -> bool {
        (self.last_tick.min(now.boot).plus(-MAX_BUFFERED_US)..=now.boot.plus(MAX_BUFFERED_US)).contains(&at)
    }

    /// The output has found that a cue starts later than it reported.
    fn on_start_moved(&mut self, key: CueKey, by_us: i64) {
        if let Some(slot) = self.airings.by_cue_mut(key)
            && let AiringState::Sounding { cue, since, late_us, .. } = &mut slot.state
        {
            *since = since.plus(by_us);
            *late_us = late_us.map(|us| us + by_us);
            cue.ends_at = cue.ends_at.plus(by_us);
        }
    }

    /// A cue has ended, by its report at `at`.
    fn on_ended(&mut self, now: ClockSnapshot, key: CueKey, at: BootTime, end: &CueEnd) {
        let Some(index) = self.airings.index_of_cue(key) else { return };
        if end.frames > 0 && self.airings[index].is_cued() {
            // Its start was reported, and the report got lost: nothing sounds in the log that has not started.
            self.on_started(now, key, at.plus(end.length().us().saturating_neg()), UNREPORTED_START_US);
        }
        self.last_sound_at = now.boot;
        let slot = &self.airings[index];
        let sha256 = slot.cue().and_then(|cue| cue.sha256.as_deref());
        let around = Surroundings {
            urgent_active: self.is_urgent_active(),
            may_play_late: slot.may_play_late(now.wall, self.today(now)),
            evidence: self.evidence_for(slot, sha256),
        };
        match aftermath(slot, end, around) {
            Aftermath::WaitsAgain => self.airings[index].release_cue(),
            Aftermath::Interrupted(taken) => self.interrupt_for_urgent(index, end.length(), taken),
            Aftermath::DeviceLost(taken) => self.interrupt_for_device_loss(index, taken),
            Aftermath::UrgentAwaitsDevice => self.await_device(index, now),
            Aftermath::Over(result, reason, taken) => self.close_airing(index, result, reason, taken),
        }
    }
}
