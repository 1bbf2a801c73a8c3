//! Adds up airings.
mod clock_bounds;
mod lateness;
mod shares;

use std::collections::BTreeSet;

use super::fact::{Fact, FactState, Symbol};
use crate::airlog::outcome::Reason;

pub use self::clock_bounds::ClockBounds;
pub use self::lateness::Lateness;
pub use self::shares::Shares;

/// The number of counters for reasons: one for each of [`Reason::ALL`], in its order, and one for all other reasons.
pub const REASON_COUNT: usize = Reason::ALL.len() + 1;

/// The totals of a group of airings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// The number of planned airings.
    pub planned: u64,
    /// The number of planned airings that were completely on the line.
    pub aired: u64,
    /// The number of planned airings that were partly on the line.
    pub partial: u64,
    /// The number of planned airings that were not on the line.
    pub missed: u64,
    /// The number of planned airings that were played at level of proof 0 or volume 0.
    pub level0: u64,
    /// The number of planned airings whose outcome has not been collected.
    pub unknown: u64,
    /// The number of planned airings that were on the line according to their logs, but are not plausible.
    pub implausible: u64,
    /// The planned airtime, in milliseconds.
    pub planned_ms: i64,
    /// The airtime of aired and partial airings, in milliseconds.
    pub played_ms: i64,
    /// The planned airtime with which shares are computed, in milliseconds: a missing file has its last known length.
    pub expected_ms: i64,
    /// The part of `expected_ms` that belongs to airings with an outcome.
    pub known_ms: i64,
    /// The number of planned airings whose length in `expected_ms` is the last known one.
    pub earlier_length: u64,
    /// The number of planned airings whose length is not known at all.
    pub no_length: u64,
    /// The estimated number of airings that were planned on days without a log.
    pub lost_planned: u64,
    /// The estimated airtime that was planned on these days, in milliseconds.
    pub lost_planned_ms: i64,
    /// The number of unplanned plays on the line.
    pub unplanned: u64,
    /// The airtime of those plays, in milliseconds.
    pub unplanned_ms: i64,
    /// The number of missed airings by reason.
    pub missed_by_reason: [u64; REASON_COUNT],
    /// The number of partial airings by reason.
    pub partial_by_reason: [u64; REASON_COUNT],
    /// The lateness of aired and partial airings.
    pub lateness: Lateness,
    /// The aired and partial airings that were timed by a clock that was neither synchronised nor confirmed.
    pub unconfirmed_clock: ClockBounds,
    /// All aired and partial airings. Their times are bounded by the times at which the department countersigned them.
    pub all_aired: ClockBounds,
    /// The aired and partial airings that are older than the enrolment of their log. Their times are bounded by the
    /// time of the enrolment.
    pub before_enrolment: ClockBounds,
    /// The number of aired and partial airings at low volume.
    pub low_volume: u64,
    /// The airtime of these airings, in milliseconds.
    pub low_volume_ms: i64,
    /// The recordings of aired and partial airings.
    pub recordings: BTreeSet<Symbol>,
}

/// Returns the index of a reason's counter.
fn reason_index(reason: Option<Reason>) -> usize {
    reason.map_or(REASON_COUNT - 1, Reason::index)
}

