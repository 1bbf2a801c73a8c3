//! The rules by which an airing may play late, goes on after an interruption, and is judged.
use chrono::NaiveDate;

use super::LiveAiring;
use super::playback::Playback;
use crate::airlog::entry::{Outcome, OutcomeEntry, Reason};
use crate::base::instant::WallTime;
use crate::library::Length;
use crate::plan::LateRule;
use crate::playout::engine::timing::ON_TIME_US;
use crate::schedule::InterruptPolicy;

impl LiveAiring {
    /// Whether it may play whole after its time, at `now`: by a rule `play` (until its date is over) or `until`, or
    /// because something urgent has pushed it back.
    #[must_use]
    pub fn may_play_late(&self, now: WallTime, today: NaiveDate) -> bool {
        let Some(airing) = &self.planned else {
            return false;
        };
        match airing.late {
            _ if self.postponed && airing.date >= today => true,
            LateRule::Play => airing.date >= today,
            LateRule::Until(limit) => now.0 < limit.timestamp_micros(),
            LateRule::Skip | LateRule::Join => false,
        }
    }

    /// Whether it starts again from its beginning after an interruption, so that the parts do not add up.
    #[must_use]
    pub fn restarts_after_interruption(&self) -> bool {
        self.interrupt_policy() == InterruptPolicy::Restart && self.device_loss().is_none()
    }

    /// How much sounded before an interruption and counts, if it does not start again.
    #[must_use]
    pub fn credited_before(&self) -> Option<Length> {
        let earlier = self.earlier().filter(|_| !self.restarts_after_interruption())?;
        Some(Length { frames: earlier.playback.frames, rate: earlier.playback.rate })
    }

    /// Adds the part before an interruption to what followed; if it started again, returns the part that came farther.
    #[must_use]
    pub fn with_earlier(&self, taken: Playback) -> Playback {
        let Some(before) = self.earlier().map(|earlier| &earlier.playback) else { return taken };
        if taken.rate == 0 {
            return Playback { detail: taken.detail, ..before.clone() };
        }
        let at_rate = |frames| Length { frames, rate: before.rate }.frames_at(taken.rate);
        if self.restarts_after_interruption() {
            let farther = taken.frames >= at_rate(before.frames);
            return if farther { taken } else { Playback { detail: taken.detail, ..before.clone() } };
        }
        Playback {
            frames: taken.frames + at_rate(before.frames),
            underrun_frames: taken.underrun_frames + at_rate(before.underrun_frames),
            underruns: taken.underruns + before.underruns,
            late_us: before.late_us.or(taken.late_us),
            drift_us: None,
            impaired: taken.impaired || before.impaired,
            ..taken
        }
    }

    /// Returns its result when the device took every expected frame.
    #[must_use]
    pub fn result_if_complete(&self, late_us: Option<i64>) -> (Outcome, Option<Reason>) {
        let late_rule = self.planned.as_ref().map(|a| a.late);
        let on_time = late_us.is_none_or(|us| us.abs() <= ON_TIME_US);
        let may = self.postponed || matches!(late_rule, Some(LateRule::Play | LateRule::Until(_)));
        let by_rule = may && late_us.is_some_and(|us| us > 0);
        if self.joined_late {
            (Outcome::Partial, Some(Reason::Joined))
        } else if on_time || by_rule {
            (Outcome::Aired, None)
        } else {
            (Outcome::Partial, Some(Reason::Late))
        }
    }

    /// Builds its `outcome` entry.
    #[must_use]
    pub fn outcome(&self, result: Outcome, reason: Option<Reason>, taken: Playback) -> OutcomeEntry {
        let rate = if taken.frames > 0 { taken.rate } else { 0 };
        let ms = |frames| Length { frames, rate: taken.rate }.ms();
        OutcomeEntry {
            labels: self.labels.clone(),
            result,
            reason,
            played_ms: ms(taken.frames),
            frames: taken.frames,
            rate,
            late_us: taken.late_us,
            drift_us: taken.drift_us,
            underrun_ms: ms(taken.underrun_frames),
            underruns: taken.underruns,
            sha256: taken.sha256,
            device: taken.device,
            sink: taken.sink.name,
            hardware: taken.sink.hardware,
            volume: taken.volume,
            level: if taken.frames > 0 { taken.proof_level } else { 0 },
            detail: taken.detail,
        }
    }
}
