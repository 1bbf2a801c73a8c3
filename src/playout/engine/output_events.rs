//! What the output said.
use super::live_airing::{AiringState, LiveAiring, Playback};
use super::overdue::refusal_reason;
use super::{Action, Engine, LineState, Notice, duration_check};
use crate::airlog::entry::{Body, Outcome, Reason, StartEntry};
use crate::base::instant::{BootTime, SECOND_US};
use crate::library::{FileStatus, Length};
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::{CueKey, Ending, OutputEvent, Progress, Refusal};
use crate::schedule::InterruptPolicy;
use crate::schedule::settings::{Device, OutputSettings};

/// Which airing a cue belongs to.
#[derive(Clone, Copy)]
enum AiringRef {
    Planned(usize),
    Unplanned(usize),
}

/// Sound leaves the device so long before or after it is told of, at most: timestamps further off are not believed,
/// microseconds.
const MAX_BUFFERED_US: i64 = 5 * SECOND_US;
/// How far off the beginning may be of what was only told to have ended, microseconds.
const UNREPORTED_START_US: i64 = SECOND_US;

impl Engine {
    /// Takes an event of the output. Cues that were taken back are no one's any more.
    pub(super) fn on_output_event(&mut self, now: ClockSnapshot, event: OutputEvent) {
        match event {
            OutputEvent::Opened { rate, device, sink, fallback_reason: instead } => {
                self.on_line_opened(now, rate, device, sink, instead)
            }
            OutputEvent::SinkIdentified { sink } => self.on_sink_identified(now, sink),
            OutputEvent::Lost { detail } => self.on_line_lost(now, detail),
            OutputEvent::Ready { key, sha256 } => {
                if let Some(slot) = self.airing_of_cue_mut(key)
                    && let AiringState::Cued { sha256: known, .. } = &mut slot.state
                {
                    *known = Some(sha256);
                }
            }
            OutputEvent::Refused { key, why, detail } => match self.airing_of_cue(key) {
                Some(AiringRef::Planned(index)) => self.airings[index].state = self.refused_state(index, why, detail),
                Some(AiringRef::Unplanned(index)) => {
                    let extra = self.unplanned.remove(index);
                    let taken = Playback { detail: Some(detail), ..Playback::default() };
                    self.close_unplanned(&extra, taken, Some(refusal_reason(why)));
                }
                None => {}
            },
            OutputEvent::Started { key, at, within_us } => self.on_started(now, key, at, within_us),
            OutputEvent::Moved { key, by_us } => self.on_start_moved(key, by_us),
            OutputEvent::Ended { .. } => self.on_ended(now, event),
        }
    }

    /// A file that is known to be damaged is not another file, though its bytes are not those of its last good scan.
    fn refused_state(&self, index: usize, why: Refusal, detail: String) -> AiringState {
        let slot = &self.airings[index];
        let pinned = slot.planned.as_ref().is_some_and(|a| a.sha256.is_some());
        let known = self.in_force_or_pending().and_then(|a| a.library.files.get(&slot.labels.file));
        match known {
            Some(FileStatus::Damaged { detail, .. }) if why == Refusal::HashMismatch && !pinned => {
                AiringState::Refused { why: Refusal::FileDamaged, detail: detail.clone() }
            }
            _ => AiringState::Refused { why, detail },
        }
    }

    /// Remembers how far the sounding airing has come.
    pub(super) fn record_progress(&mut self, progress: Option<Progress>) {
        let Some(progress) = progress else { return };
        if let Some(slot) = self.airing_of_cue_mut(progress.key)
            && let AiringState::Sounding { frames, rate, .. } = &mut slot.state
        {
            (*frames, *rate) = (progress.frames, progress.rate);
        }
    }

    fn airing_of_cue(&self, key: CueKey) -> Option<AiringRef> {
        let of = |slots: &[LiveAiring]| slots.iter().position(|s| s.cue_key() == Some(key));
        of(&self.airings).map(AiringRef::Planned).or_else(|| of(&self.unplanned).map(AiringRef::Unplanned))
    }

    fn airing_of_cue_mut(&mut self, key: CueKey) -> Option<&mut LiveAiring> {
        match self.airing_of_cue(key)? {
            AiringRef::Planned(index) => self.airings.get_mut(index),
            AiringRef::Unplanned(index) => self.unplanned.get_mut(index),
        }
    }

