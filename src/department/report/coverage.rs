//! Coverage: how many days of how many stations have a log.
use crate::base::permille::permille;

/// A number of station-days, each one day of one station, and how many of them have a log. Only days before the date of
/// the report count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The number of station-days.
    pub days: i64,
    /// The number of these days for which a counted log has a plan.
    pub logged: i64,
}

impl Coverage {
    /// Adds a day.
    pub fn add_day(&mut self, is_logged: bool) {
        self.days += 1;
        self.logged += i64::from(is_logged);
    }

    /// Adds the days of another group.
    pub(super) fn merge(&mut self, other: &Self) {
        self.days += other.days;
        self.logged += other.logged;
    }

    /// Returns the number of days without a log.
    #[must_use]
    pub fn unlogged(&self) -> i64 {
        self.days - self.logged
    }

    /// Returns the days with a log in thousandths of all days, rounded half up; `None` if there are no days.
    #[must_use]
    pub fn permille(&self) -> Option<i64> {
        permille(self.logged, self.days)
    }

    /// Returns whether two periods may be compared in per cent: the shares of days with a log differ by at most a
    /// tenth. `false` if either has no days.
    #[must_use]
    pub fn is_comparable(&self, other: &Self) -> bool {
        let (a, b) =
            (i128::from(self.logged) * i128::from(other.days), i128::from(other.logged) * i128::from(self.days));
        let denominator = i128::from(self.days) * i128::from(other.days);
        denominator > 0 && (a - b).abs() * 10 <= denominator
    }
}

/// How many stations and station-days of a range have logs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RangeCoverage {
    /// The number of stations in the registry.
    pub stations: u64,
    /// The number of these stations that have a log for some day of the range.
    pub logged_stations: u64,
    /// The days of all these stations.
    pub station_days: Coverage,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverages_that_differ_by_more_than_a_tenth_are_not_comparable() {
        let coverage = |logged, days| Coverage { days, logged };
        assert!(coverage(10, 10).is_comparable(&coverage(9, 10)));
        assert!(coverage(9, 10).is_comparable(&coverage(20, 20)));
        assert!(!coverage(100, 100).is_comparable(&coverage(89, 100)));
        assert!(!coverage(89, 100).is_comparable(&coverage(100, 100)));
        assert!(coverage(0, 10).is_comparable(&coverage(0, 3)));
        assert!(!coverage(0, 0).is_comparable(&coverage(3, 3)), "nothing is known of a range in the future");
        assert_eq!((coverage(2075, 2201).permille(), coverage(0, 0).permille()), (Some(943), None));
    }
}
