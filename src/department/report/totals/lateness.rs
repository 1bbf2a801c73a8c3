//! How late airings started.
use std::collections::BTreeMap;

/// How late airings started: a count for each millisecond.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lateness {
    counts: BTreeMap<i64, u64>,
    total: u64,
}

impl Lateness {
    /// Adds an airing that started so many microseconds late, rounded down to milliseconds.
    pub fn add_us(&mut self, late_us: i64) {
        *self.counts.entry(late_us.div_euclid(1000)).or_default() += 1;
        self.total += 1;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        other.counts.iter().for_each(|(ms, count)| *self.counts.entry(*ms).or_default() += count);
        self.total += other.total;
    }

    /// Returns the value of rank `ceil(n * percent / 100)`, milliseconds; none without airings.
    #[must_use]
    pub fn percentile(&self, percent: u64) -> Option<i64> {
        let rank = (self.total * percent).div_ceil(100).max(1);
        let mut passed = 0;
        self.counts.iter().find_map(|(ms, count)| {
            passed += count;
            (passed >= rank).then_some(*ms)
        })
    }

    /// Returns the latest start, milliseconds.
    #[must_use]
    pub fn max(&self) -> Option<i64> {
        self.counts.last_key_value().map(|(ms, _)| *ms)
    }
}