    /// What an outcome says of the line.
    pub(super) fn line_evidence(&self) -> Playback {
        let (device, sink) = match &self.line {
            LineState::Open { device, sink, .. } => (Some(device.clone()), sink.clone()),
            _ => (
                self.device_log.logged_device.as_ref().map(|(_, device)| device.clone()),
                self.device_log.logged_sink.clone(),
            ),
        };
        let volume = self.output_settings.as_ref().map(|s| s.volume);
        let real = |s: &OutputSettings| matches!(s.device, Device::Default | Device::Named(_));
        let hardware = sink.hardware != Some(false);
        let level = u8::from(hardware && !self.context.rehearsal && self.output_settings.as_ref().is_some_and(real));
        Playback { device, sink, volume, proof_level: level, ..Playback::default() }
    }

    /// What the outcome of an airing says of the line, of which bytes with this hash sound: what nobody can hear is no
    /// proof, whatever takes it.
    pub(super) fn evidence_for(&self, slot: &LiveAiring, sha256: Option<&str>) -> Playback {
        let facts = self.line_evidence();
        let volume = self.volume_of(slot).or(facts.volume);
        let heard = volume != Some(0) && !self.is_silent(slot, sha256);
        Playback { volume, proof_level: if heard { facts.proof_level } else { 0 }, ..facts }
    }

    fn on_started(&mut self, now: ClockSnapshot, key: CueKey, at: BootTime, within_us: i64) {
        let rate = match &self.line {
            LineState::Open { rate, .. } => *rate,
            _ => 0,
        };
        let Some(place) = self.airing_of_cue(key) else { return };
        // What no buffer explains is no timestamp.
        let at = if self.is_plausible_instant(now, at) { at } else { now.boot };
        let Some(slot) = self.airing_of_cue_mut(key) else { return };
        let AiringState::Cued { sha256, due, .. } = slot.state.clone() else { return };
        let late_us = slot.planned.as_ref().map(|a| now.wall_at(at).since(a.starts_at()));
        slot.state = AiringState::Sounding { key, since: at, late_us, sha256: sha256.clone(), frames: 0, rate };
        if slot.joins_in_progress {
            // So much more of its beginning was left out.
            slot.plays_us -= at.since(due).clamp(0, slot.plays_us);
        }
        slot.ends_at = at.plus(slot.plays_us);
        let again = slot.played_before.is_some();
        // There is a device that plays: what waits, waits for its turn.
        self.unplanned.iter_mut().for_each(|extra| extra.awaiting_device_since = None);
        let Some(slot) = self.airing_of_cue_mut(key) else { return };
        let (labels, session) = (slot.labels.clone(), slot.session_key().map(str::to_owned));
        self.begun_sessions.extend(session);
        self.actions.after_log.push(Action::Notify(Notice::AiringStarted(labels.id.clone())));
        match place {
            AiringRef::Planned(index) if again => self.log_resumed(index),
            _ => {
                let facts = self.evidence_for_ref(place, sha256.as_deref());
                self.actions.log.push(Body::Start(StartEntry {
                    labels,
                    late_us,
                    within_us,
                    sha256,
                    device: facts.device.unwrap_or_default(),
                    sink: facts.sink.name,
                    hardware: facts.sink.hardware,
                    rate,
                    volume: facts.volume.unwrap_or_default(),
                    level: facts.proof_level,
                }));
            }
        }
    }

    /// Whether an event can have been then: it was not told at the last look, whenever that was.
    fn is_plausible_instant(&self, now: ClockSnapshot, at: BootTime) -> bool {
        (self.last_tick.min(now.boot).plus(-MAX_BUFFERED_US)..=now.boot.plus(MAX_BUFFERED_US)).contains(&at)
    }

    /// The output has found that a cue begins later than it had told.
    fn on_start_moved(&mut self, key: CueKey, by_us: i64) {
        if let Some(slot) = self.airing_of_cue_mut(key)
            && let AiringState::Sounding { since, late_us, .. } = &mut slot.state
        {
            *since = since.plus(by_us);
            *late_us = late_us.map(|us| us + by_us);
            slot.ends_at = slot.ends_at.plus(by_us);
        }
    }

    fn evidence_for_ref(&self, place: AiringRef, sha256: Option<&str>) -> Playback {
        match place {
            AiringRef::Planned(index) => self.evidence_for(&self.airings[index], sha256),
            AiringRef::Unplanned(index) => self.evidence_for(&self.unplanned[index], sha256),
        }
    }

