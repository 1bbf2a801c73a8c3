//! The lateness of airings.
use std::collections::BTreeMap;

/// The distribution of airings by lateness, which is the actual start minus the planned start. It is negative for early
/// starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lateness {
    /// The number of airings by lateness, in milliseconds.
    counts: BTreeMap<i64, u64>,
    /// The number of all airings.
    airing_count: u64,
}

impl Lateness {
    /// Adds an airing with this lateness in microseconds. The lateness is rounded down to milliseconds.
    pub fn add_airing(&mut self, late_us: i64) {
        *self.counts.entry(late_us.div_euclid(1000)).or_default() += 1;
        self.airing_count += 1;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        other.counts.iter().for_each(|(ms, count)| *self.counts.entry(*ms).or_default() += count);
        self.airing_count += other.airing_count;
    }

    /// Returns the lateness of the airing with rank `ceil(n * percent / 100)` among `n` airings, in milliseconds;
    /// `None` if there are no airings.
    #[must_use]
    pub fn percentile_ms(&self, percent: u64) -> Option<i64> {
        let rank = (self.airing_count * percent).div_ceil(100).max(1);
        let mut cumulative_count = 0;
        self.counts.iter().find_map(|(ms, count)| {
            cumulative_count += count;
            (cumulative_count >= rank).then_some(*ms)
        })
    }

    /// Returns the greatest lateness, in milliseconds; `None` if there are no airings.
    #[must_use]
    pub fn max_ms(&self) -> Option<i64> {
        self.counts.last_key_value().map(|(ms, _)| *ms)
    }
}
