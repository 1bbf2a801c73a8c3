//! Bounds on the times of airings, set by the department's clock.
use crate::department::report::fact::Fact;

/// The length of a day, in microseconds.
const DAY_US: i64 = 86_400_000_000;

/// Totals of airings, and the accuracy of their times. The times are from the stations' clocks. The department's clock
/// bounds them, because an airing cannot be later than the time at which the department learned of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClockBounds {
    /// The number of airings.
    pub airings: u64,
    /// The airtime of these airings, in milliseconds.
    pub played_ms: i64,
    /// The number of airings without a bound, because the department has not countersigned them.
    pub unbounded_airings: u64,
    /// The longest time between an airing and its bound, in days, rounded up; `None` if no airing has a bound.
    pub max_delay_days: Option<i64>,
}

impl ClockBounds {
    /// Adds an airing. `bound_us` is the time at which the department learned of the airing, in microseconds since
    /// 1970; `None` if it has no bound.
    pub(super) fn add_fact(&mut self, fact: &Fact, bound_us: Option<i64>) {
        self.airings += 1;
        self.played_ms = self.played_ms.saturating_add(fact.counted_ms());
        let Some(bound_us) = bound_us else {
            self.unbounded_airings += 1;
            return;
        };
        let days = bound_us.saturating_sub(fact.at_us).max(0).saturating_add(DAY_US - 1) / DAY_US;
        self.max_delay_days = self.max_delay_days.max(Some(days));
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.airings += other.airings;
        self.played_ms = self.played_ms.saturating_add(other.played_ms);
        self.unbounded_airings += other.unbounded_airings;
        self.max_delay_days = self.max_delay_days.max(other.max_delay_days);
    }
}
