//! Bounds on the times of airings, set by the department's clock.
use crate::department::report::fact::Fact;

/// The total of airings timed by the stations' clocks, and a bound on those times that the department's clock sets. An
/// airing cannot be later than the time at which the department knew of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClockBounds {
    /// The number of airings.
    pub airings: u64,
    /// Their airtime on the line, in milliseconds.
    pub ms: i64,
    /// The number of airings without a bound, because the department has not countersigned them.
    pub unseen: u64,
    /// The longest time from an airing to its bound, in days, rounded up; `None` if no airing has a bound.
    pub max_days: Option<i64>,
}

impl ClockBounds {
    /// Adds an airing. `bound_us` is the bound on its time by the department's clock, in microseconds since 1970.
    pub(super) fn add_fact(&mut self, fact: &Fact, bound_us: Option<i64>) {
        self.airings += 1;
        self.ms = self.ms.saturating_add(fact.counted_ms());
        let Some(bound_us) = bound_us else {
            self.unseen += 1;
            return;
        };
        let days = bound_us.saturating_sub(fact.at_us).max(0).saturating_add(DAY_US - 1) / DAY_US;
        self.max_days = self.max_days.max(Some(days));
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.airings += other.airings;
        self.ms = self.ms.saturating_add(other.ms);
        self.unseen += other.unseen;
        self.max_days = self.max_days.max(other.max_days);
    }
}

const DAY_US: i64 = 86_400_000_000;
