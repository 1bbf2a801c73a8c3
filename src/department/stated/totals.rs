//! Adds up stated rows for a report. They are never added to airtime that logs prove.
use std::collections::{BTreeMap, BTreeSet};

use super::StatedRow;
use crate::department::report::period::DateRange;

/// The stated rows of a report's range.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatedSection {
    /// The totals by body and topic.
    pub totals: Vec<StatedTotals>,
    /// The names of files in the store that are not those that were added on this machine. Their rows are not counted.
    pub disputed_files: Vec<String>,
}

/// What one body states about one topic in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedTotals {
    /// The body.
    pub addressee: String,
    /// The campaign; empty for none.
    pub campaign: String,
    /// The number of the topic.
    pub topic: Option<u16>,
    /// The language code; empty if not given.
    pub language: String,
    /// The number of rows.
    pub rows: u64,
    /// The airtime that the rows state, in milliseconds.
    pub stated_ms: i64,
    /// The number of airings, news items or articles that they state.
    pub airings: u64,
    /// The first and the last date.
    pub dates: DateRange,
}

/// The group to which a row counts: body, campaign, topic and language.
type StatedKey<'a> = (&'a str, &'a str, Option<u16>, &'a str);

impl StatedSection {
    /// Adds up the rows of a range. A row that several files contain counts once.
    #[must_use]
    pub fn new(rows: &[StatedRow], range: DateRange, disputed_files: Vec<String>) -> Self {
        let distinct_rows: BTreeSet<&StatedRow> = rows.iter().filter(|row| range.contains(row.date)).collect();
        let mut groups: BTreeMap<StatedKey<'_>, StatedTotals> = BTreeMap::new();
        for row in distinct_rows {
            let key = (row.addressee.as_str(), row.campaign.as_str(), row.topic, row.language.as_str());
            let totals = groups.entry(key).or_insert_with(|| StatedTotals {
                addressee: row.addressee.clone(),
                campaign: row.campaign.clone(),
                topic: row.topic,
                language: row.language.clone(),
                rows: 0,
                stated_ms: 0,
                airings: 0,
                dates: DateRange { from: row.date, until: row.date },
            });
            totals.rows += 1;
            totals.stated_ms = totals.stated_ms.saturating_add(row.stated_ms);
            totals.airings = totals.airings.saturating_add(row.airings);
            // Rows are ordered by date.
            totals.dates.until = row.date;
        }
        Self { totals: groups.into_values().collect(), disputed_files }
    }
}
