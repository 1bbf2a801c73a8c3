//! The rules for a late start, for continuing after an interruption, and for the outcome.
use chrono::NaiveDate;

use super::LiveAiring;
use super::playback::Playback;
use crate::airlog::entry::{Outcome, OutcomeEntry, Reason};
use crate::base::instant::WallTime;
use crate::library::Length;
use crate::plan::LateRule;
use crate::playout::engine::timing::ON_TIME_TOLERANCE_US;

impl LiveAiring {
    /// True when the airing is allowed to start at `now`, after its planned time, and to play in full. The rule `play`
    /// allows this until the end of the airing's date, and the rule `until` allows it before its limit. An airing that
    /// an urgent one has postponed may start until the end of its date.
    #[must_use]
    pub fn may_play_late(&self, now: WallTime, today: NaiveDate) -> bool {
        let Some(airing) = &self.planned else {
            return false;
        };
        match airing.late {
            _ if self.is_postponed && airing.date >= today => true,
            LateRule::Play => airing.date >= today,
            LateRule::Until(limit) => now.0 < limit.timestamp_micros(),
            LateRule::Skip | LateRule::Join => false,
        }
    }

    /// True when the airing starts again from its beginning after an interruption. Then the lengths of the two parts
    /// are not added.
    #[must_use]
    pub fn restarts_after_interruption(&self) -> bool {
        self.interrupt_policy().starts_over() && self.device_loss().is_none()
    }

    /// The length that sounded before an interruption and counts towards the outcome. `None` when nothing sounded
    /// before an interruption, or when the airing starts again from its beginning.
    #[must_use]
    pub fn credited_earlier_length(&self) -> Option<Length> {
        let earlier_part = self.earlier_part().filter(|_| !self.restarts_after_interruption())?;
        Some(Length { frames: earlier_part.playback.frames, rate: earlier_part.playback.rate })
    }

    /// Returns `playback` plus the part before an interruption. If the airing started again from its beginning, returns
    /// the longer of the two parts instead.
    #[must_use]
    pub fn total_playback(&self, playback: Playback) -> Playback {
        let Some(earlier_playback) = self.earlier_part().map(|part| &part.playback) else { return playback };
        if playback.rate == 0 {
            return Playback { detail: playback.detail, ..earlier_playback.clone() };
        }
        let at_rate = |frames| Length { frames, rate: earlier_playback.rate }.frames_at(playback.rate);
        if self.restarts_after_interruption() {
            let is_longer = playback.frames >= at_rate(earlier_playback.frames);
            return if is_longer { playback } else { Playback { detail: playback.detail, ..earlier_playback.clone() } };
        }
        Playback {
            frames: playback.frames + at_rate(earlier_playback.frames),
            underrun_frames: playback.underrun_frames + at_rate(earlier_playback.underrun_frames),
            underruns: playback.underruns + earlier_playback.underruns,
            late_us: earlier_playback.late_us.or(playback.late_us),
            drift_us: None,
            is_impaired: playback.is_impaired || earlier_playback.is_impaired,
            ..playback
        }
    }

    /// Returns the result and the reason that the airing gets if the device took every expected frame.
    #[must_use]
    pub fn result_if_complete(&self, late_us: Option<i64>) -> (Outcome, Option<Reason>) {
        let late_rule = self.planned.as_ref().map(|airing| airing.late);
        let is_on_time = late_us.is_none_or(|late_us| late_us.abs() <= ON_TIME_TOLERANCE_US);
        let is_late_start_allowed = self.is_postponed || late_rule.is_some_and(LateRule::plays_late_items_in_full);
        let is_permitted_late = is_late_start_allowed && late_us.is_some_and(|late_us| late_us > 0);
        if self.is_joined {
            (Outcome::Partial, Some(Reason::Joined))
        } else if is_on_time || is_permitted_late {
            (Outcome::Aired, None)
        } else {
            (Outcome::Partial, Some(Reason::Late))
        }
    }

    /// Builds the airing's `outcome` entry.
    #[must_use]
    pub fn outcome_entry(&self, result: Outcome, reason: Option<Reason>, playback: Playback) -> OutcomeEntry {
        let rate = if playback.frames > 0 { playback.rate } else { 0 };
        let to_ms = |frames| Length { frames, rate: playback.rate }.ms();
        OutcomeEntry {
            labels: self.labels.clone(),
            result,
            reason,
            played_ms: to_ms(playback.frames),
            frames: playback.frames,
            rate,
            late_us: playback.late_us,
            drift_us: playback.drift_us,
            underrun_ms: to_ms(playback.underrun_frames),
            underruns: playback.underruns,
            sha256: playback.sha256,
            device: playback.device,
            sink: playback.sink.name,
            hardware: playback.sink.is_hardware,
            volume: playback.volume,
            level: if playback.frames > 0 { playback.proof_level } else { 0 },
            detail: playback.detail,
        }
    }
}
