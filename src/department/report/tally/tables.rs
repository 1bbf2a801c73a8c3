//! Converts groups of airings to the tables of a report.
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Tally;
use super::group_totals::{GroupTotals, RowKey, TopicKey};
use crate::department::report::coverage::Coverage;
use crate::department::report::fact::Symbol;
use crate::department::report::group_by::GroupBy;
use crate::department::report::growth::Growth;
use crate::department::report::period::monday_of;
use crate::department::report::table::{ReportTable, TableRow};
use crate::department::report::{SharedRecording, WeeklyAirtime};

impl Tally<'_> {
    /// Builds the table with this grouping. `coverages` are those of both ranges.
    pub(super) fn build_table(&self, by: GroupBy, coverages: (Coverage, Option<Coverage>)) -> ReportTable {
        // The groups by day and period contain only airings of the range.
        let is_compared = self.query.earlier_range.is_some() && !by.is_by_time();
        // Groups with the same cells are merged into one row. A district, for example, has one group per station.
        let mut rows: BTreeMap<RowKey, GroupTotals> = BTreeMap::new();
        if by.is_by_cell() {
            for (cell, group) in &self.cells {
                rows.entry(self.cell_row_key(by, cell)).or_default().merge(group);
            }
        }
        for (key, group) in self.groups.iter().filter(|(grouping, _)| *grouping == by).flat_map(|(_, groups)| groups) {
            rows.entry(self.row_key(by, *key)).or_default().merge(group);
        }
        // A topic that nobody aired has a row too, and so has a station or place without a log.
        if by == GroupBy::Topic {
            for key in self.topic_row_keys() {
                rows.entry(key).or_default();
            }
        }
        let mut row_coverages = self.row_coverages(by, self.query.range);
        for key in row_coverages.iter().flat_map(BTreeMap::keys) {
            rows.entry(key.clone()).or_default();
        }
        let earlier_range = self.query.earlier_range.filter(|_| is_compared);
        let mut earlier_row_coverages = earlier_range.and_then(|range| self.row_coverages(by, range));
        let is_shared = |recording: &&Symbol| self.recordings.contains_key(*recording);
        let table_row = |(key, group): (RowKey, GroupTotals)| {
            let coverage = row_coverages.as_mut().map(|rows| rows.remove(&key).unwrap_or_default());
            let earlier_coverage = earlier_row_coverages.as_mut().map(|rows| rows.remove(&key).unwrap_or_default());
            let growth = is_compared.then(|| {
                // A row without days of its own is compared like the whole report.
                let earlier_coverage = earlier_coverage.or(coverages.1).unwrap_or_default();
                let earlier = (group.earlier_totals.played_ms, earlier_coverage);
                Growth::new(earlier, (group.totals.played_ms, coverage.unwrap_or(coverages.0)))
            });
            TableRow {
                key: key.1,
                shared_recordings: group.totals.recordings.iter().filter(is_shared).count() as u64,
                totals: group.totals,
                earlier_totals: is_compared.then_some(group.earlier_totals),
                coverage,
                earlier_coverage,
                growth,
            }
        };
        ReportTable { by, rows: rows.into_iter().map(table_row).collect() }
    }

    /// Returns the airtime of each topic in each week, in the order of the topics' keys.
    pub(super) fn weekly_airtime(&self) -> WeeklyAirtime {
        let range = self.query.range;
        let first_monday = monday_of(range.from);
        let mondays: Vec<NaiveDate> = first_monday.iter_weeks().take_while(|day| *day <= range.until).collect();
        let mut topics: Vec<_> = self.weekly_ms.iter().map(|(key, weeks)| (self.topic_key(*key), weeks)).collect();
        topics.sort_by(|a, b| a.0.cmp(&b.0));
        let airtimes = |weeks: &BTreeMap<NaiveDate, i64>| {
            mondays.iter().map(|monday| weeks.get(monday).copied().unwrap_or(0)).collect()
        };
        let topics = topics.into_iter().map(|((_, cells), weeks)| (cells, airtimes(weeks))).collect();
        WeeklyAirtime { mondays, topics }
    }

    /// Returns the recordings that were aired under more than one topic, ordered by descending number of airings.
    pub(super) fn shared_recordings(&self) -> Vec<SharedRecording> {
        let shared_recording = |(recording, topics): (&Symbol, &BTreeMap<TopicKey, u64>)| {
            let mut topics: Vec<_> = topics.iter().map(|(key, count)| (self.topic_key(*key), *count)).collect();
            topics.sort();
            let topics = topics.into_iter().map(|((_, cells), count)| (cells, count)).collect();
            SharedRecording { sha256: self.context.symbols.text(*recording).to_owned(), topics }
        };
        let mut recordings: Vec<SharedRecording> = self.recordings.iter().map(shared_recording).collect();
        recordings.sort_by(|a, b| b.airing_count().cmp(&a.airing_count()).then_with(|| a.sha256.cmp(&b.sha256)));
        recordings
    }
}
