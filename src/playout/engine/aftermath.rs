//! Computes the consequence of a cue's end for its airing, without side effects.
#[cfg(test)]
mod tests;

use super::duration_check::check_duration;
use super::live_airing::{AiringState, LiveAiring, Playback};
use crate::airlog::entry::{Outcome, Reason};
use crate::base::instant::BootTime;
use crate::library::Length;
use crate::playout::output::Ending;
use crate::schedule::InterruptPolicy;

/// The output's report of a cue's end.
#[derive(Debug, Clone)]
pub(super) struct CueEnd {
    /// The frames of the file that the device took.
    pub frames: u64,
    /// The frames that the cue should have had.
    pub expected: u64,
    /// Frames a second.
    pub rate: u32,
    /// The frames of silence inserted between those of the file.
    pub underrun_frames: u64,
    /// The number of times that silence was inserted.
    pub underruns: u64,
    /// The kind of the end.
    pub ending: Ending,
    /// The instant when its last frame had left the device. `None` when the reported time is not plausible.
    pub at: Option<BootTime>,
}

impl CueEnd {
    /// The length that the device took.
    pub fn length(&self) -> Length {
        Length { frames: self.frames, rate: self.rate }
    }
}

/// The station's situation at a cue's end.
#[derive(Debug, Clone, Default)]
pub(super) struct Situation {
    /// True when an urgent airing sounds or is about to.
    pub is_urgent_active: bool,
    /// True when the airing may still play in full by its rule for late starts.
    pub may_play_late: bool,
    /// The evidence from the line, for the outcome.
    pub evidence: Playback,
}

/// The consequence of a cue's end.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Aftermath {
    /// The airing is finished, with this outcome.
    Closed(Outcome, Option<Reason>, Playback),
    /// The airing did not sound: it waits for its time again, or to continue after an interruption.
    WaitsAgain,
    /// An urgent airing has interrupted it; it continues later.
    Interrupted(Playback),
    /// The device was lost while it sounded; it continues once there is a device again.
    DeviceLost(Playback),
    /// It is an urgent message and there was no device; it waits for one.
    UrgentAwaitsDevice,
}

/// Decides the consequence of a cue's end.
pub(super) fn aftermath(airing: &LiveAiring, end: &CueEnd, situation: Situation) -> Aftermath {
    let is_planned = airing.planned.is_some();
    let continues_later = airing.interrupt_policy() != InterruptPolicy::Drop;
    let cut_reason = airing.cue().and_then(|cue| cue.cut_reason);
    let reason_if_cut = find_cut_reason(airing, &situation);
    let was_interrupted = end.ending == Ending::Cut && reason_if_cut == Reason::Urgent;
    // A cue that never started: it was queued after another, or had no device.
    let never_started = end.frames == 0 && !airing.is_sounding() && cut_reason.is_none();
    let device_lost = end.ending == Ending::Lost;
    let (result, reason, playback) = verdict(airing, end, reason_if_cut, situation.evidence);
    if is_planned && was_interrupted && (never_started || (continues_later && playback.frames == 0)) {
        return Aftermath::WaitsAgain;
    }
    if is_planned && was_interrupted && continues_later {
        return Aftermath::Interrupted(playback);
    }
    if never_started && device_lost && is_planned && situation.may_play_late {
        return Aftermath::WaitsAgain;
    }
    if never_started && device_lost && !is_planned && airing.is_urgent() {
        return Aftermath::UrgentAwaitsDevice;
    }
    let has_restarted = airing.earlier_part().is_some() && airing.restarts_after_interruption();
    let may_continue = is_planned && continues_later && cut_reason.is_none() && !has_restarted;
    if device_lost && may_continue && playback.frames > 0 {
        return Aftermath::DeviceLost(playback);
    }
    Aftermath::Closed(result, reason, playback)
}

/// The reason for the cut: the engine's own one; otherwise the airing that took the line.
fn find_cut_reason(airing: &LiveAiring, situation: &Situation) -> Reason {
    let default_reason = if situation.is_urgent_active { Reason::Urgent } else { Reason::CutBy };
    airing.cue().and_then(|cue| cue.cut_reason).unwrap_or(default_reason)
}

/// The outcome of the airing if it does not continue, with all that sounded of it.
fn verdict(
    airing: &LiveAiring,
    end: &CueEnd,
    reason_if_cut: Reason,
    evidence: Playback,
) -> (Outcome, Option<Reason>, Playback) {
    let (late_us, started_at) = match &airing.state {
        AiringState::Sounding { late_us, started_at, .. } => (*late_us, Some(*started_at)),
        _ => (None, None),
    };
    let took_us = end.at.zip(started_at).map(|(ended_at, started_at)| ended_at.since(started_at));
    let (result, reason, detail) = ending_result(airing, end, reason_if_cut, late_us);
    let playback = Playback {
        frames: end.frames,
        rate: end.rate,
        late_us,
        underrun_frames: end.underrun_frames,
        underruns: end.underruns,
        sha256: airing.cue().and_then(|cue| cue.sha256.clone()),
        detail,
        ..evidence
    };
    let mut playback = check_duration(playback, took_us);
    let is_gapless =
        end.ending == Ending::Whole && playback.underrun_frames == 0 && end.frames > 0 && !playback.is_impaired;
    // Without gaps, the frames give the time that it should have taken.
    playback.drift_us = took_us.filter(|_| is_gapless).map(|us| us - end.length().us());
    let playback = airing.with_earlier_part(playback);
    match if playback.frames == 0 { Outcome::Missed } else { result } {
        Outcome::Aired if airing.device_loss().is_some() => (Outcome::Partial, Some(Reason::DeviceLost), playback),
        Outcome::Aired if playback.is_impaired => (Outcome::Partial, Some(Reason::Underrun), playback),
        result => (result, reason, playback),
    }
}

/// Returns the result, the reason and the detail that follow from the kind of the cue's end.
fn ending_result(
    airing: &LiveAiring,
    end: &CueEnd,
    reason_if_cut: Reason,
    late_us: Option<i64>,
) -> (Outcome, Option<Reason>, Option<String>) {
    match &end.ending {
        // It was joined when nothing of it remained.
        Ending::Whole if end.frames == 0 && airing.joins_in_progress => (Outcome::Missed, Some(Reason::Late), None),
        // The frame count decides: an airing with missing frames is never complete.
        Ending::Whole if end.frames >= end.expected && end.frames > 0 => {
            let first_late_us = airing
                .credited_earlier_length()
                .and(airing.earlier_part())
                .and_then(|earlier_part| earlier_part.playback.late_us);
            let (result, reason) = airing.result_if_complete(first_late_us.or(late_us));
            (result, reason, None)
        }
        Ending::Whole => (Outcome::Partial, Some(Reason::FileDamaged), None),
        Ending::Short { detail } => (Outcome::Partial, Some(Reason::FileDamaged), Some(detail.clone())),
        Ending::Altered => {
            let detail = "the file was changed while it was in use".to_owned();
            (Outcome::Partial, Some(Reason::HashMismatch), Some(detail))
        }
        Ending::Cut => (Outcome::Partial, Some(reason_if_cut), None),
        Ending::Lost => (Outcome::Partial, Some(Reason::DeviceLost), None),
    }
}
