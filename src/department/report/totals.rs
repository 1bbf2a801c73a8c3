//! Sums over airings, and how late they were.
use std::collections::{BTreeMap, BTreeSet};

use super::fact::{Fact, FactState, Symbol};
use crate::airlog::outcome::Reason;

/// Counts of reasons: those of [`Reason::ALL`] in its order, then all others.
pub const REASON_COUNT: usize = Reason::ALL.len() + 1;

/// What a group of airings comes to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Planned airings.
    pub planned: u64,
    /// Whole ones on the line.
    pub aired: u64,
    /// Those of which some was on the line.
    pub partial: u64,
    /// Those of which nothing was.
    pub missed: u64,
    /// Played to an output that is no line.
    pub level0: u64,
    /// Those whose outcome has not been collected.
    pub unknown: u64,
    /// Those that cannot have been as their logs say.
    pub implausible: u64,
    /// Airtime planned, milliseconds.
    pub planned_ms: i64,
    /// Airtime on the line, milliseconds.
    pub played_ms: i64,
    /// Plays on the line that nobody had planned.
    pub unplanned: u64,
    /// Their airtime, milliseconds.
    pub unplanned_ms: i64,
    /// Missed ones by reason.
    pub missed_by_reason: [u64; REASON_COUNT],
    /// Partial ones by reason.
    pub partial_by_reason: [u64; REASON_COUNT],
    /// How late they started.
    pub lateness: Lateness,
    /// Of the aired and partial ones, those by a clock that nobody vouched for.
    pub unvouched: ClockBounds,
    /// All aired and partial ones, by when the department had seen them.
    pub seen: ClockBounds,
    /// Of them, those that are older than the enrolment of their log.
    pub before_enrolment: ClockBounds,
    /// The recordings that were on the line for planned airings.
    pub recordings: BTreeSet<Symbol>,
}

/// Airings whose times are the station's word, as far as the department's own clock bounds them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClockBounds {
    /// How many.
    pub airings: u64,
    /// Their airtime on the line, milliseconds.
    pub ms: i64,
    /// Those of them that the department has not countersigned.
    pub unseen: u64,
    /// The longest time between the time that one bears and the department's own, days, rounded up.
    pub max_days: Option<i64>,
}

impl ClockBounds {
    /// Takes one that was certainly there by this time.
    fn add_fact(&mut self, fact: &Fact, by_us: Option<i64>) {
        self.airings += 1;
        self.ms = self.ms.saturating_add(fact.counted_ms());
        let Some(by) = by_us else {
            self.unseen += 1;
            return;
        };
        let days = by.saturating_sub(fact.at_us).max(0).saturating_add(DAY_US - 1) / DAY_US;
        self.max_days = self.max_days.max(Some(days));
    }

    fn merge(&mut self, other: &Self) {
        self.airings += other.airings;
        self.ms = self.ms.saturating_add(other.ms);
        self.unseen += other.unseen;
        self.max_days = self.max_days.max(other.max_days);
    }
}

const DAY_US: i64 = 86_400_000_000;

/// How late airings started: a count for each whole millisecond.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lateness {
    counts: BTreeMap<i64, u64>,
    total: u64,
}

impl Lateness {
    /// Takes one, in microseconds; floored to milliseconds.
    pub fn add_us(&mut self, late_us: i64) {
        *self.counts.entry(late_us.div_euclid(1000)).or_default() += 1;
        self.total += 1;
    }

    fn merge(&mut self, other: &Self) {
        other.counts.iter().for_each(|(ms, count)| *self.counts.entry(*ms).or_default() += count);
        self.total += other.total;
    }

    /// The value of rank `ceil(n * percent / 100)`, milliseconds; none when there is no airing.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Option<i64> {
        let rank = (self.total * percent).div_ceil(100).max(1);
        let mut passed = 0;
        self.counts.iter().find_map(|(ms, count)| {
            passed += count;
            (passed >= rank).then_some(*ms)
        })
    }

    /// The latest, milliseconds.
    #[must_use]
    pub fn max(&self) -> Option<i64> {
        self.counts.last_key_value().map(|(ms, _)| *ms)
    }
}

fn reason_index(reason: Option<Reason>) -> usize {
    reason.and_then(|reason| Reason::ALL.iter().position(|one| *one == reason)).unwrap_or(REASON_COUNT - 1)
}

impl Totals {
    /// Takes one airing.
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

    /// Adds those of another group.
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

    /// Airtime on the line in thousandths of what was planned, rounded half up; none when nothing was planned.
    #[must_use]
    pub fn share_permille(&self) -> Option<i64> {
        let (played, planned) = (i128::from(self.played_ms), i128::from(self.planned_ms));
        let share = (planned > 0).then(|| (played * 2000 + planned) / (2 * planned))?;
        i64::try_from(share).ok()
    }

    /// Reasons that occur, most frequent first; none stands for reasons that this version does not know.
    #[must_use]
    pub fn ranked_reasons(counts: &[u64; REASON_COUNT]) -> Vec<(Option<Reason>, u64)> {
        let all = Reason::ALL.iter().copied().map(Some).chain([None]);
        let mut reasons: Vec<_> = all.zip(counts.iter().copied()).filter(|(_, count)| *count > 0).collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        reasons
    }
}
