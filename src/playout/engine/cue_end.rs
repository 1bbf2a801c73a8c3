//! Computes the consequence of a cue's end for its airing, without side effects.
#[cfg(test)]
mod tests;

use super::duration_check::apply_elapsed_time;
use super::live_airing::{AiringState, LiveAiring, Playback};
use crate::airlog::entry::{Outcome, Reason};
use crate::base::instant::BootTime;
use crate::library::Length;
use crate::playout::output::Ending;

/// The output's report of a cue's end.
#[derive(Debug, Clone)]
pub(super) struct CueEnd {
    /// The number of the file's frames that the device took.
    pub frames: u64,
    /// The number of frames that the cue should have played.
    pub expected_frames: u64,
    /// The rate in frames per second.
    pub rate: u32,
    /// The number of frames of silence inserted between the file's frames.
    pub underrun_frames: u64,
    /// The number of times that silence was inserted.
    pub underruns: u64,
    /// The way in which the cue ended.
    pub ending: Ending,
    /// The instant when the cue's last frame left the device. `None` when the reported time is not plausible.
    pub ended_at: Option<BootTime>,
}

impl CueEnd {
    /// The length of the frames that the device took.
    pub fn length(&self) -> Length {
        Length { frames: self.frames, rate: self.rate }
    }
}

/// The station's situation at a cue's end.
#[derive(Debug, Clone, Default)]
pub(super) struct Situation {
    /// True when an urgent airing sounds or is about to sound.
    pub is_urgent_active: bool,
    /// True when the airing is still allowed to start late and play in full.
    pub may_play_late: bool,
    /// The evidence for the outcome: the line, and the level of proof.
    pub evidence: Playback,
}

/// The consequence of a cue's end.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Consequence {
    /// The airing has ended with this outcome.
    Closed(Outcome, Option<Reason>, Playback),
    /// The airing did not sound. It waits again, either for its time or to continue after an earlier interruption.
    WaitsAgain,
    /// The airing was cut for a reason that lets it continue later.
    Interrupted(Reason, Playback),
    /// The device was lost while the airing sounded. The airing continues once there is a device again.
    DeviceLost(Playback),
    /// The airing is an urgent message and could not start without a device. It waits for one.
    UrgentAwaitsDevice,
}

/// Decides the consequence of a cue's end.
pub(super) fn consequence_of(airing: &LiveAiring, end: &CueEnd, situation: Situation) -> Consequence {
    let is_planned = airing.planned.is_some();
    let continues_later = airing.interrupt_policy().plays_again();
    let cut_reason = airing.cue().and_then(|cue| cue.cut_reason);
    let reason_if_cut = find_cut_reason(airing, &situation);
    let was_interrupted = end.ending == Ending::Cut && reason_if_cut.lets_airing_continue();
    // The cue never started, because it was queued after another one or because there was no device.
    let never_started = end.frames == 0 && !airing.is_sounding() && cut_reason.is_none();
    let device_lost = end.ending == Ending::Lost;
    let (result, reason, playback) = final_outcome(airing, end, reason_if_cut, situation.evidence);
    if is_planned && was_interrupted && (never_started || (continues_later && playback.frames == 0)) {
        return Consequence::WaitsAgain;
    }
    if is_planned && was_interrupted && continues_later {
        return Consequence::Interrupted(reason_if_cut, playback);
    }
    if never_started && device_lost && is_planned && situation.may_play_late {
        return Consequence::WaitsAgain;
    }
    if never_started && device_lost && !is_planned && airing.is_urgent() {
        return Consequence::UrgentAwaitsDevice;
    }
    let has_restarted = airing.earlier_part().is_some() && airing.restarts_after_interruption();
    let may_continue = is_planned && continues_later && cut_reason.is_none() && !has_restarted;
    if device_lost && may_continue && playback.frames > 0 {
        return Consequence::DeviceLost(playback);
    }
    Consequence::Closed(result, reason, playback)
}

/// The reason for a cut. If the engine did not request the cut, an airing that took the line caused it.
fn find_cut_reason(airing: &LiveAiring, situation: &Situation) -> Reason {
    let default_reason = if situation.is_urgent_active { Reason::Urgent } else { Reason::CutBy };
    airing.cue().and_then(|cue| cue.cut_reason).unwrap_or(default_reason)
}

/// The outcome of the airing if it does not continue, with the playback of all its parts.
fn final_outcome(
    airing: &LiveAiring,
    end: &CueEnd,
    reason_if_cut: Reason,
    evidence: Playback,
) -> (Outcome, Option<Reason>, Playback) {
    let (late_us, started_at) = match &airing.state {
        AiringState::Sounding { late_us, started_at, .. } => (*late_us, Some(*started_at)),
        _ => (None, None),
    };
    let elapsed_us = end.ended_at.zip(started_at).map(|(ended_at, started_at)| ended_at.since(started_at));
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
    let mut playback = apply_elapsed_time(playback, elapsed_us);
    let is_gapless =
        end.ending == Ending::Whole && playback.underrun_frames == 0 && end.frames > 0 && !playback.is_impaired;
    // Without gaps, the airing should have taken exactly as long as its frames last.
    playback.drift_us = elapsed_us.filter(|_| is_gapless).map(|elapsed_us| elapsed_us - end.length().us());
    let playback = airing.total_playback(playback);
    match if playback.frames == 0 { Outcome::Missed } else { result } {
        Outcome::Aired if airing.device_loss().is_some() => (Outcome::Partial, Some(Reason::DeviceLost), playback),
        Outcome::Aired if playback.is_impaired => (Outcome::Partial, Some(Reason::Underrun), playback),
        result => (result, reason, playback),
    }
}

/// Returns the result, the reason and the detail that follow from the way in which the cue ended.
fn ending_result(
    airing: &LiveAiring,
    end: &CueEnd,
    reason_if_cut: Reason,
    late_us: Option<i64>,
) -> (Outcome, Option<Reason>, Option<String>) {
    match &end.ending {
        // The airing started so late that none of its frames remained.
        Ending::Whole if end.frames == 0 && airing.has_fixed_end => (Outcome::Missed, Some(Reason::Late), None),
        // An airing with missing frames is never complete.
        Ending::Whole if end.frames >= end.expected_frames && end.frames > 0 => {
            let first_part_late_us = airing
                .credited_earlier_length()
                .and(airing.earlier_part())
                .and_then(|earlier_part| earlier_part.playback.late_us);
            let (result, reason) = airing.result_if_complete(first_part_late_us.or(late_us));
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
