//! A set of dates, kept as ranges.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Largest number of ranges that are remembered of a hostile log: a century of single dates.
const MAX_RANGES: usize = 20_000;

/// Set of dates, as the first and the last date of each range.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<(NaiveDate, NaiveDate)>", into = "Vec<(NaiveDate, NaiveDate)>")]
pub(super) struct DateRanges(BTreeMap<NaiveDate, NaiveDate>);

impl From<Vec<(NaiveDate, NaiveDate)>> for DateRanges {
    fn from(runs: Vec<(NaiveDate, NaiveDate)>) -> Self {
        Self(runs.into_iter().collect())
    }
}

impl From<DateRanges> for Vec<(NaiveDate, NaiveDate)> {
    fn from(runs: DateRanges) -> Self {
        runs.0.into_iter().collect()
    }
}

impl DateRanges {
    pub fn has(&self, date: NaiveDate) -> bool {
        self.0.range(..=date).next_back().is_some_and(|(_, last)| *last >= date)
    }

    /// Adds a date. Returns false when there is no room for it.
    pub fn take(&mut self, date: NaiveDate) -> bool {
        if self.has(date) {
            return true;
        }
        let before = self.0.range(..date).next_back().filter(|(_, last)| last.succ_opt() == Some(date));
        let before = before.map(|(first, _)| *first);
        let last = date.succ_opt().and_then(|next| self.0.remove(&next)).unwrap_or(date);
        if before.is_none() && self.0.len() >= MAX_RANGES {
            return false;
        }
        self.0.insert(before.unwrap_or(date), last);
        true
    }
}
