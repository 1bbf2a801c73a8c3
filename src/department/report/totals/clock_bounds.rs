//! How far the department's own clock bounds the times of airings.
use crate::department::report::fact::Fact;

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