impl Totals {
    /// Adds an airing.
    pub fn add_fact(&mut self, fact: &Fact) {
        if fact.state == FactState::Unplanned {
            self.unplanned += 1;
            self.unplanned_ms = self.unplanned_ms.saturating_add(fact.played_ms);
            return;
        }
        if fact.state == FactState::UnplannedNotCounted {
            return;
        }
        self.planned += 1;
        self.planned_ms = self.planned_ms.saturating_add(fact.planned_ms);
        let expected_ms = fact.expected_ms();
        self.expected_ms = self.expected_ms.saturating_add(expected_ms);
        if fact.state != FactState::Unknown {
            self.known_ms = self.known_ms.saturating_add(expected_ms);
        }
        self.no_length += u64::from(expected_ms == 0);
        self.earlier_length += u64::from(fact.planned_ms == 0 && expected_ms > 0);
        match fact.state {
            FactState::Aired => self.aired += 1,
            FactState::Partial(reason) => {
                self.partial += 1;
                self.partial_by_reason[reason_index(reason)] += 1;
            }
            FactState::Missed(reason) => {
                self.missed += 1;
                self.missed_by_reason[reason_index(reason)] += 1;
            }
            FactState::Level0 => self.level0 += 1,
            FactState::Implausible => self.implausible += 1,
            FactState::Unknown | FactState::Unplanned | FactState::UnplannedNotCounted => self.unknown += 1,
        }
        if matches!(fact.state, FactState::Aired | FactState::Partial(_)) {
            self.played_ms = self.played_ms.saturating_add(fact.counted_ms());
            self.all_aired.add_fact(fact, fact.earliest_countersigned_at_us);
            if !fact.is_clock_confirmed {
                self.unconfirmed_clock.add_fact(fact, fact.earliest_countersigned_at_us);
            }
            if fact.enrolled_at_us.is_some_and(|enrolled_at_us| fact.at_us < enrolled_at_us) {
                self.before_enrolment.add_fact(fact, fact.enrolled_at_us);
            }
            if fact.has_low_volume {
                self.low_volume += 1;
                self.low_volume_ms = self.low_volume_ms.saturating_add(fact.counted_ms());
            }
            self.recordings.extend(fact.recording);
            if let Some(late_us) = fact.late_us {
                self.lateness.add_airing(late_us);
            }
        }
    }

    /// Adds an airing of a day without a log, estimated from an airing of an earlier day.
    pub fn add_estimated_fact(&mut self, fact: &Fact) {
        self.lost_planned += 1;
        self.lost_planned_ms = self.lost_planned_ms.saturating_add(fact.expected_ms());
    }

    /// Adds the totals of another group.
    pub fn merge(&mut self, other: &Self) {
        let counts = [
            (&mut self.planned, other.planned),
            (&mut self.aired, other.aired),
            (&mut self.partial, other.partial),
            (&mut self.missed, other.missed),
            (&mut self.level0, other.level0),
            (&mut self.unknown, other.unknown),
            (&mut self.implausible, other.implausible),
            (&mut self.unplanned, other.unplanned),
            (&mut self.earlier_length, other.earlier_length),
            (&mut self.no_length, other.no_length),
            (&mut self.lost_planned, other.lost_planned),
            (&mut self.low_volume, other.low_volume),
        ];
        counts.into_iter().for_each(|(sum, addend)| *sum += addend);
        let lengths = [
            (&mut self.planned_ms, other.planned_ms),
            (&mut self.played_ms, other.played_ms),
            (&mut self.unplanned_ms, other.unplanned_ms),
            (&mut self.expected_ms, other.expected_ms),
            (&mut self.known_ms, other.known_ms),
            (&mut self.lost_planned_ms, other.lost_planned_ms),
            (&mut self.low_volume_ms, other.low_volume_ms),
        ];
        lengths.into_iter().for_each(|(sum, addend)| *sum = sum.saturating_add(addend));
        self.missed_by_reason.iter_mut().zip(other.missed_by_reason).for_each(|(sum, addend)| *sum += addend);
        self.partial_by_reason.iter_mut().zip(other.partial_by_reason).for_each(|(sum, addend)| *sum += addend);
        self.lateness.merge(&other.lateness);
        self.unconfirmed_clock.merge(&other.unconfirmed_clock);
        self.all_aired.merge(&other.all_aired);
        self.before_enrolment.merge(&other.before_enrolment);
        self.recordings.extend(&other.recordings);
    }

    /// Returns the reasons with a count above 0, the most frequent first. `None` stands for all reasons that this
    /// version does not know.
    #[must_use]
    pub fn ranked_reasons(counts: &[u64; REASON_COUNT]) -> Vec<(Option<Reason>, u64)> {
        let all_reasons = Reason::ALL.iter().copied().map(Some).chain([None]);
        let mut reasons: Vec<_> = all_reasons.zip(counts.iter().copied()).filter(|(_, count)| *count > 0).collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        reasons
    }
}
