//! Sums over airings, and how late they were.
use std::collections::{BTreeMap, BTreeSet};

use super::fact::{Fact, State, Word};
use crate::airlog::outcome::Reason;

/// Counts of reasons: those of [`Reason::ALL`] in its order, then all others.
pub const REASONS: usize = Reason::ALL.len() + 1;

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
    pub missed_by: [u64; REASONS],
    /// Partial ones by reason.
    pub partial_by: [u64; REASONS],
    /// How late they started.
    pub late: Lateness,
    /// Of the aired and partial ones, those by a clock that nobody vouched for.
    pub unvouched: Bounded,
    /// All aired and partial ones, by when the department had seen them.
    pub seen: Bounded,
    /// Of them, those that are older than the enrolment of their log.
    pub early: Bounded,
    /// The recordings that were on the line for planned airings.
    pub recordings: BTreeSet<Word>,
}

/// Airings whose times are the station's word, as far as the department's own clock bounds them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounded {
    /// How many.
    pub airings: u64,
    /// Their airtime on the line, milliseconds.
    pub ms: i64,
    /// Those of them that the department has not countersigned.
    pub unseen: u64,
    /// The longest time between the time that one bears and the department's own, days, rounded up.
    pub days: Option<i64>,
}

impl Bounded {
    /// Takes one that was certainly there by this time.
    fn take(&mut self, fact: &Fact, by_us: Option<i64>) {
        self.airings += 1;
        self.ms = self.ms.saturating_add(fact.counted_ms());
        let Some(by) = by_us else {
            self.unseen += 1;
            return;
        };
        let days = by.saturating_sub(fact.at_us).max(0).saturating_add(DAY_US - 1) / DAY_US;
        self.days = self.days.max(Some(days));
    }

    fn add(&mut self, other: &Self) {
        self.airings += other.airings;
        self.ms = self.ms.saturating_add(other.ms);
        self.unseen += other.unseen;
        self.days = self.days.max(other.days);
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
    pub fn take(&mut self, late_us: i64) {
        *self.counts.entry(late_us.div_euclid(1000)).or_default() += 1;
        self.total += 1;
    }

    fn add(&mut self, other: &Self) {
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

fn place(reason: Option<Reason>) -> usize {
    reason.and_then(|reason| Reason::ALL.iter().position(|one| *one == reason)).unwrap_or(REASONS - 1)
}

impl Totals {
    /// Takes one airing.
    pub fn take(&mut self, fact: &Fact) {
        if fact.state == State::Unplanned {
            self.unplanned += 1;
            self.unplanned_ms = self.unplanned_ms.saturating_add(fact.played_ms);
            return;
        }
        if fact.state == State::UnplannedSilent {
            return;
        }
        self.planned += 1;
        self.planned_ms = self.planned_ms.saturating_add(fact.planned_ms);
        match fact.state {
            State::Aired => self.aired += 1,
            State::Partial(reason) => {
                self.partial += 1;
                self.partial_by[place(reason)] += 1;
            }
            State::Missed(reason) => {
                self.missed += 1;
                self.missed_by[place(reason)] += 1;
            }
            State::Level0 => self.level0 += 1,
            State::Implausible => self.implausible += 1,
            State::Unknown | State::Unplanned | State::UnplannedSilent => self.unknown += 1,
        }
        if matches!(fact.state, State::Aired | State::Partial(_)) {
            self.played_ms = self.played_ms.saturating_add(fact.counted_ms());
            self.seen.take(fact, fact.seen_us);
            if !fact.vouched {
                self.unvouched.take(fact, fact.seen_us);
            }
            if fact.enrolled_us.is_some_and(|enrolled| fact.at_us < enrolled) {
                self.early.take(fact, fact.enrolled_us);
            }
            self.recordings.extend(fact.recording);
            if let Some(late) = fact.late_us {
                self.late.take(late);
            }
        }
    }

    /// Adds those of another group.
    pub fn add(&mut self, other: &Self) {
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
        self.missed_by.iter_mut().zip(other.missed_by).for_each(|(to, more)| *to += more);
        self.partial_by.iter_mut().zip(other.partial_by).for_each(|(to, more)| *to += more);
        self.late.add(&other.late);
        self.unvouched.add(&other.unvouched);
        self.seen.add(&other.seen);
        self.early.add(&other.early);
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
    pub fn reasons(counts: &[u64; REASONS]) -> Vec<(Option<Reason>, u64)> {
        let all = Reason::ALL.iter().copied().map(Some).chain([None]);
        let mut reasons: Vec<_> = all.zip(counts.iter().copied()).filter(|(_, count)| *count > 0).collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        reasons
    }
}
