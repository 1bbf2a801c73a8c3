//! Sets of weekdays.
use chrono::Weekday;

/// A set of weekdays, one bit for each; Monday is the lowest bit. The default is every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekdaySet(u8);

impl Default for WeekdaySet {
    fn default() -> Self {
        Self(0b111_1111)
    }
}

impl WeekdaySet {
    /// The empty set.
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

    /// Returns true when this weekday is in the set.
    #[must_use]
    pub fn contains(&self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }

    /// Returns true when the set is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// Returns the number of weekdays in the set.
    #[must_use]
    pub fn count(&self) -> u32 {
        self.0.count_ones()
    }
}