    fn on_ended(&mut self, now: ClockSnapshot, event: OutputEvent) {
        let OutputEvent::Ended { key, frames, expected, rate, underrun_frames, underruns, ending, at } = event else {
            return;
        };
        let Some(place) = self.airing_of_cue(key) else { return };
        if frames > 0 && self.airing_of_cue_mut(key).is_some_and(|slot| matches!(slot.state, AiringState::Cued { .. }))
        {
            // That it had begun was told, and got lost: nothing sounds in the log that has not begun.
            let began = at.plus(Length { frames, rate }.us().saturating_neg());
            self.on_started(now, key, began, UNREPORTED_START_US);
        }
        self.last_sound_at = now.boot;
        // What has taken the line from it, if it was not we.
        let default_reason = if self.is_urgent_active() { Reason::Urgent } else { Reason::CutBy };
        let believable = self.is_plausible_instant(now, at);
        let Some(slot) = self.airing_of_cue_mut(key) else { return };
        let (late_us, sha256, since) = match &slot.state {
            AiringState::Sounding { late_us, sha256, since, .. } => (*late_us, sha256.clone(), Some(*since)),
            AiringState::Cued { sha256, .. } => (None, sha256.clone(), None),
            _ => (None, None, None),
        };
        let took_us = since.filter(|_| believable).map(|since| at.since(since));
        let keeps_place = slot.joins_in_progress;
        let asked = slot.cut_reason.unwrap_or(default_reason);
        let first_late_us = slot.credited_before().and(slot.played_before.as_ref()).and_then(|c| c.late_us);
        let whole = slot.result_if_complete(first_late_us.or(late_us));
        let keeps = slot.interrupt_policy() != InterruptPolicy::Drop;
        let goes_on = ending == Ending::Cut && asked == Reason::Urgent && keeps;
        let unheard = frames == 0 && since.is_none() && slot.cut_reason.is_none();
        let never_began = unheard && ending == Ending::Lost;
        // What stood behind it has not had the line.
        let pushed_out = unheard && ending == Ending::Cut && asked == Reason::Urgent;
        let second = slot.played_before.is_some() && slot.restarts_after_interruption();
        let lost = ending == Ending::Lost && keeps && slot.planned.is_some() && slot.cut_reason.is_none() && !second;
        let had_been_lost = slot.device_loss.is_some();
        let is_whole = ending == Ending::Whole;
        let (result, reason, detail) = match ending {
            // It came in when there was nothing left of it.
            Ending::Whole if frames == 0 && keeps_place => (Outcome::Missed, Some(Reason::Late), None),
            // The last word is the count: nothing is whole that lacks a frame.
            Ending::Whole if frames >= expected && frames > 0 => (whole.0, whole.1, None),
            Ending::Whole => (Outcome::Partial, Some(Reason::FileDamaged), None),
            Ending::Short { detail } => (Outcome::Partial, Some(Reason::FileDamaged), Some(detail)),
            Ending::Altered => (
                Outcome::Partial,
                Some(Reason::HashMismatch),
                Some("the file was changed while it was in use".to_owned()),
            ),
            Ending::Cut => (Outcome::Partial, Some(asked), None),
            Ending::Lost => (Outcome::Partial, Some(Reason::DeviceLost), None),
        };
        let facts = self.evidence_for_ref(place, sha256.as_deref());
        let taken = Playback { frames, rate, late_us, underrun_frames, underruns, sha256, detail, ..facts };
        let mut taken = duration_check::check_duration(taken, took_us);
        // Without gaps the frames tell how long it should have taken.
        taken.drift_us = took_us
            .filter(|_| is_whole && taken.underrun_frames == 0 && frames > 0 && !taken.impaired)
            .map(|took| took - Length { frames, rate }.us());
        let taken = match place {
            AiringRef::Planned(index) => Self::with_played_before(&self.airings[index], taken),
            AiringRef::Unplanned(index) => Self::with_played_before(&self.unplanned[index], taken),
        };
        let result = if taken.frames == 0 { Outcome::Missed } else { result };
        let (result, reason) = match result {
            Outcome::Aired if had_been_lost => (Outcome::Partial, Some(Reason::DeviceLost)),
            Outcome::Aired if taken.impaired => (Outcome::Partial, Some(Reason::Underrun)),
            _ => (result, reason),
        };
        match place {
            AiringRef::Planned(index) if (goes_on && taken.frames == 0) || pushed_out => {
                self.airings[index].state = self.state_without_cue(index);
            }
            AiringRef::Planned(index) if goes_on => self.interrupt_for_urgent(index, Length { frames, rate }, taken),
            // Its rule lets it wait for a device.
            AiringRef::Planned(index)
                if never_began && self.airings[index].may_play_late(now.wall, self.today(now)) =>
            {
                self.airings[index].state = self.state_without_cue(index);
            }
            AiringRef::Unplanned(index) if never_began && self.unplanned[index].is_urgent() => {
                self.await_device(index, now)
            }
            AiringRef::Planned(index) if lost && taken.frames > 0 => self.interrupt_for_device_loss(index, taken),
            AiringRef::Planned(index) => self.close_airing(index, result, reason, taken),
            AiringRef::Unplanned(index) => {
                let extra = self.unplanned.remove(index);
                self.close_unplanned(&extra, taken, reason);
            }
        }
    }
}
