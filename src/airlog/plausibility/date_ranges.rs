//! A set of dates, stored as ranges of consecutive dates.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Maximum number of ranges, which bounds the memory for a hostile log. Single dates with gaps between them reach it
/// after a century.
const MAX_RANGES: usize = 20_000;

/// A set of dates. Maps the first date of each range to its last date.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<(NaiveDate, NaiveDate)>", into = "Vec<(NaiveDate, NaiveDate)>")]
pub(super) struct DateRanges(BTreeMap<NaiveDate, NaiveDate>);

impl From<Vec<(NaiveDate, NaiveDate)>> for DateRanges {
    fn from(ranges: Vec<(NaiveDate, NaiveDate)>) -> Self {
        Self(ranges.into_iter().collect())
    }
}

impl From<DateRanges> for Vec<(NaiveDate, NaiveDate)> {
    fn from(ranges: DateRanges) -> Self {
        ranges.0.into_iter().collect()
    }
}

impl DateRanges {
    pub fn contains(&self, date: NaiveDate) -> bool {
        self.0.range(..=date).next_back().is_some_and(|(_, last)| *last >= date)
    }

    /// Adds a date. Returns false if the set is full and does not contain the date.
    pub fn insert(&mut self, date: NaiveDate) -> bool {
        if self.contains(date) {
            return true;
        }
        let preceding = self.0.range(..date).next_back().filter(|(_, last)| last.succ_opt() == Some(date));
        let preceding_first = preceding.map(|(first, _)| *first);
        let last = date.succ_opt().and_then(|next| self.0.remove(&next)).unwrap_or(date);
        if preceding_first.is_none() && self.0.len() >= MAX_RANGES {
            return false;
        }
        self.0.insert(preceding_first.unwrap_or(date), last);
        true
    }
}
