//! Sets of weekdays.
use chrono::Weekday;

/// A set of weekdays; the default is every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekdaySet(u8);

impl Default for WeekdaySet {
    fn default() -> Self {
        Self(0b111_1111)
    }
}

impl WeekdaySet {
    /// No day: the start of a union.
    pub const EMPTY: Self = Self(0);

    /// Adds the days from `first` to `last`, both inclusive, going forward through the week.
    pub fn add_range(&mut self, first: Weekday, last: Weekday) {
        let mut day = first;
        loop {
            self.0 |= 1 << day.num_days_from_monday();
            if day == last {
                return;
            }
            day = day.succ();
        }
    }

    /// Returns whether this weekday is in the set.
    #[must_use]
    pub fn contains(&self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }

    /// Returns whether the set has no day.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// Returns the number of days per week.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.0.count_ones()
    }
}
