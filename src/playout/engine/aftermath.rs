//! The consequences of a cue's end for its airing, as a pure function.
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
    /// Frames of the file that the device took.
    pub frames: u64,
    /// Frames that the cue should have had.
    pub expected: u64,
    /// Frames a second.
    pub rate: u32,
    /// Frames of silence inserted between those of the file.
    pub underrun_frames: u64,
    /// How many times silence was inserted.
    pub underruns: u64,
    /// How it ended.
    pub ending: Ending,
    /// When its last frame was gone; none when the report's time is not plausible.
    pub at: Option<BootTime>,
}

impl CueEnd {
    /// How much of the file the device took.
    pub fn length(&self) -> Length {
        Length { frames: self.frames, rate: self.rate }
    }
}

/// The station's situation at a cue's end.
#[derive(Debug, Clone, Default)]
pub(super) struct Surroundings {
    /// Whether something urgent sounds or is about to.
    pub urgent_active: bool,
    /// Whether the airing may still play whole by its rule for late starts.
    pub may_play_late: bool,
    /// The evidence that the line gives for the outcome.
    pub evidence: Playback,
}

/// The consequence of a cue's end.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Aftermath {
    /// The airing has its outcome.
    Over(Outcome, Option<Reason>, Playback),
    /// Nothing of it sounded: it waits for its time again, or to go on after an interruption.
    WaitsAgain,
    /// Something urgent has interrupted it; it goes on later.
    Interrupted(Playback),
    /// The device was lost while it sounded; it goes on once there is one again.
    DeviceLost(Playback),
    /// It is an urgent message that no device was there for; it waits for one.
    UrgentAwaitsDevice,
}

/// Decides on the consequence of a cue's end.
pub(super) fn aftermath(airing: &LiveAiring, end: &CueEnd, around: Surroundings) -> Aftermath {
    let planned = airing.planned.is_some();
    let keeps = airing.interrupt_policy() != InterruptPolicy::Drop;
    let cut_reason = airing.cue().and_then(|cue| cue.cut_reason);
    let asked = asked_reason(airing, &around);
    let interrupted = end.ending == Ending::Cut && asked == Reason::Urgent;
    // It was cued after another and has not had the line.
    let unheard = end.frames == 0 && !airing.is_sounding() && cut_reason.is_none();
    let lost = end.ending == Ending::Lost;
    let (result, reason, taken) = verdict(airing, end, asked, around.evidence);
    if planned && interrupted && (unheard || (keeps && taken.frames == 0)) {
        return Aftermath::WaitsAgain;
    }
    if planned && interrupted && keeps {
        return Aftermath::Interrupted(taken);
    }
    if unheard && lost && planned && around.may_play_late {
        return Aftermath::WaitsAgain;
    }
    if unheard && lost && !planned && airing.is_urgent() {
        return Aftermath::UrgentAwaitsDevice;
    }
    let started_again = airing.earlier().is_some() && airing.restarts_after_interruption();
    if planned && lost && keeps && cut_reason.is_none() && !started_again && taken.frames > 0 {
        return Aftermath::DeviceLost(taken);
    }
    Aftermath::Over(result, reason, taken)
}

/// Why the cue was cut: the engine's own reason, or what took the line from it.
fn asked_reason(airing: &LiveAiring, around: &Surroundings) -> Reason {
    let default = if around.urgent_active { Reason::Urgent } else { Reason::CutBy };
    airing.cue().and_then(|cue| cue.cut_reason).unwrap_or(default)
}

/// The outcome of the airing if nothing of it follows, with all that sounded of it.
fn verdict(
    airing: &LiveAiring,
    end: &CueEnd,
    asked: Reason,
    evidence: Playback,
) -> (Outcome, Option<Reason>, Playback) {
    let (late_us, since) = match &airing.state {
        AiringState::Sounding { late_us, since, .. } => (*late_us, Some(*since)),
        _ => (None, None),
    };
    let took_us = end.at.zip(since).map(|(at, since)| at.since(since));
    let (result, reason, detail) = ending_result(airing, end, asked, late_us);
    let taken = Playback {
        frames: end.frames,
        rate: end.rate,
        late_us,
        underrun_frames: end.underrun_frames,
        underruns: end.underruns,
        sha256: airing.cue().and_then(|cue| cue.sha256.clone()),
        detail,
        ..evidence
    };
    let mut taken = check_duration(taken, took_us);
    let without_gaps = end.ending == Ending::Whole && taken.underrun_frames == 0 && end.frames > 0 && !taken.impaired;
    // Without gaps the frames tell how long it should have taken.
    taken.drift_us = took_us.filter(|_| without_gaps).map(|took| took - end.length().us());
    let taken = airing.with_earlier(taken);
    match if taken.frames == 0 { Outcome::Missed } else { result } {
        Outcome::Aired if airing.device_loss().is_some() => (Outcome::Partial, Some(Reason::DeviceLost), taken),
        Outcome::Aired if taken.impaired => (Outcome::Partial, Some(Reason::Underrun), taken),
        result => (result, reason, taken),
    }
}

/// Returns result, reason and detail by the kind of the cue's end alone.
fn ending_result(
    airing: &LiveAiring,
    end: &CueEnd,
    asked: Reason,
    late_us: Option<i64>,
) -> (Outcome, Option<Reason>, Option<String>) {
    match &end.ending {
        // It came in when nothing of it was left.
        Ending::Whole if end.frames == 0 && airing.joins_in_progress => (Outcome::Missed, Some(Reason::Late), None),
        // The frame count decides: nothing is whole that lacks a frame.
        Ending::Whole if end.frames >= end.expected && end.frames > 0 => {
            let first = airing.credited_before().and(airing.earlier()).and_then(|earlier| earlier.playback.late_us);
            let (result, reason) = airing.result_if_complete(first.or(late_us));
            (result, reason, None)
        }
        Ending::Whole => (Outcome::Partial, Some(Reason::FileDamaged), None),
        Ending::Short { detail } => (Outcome::Partial, Some(Reason::FileDamaged), Some(detail.clone())),
        Ending::Altered => {
            let detail = "the file was changed while it was in use".to_owned();
            (Outcome::Partial, Some(Reason::HashMismatch), Some(detail))
        }
        Ending::Cut => (Outcome::Partial, Some(asked), None),
        Ending::Lost => (Outcome::Partial, Some(Reason::DeviceLost), None),
    }
}
