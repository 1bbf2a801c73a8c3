//! Bounds that the department's own clock sets to the times of airings.
use crate::department::report::fact::Fact;

/// Airings timed by the station's clock, and the bound that the department's own clock sets to those times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClockBounds {
    /// Number of airings.
    pub airings: u64,
    /// Their airtime on the line, milliseconds.
    pub ms: i64,
    /// Airings that the department has not countersigned.
    pub unseen: u64,
    /// The longest time from an airing to when the department had certainly seen it, days, rounded up.
    pub max_days: Option<i64>,
}

impl ClockBounds {
    /// Adds an airing that the department had certainly seen by `by_us`, microseconds since 1970.
    pub(super) fn add_fact(&mut self, fact: &Fact, by_us: Option<i64>) {
        self.airings += 1;
        self.ms = self.ms.saturating_add(fact.counted_ms());
        let Some(by) = by_us else {
            self.unseen += 1;
            return;
        };
        let days = by.saturating_sub(fact.at_us).max(0).saturating_add(DAY_US - 1) / DAY_US;
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
