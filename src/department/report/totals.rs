//! Totals of airings.
mod clock_bounds;
mod lateness;

use std::collections::BTreeSet;

use super::fact::{Fact, FactState, Symbol};
use crate::airlog::outcome::Reason;

pub use self::clock_bounds::ClockBounds;
pub use self::lateness::Lateness;

/// Number of counters for reasons: one for each of [`Reason::ALL`], in its order, and one for all others.
pub const REASON_COUNT: usize = Reason::ALL.len() + 1;

/// The totals of a group of airings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Planned airings.
    pub planned: u64,
    /// Airings that were on the line whole.
    pub aired: u64,
    /// Airings that were on the line in part.
    pub partial: u64,
    /// Airings that were not on the line.
    pub missed: u64,
    /// Airings played to an output that is not a line.
    pub level0: u64,
    /// Airings whose outcome has not been collected.
    pub unknown: u64,
    /// Airings that their logs report but that are not plausible.
    pub implausible: u64,
    /// Planned airtime, milliseconds.
    pub planned_ms: i64,
    /// Airtime on the line, milliseconds.
    pub played_ms: i64,
    /// Unplanned plays on the line.
    pub unplanned: u64,
    /// Their airtime, milliseconds.
    pub unplanned_ms: i64,
    /// Missed airings by reason.
    pub missed_by_reason: [u64; REASON_COUNT],
    /// Partial airings by reason.
    pub partial_by_reason: [u64; REASON_COUNT],
    /// How late aired and partial airings started.
    pub lateness: Lateness,
    /// Aired and partial airings timed by a clock that nobody vouched for.
    pub unvouched: ClockBounds,
    /// All aired and partial airings, and when the department had seen them.
    pub seen: ClockBounds,
    /// Aired and partial airings older than the enrolment of their log.
    pub before_enrolment: ClockBounds,
    /// Recordings of planned airings on the line.
    pub recordings: BTreeSet<Symbol>,
}

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
        if fact.state == FactState::UnplannedSilent {
            return;
        }
        self.planned += 1;
        self.planned_ms = self.planned_ms.saturating_add(fact.planned_ms);
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
            FactState::Unknown | FactState::Unplanned | FactState::UnplannedSilent => self.unknown += 1,
        }
        if matches!(fact.state, FactState::Aired | FactState::Partial(_)) {
            self.played_ms = self.played_ms.saturating_add(fact.counted_ms());
            self.seen.add_fact(fact, fact.seen_by_us);
            if !fact.clock_vouched {
                self.unvouched.add_fact(fact, fact.seen_by_us);
            }
            if fact.enrolled_us.is_some_and(|enrolled| fact.at_us < enrolled) {
                self.before_enrolment.add_fact(fact, fact.enrolled_us);
            }
            self.recordings.extend(fact.recording);
            if let Some(late) = fact.late_us {
                self.lateness.add_us(late);
            }
        }
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
        ];
        counts.into_iter().for_each(|(to, more)| *to += more);
        let lengths = [
            (&mut self.planned_ms, other.planned_ms),
            (&mut self.played_ms, other.played_ms),
            (&mut self.unplanned_ms, other.unplanned_ms),
        ];
        lengths.into_iter().for_each(|(to, more)| *to = to.saturating_add(more));
        self.missed_by_reason.iter_mut().zip(other.missed_by_reason).for_each(|(to, more)| *to += more);
        self.partial_by_reason.iter_mut().zip(other.partial_by_reason).for_each(|(to, more)| *to += more);
        self.lateness.merge(&other.lateness);
        self.unvouched.merge(&other.unvouched);
        self.seen.merge(&other.seen);
        self.before_enrolment.merge(&other.before_enrolment);
        self.recordings.extend(&other.recordings);
    }

    /// Returns the airtime on the line in thousandths of the planned airtime, rounded half up; none when nothing was
    /// planned.
    #[must_use]
    pub fn share_permille(&self) -> Option<i64> {
        let (played, planned) = (i128::from(self.played_ms), i128::from(self.planned_ms));
        let share = (planned > 0).then(|| (played * 2000 + planned) / (2 * planned))?;
        i64::try_from(share).ok()
    }

    /// Returns the reasons that occur, the most frequent first. None stands for reasons that this version does not
    /// know.
    #[must_use]
    pub fn ranked_reasons(counts: &[u64; REASON_COUNT]) -> Vec<(Option<Reason>, u64)> {
        let all = Reason::ALL.iter().copied().map(Some).chain([None]);
        let mut reasons: Vec<_> = all.zip(counts.iter().copied()).filter(|(_, count)| *count > 0).collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        reasons
    }
}
