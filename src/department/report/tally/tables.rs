//! Groups of airings as the tables and lists of a report.
use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::Tally;
use super::group_totals::{GroupKey, GroupTotals, SortKey};
use crate::department::report::evidence::SilentStation;
use crate::department::report::fact::Symbol;
use crate::department::report::group_by::GroupBy;
use crate::department::report::period::monday_of;
use crate::department::report::table::{ReportTable, TableRow};
use crate::department::report::{SharedRecording, WeeklyAirtime};

impl Tally<'_> {
    /// Makes the table of one kind of group.
    pub(super) fn build_table(
        &self,
        by: GroupBy,
        groups: HashMap<GroupKey, GroupTotals>,
        silent: &[SilentStation],
    ) -> ReportTable {
        let compared = self.query.compared.is_some() && !matches!(by, GroupBy::Day | GroupBy::Period);
        // Groups that look the same to people are one row: a district has many stations.
        let mut rows: BTreeMap<(SortKey, Vec<String>), GroupTotals> = BTreeMap::new();
        for (key, group) in groups {
            let there = rows.entry(self.row_key(by, key)).or_default();
            there.totals.merge(&group.totals);
            there.compared.merge(&group.compared);
        }
        if by == GroupBy::Station {
            // A station without any log has a row as well.
            for one in silent {
                rows.entry(((one.station.clone(), 0), vec![one.station.clone(), one.name.clone()])).or_default();
            }
        }
        let lost = |key: &[String]| {
            let own = silent.iter().find(|one| Some(&one.station) == key.first()).map(|one| one.unlogged);
            (by == GroupBy::Station).then_some(own.unwrap_or_default())
        };
        let line = |((_, key), group): ((SortKey, Vec<String>), GroupTotals)| TableRow {
            unlogged: lost(&key),
            key,
            shared_recordings: group.totals.recordings.iter().filter(|one| self.recordings.contains_key(one)).count()
                as u64,
            totals: group.totals,
            compared: compared.then_some(group.compared),
        };
        ReportTable { by, rows: rows.into_iter().map(line).collect() }
    }

    pub(super) fn weekly_airtime(&self) -> WeeklyAirtime {
        let range = self.query.range;
        let first = monday_of(range.from);
        let mondays: Vec<NaiveDate> = first.iter_weeks().take_while(|day| *day <= range.until).collect();
        let mut topics: Vec<_> = self.weeks.iter().map(|(key, weeks)| (self.topic_key(*key), weeks)).collect();
        topics.sort_by(|a, b| a.0.cmp(&b.0));
        let of =
            |weeks: &BTreeMap<NaiveDate, i64>| mondays.iter().map(|m| weeks.get(m).copied().unwrap_or(0)).collect();
        let topics = topics.into_iter().map(|((_, cells), weeks)| (cells, of(weeks))).collect();
        WeeklyAirtime { mondays, topics }
    }

    /// Returns the recordings under more than one topic, the one with the most airings first.
    pub(super) fn shared_recordings(&self) -> Vec<SharedRecording> {
        let one = |(recording, topics): (&Symbol, &BTreeMap<GroupKey, u64>)| {
            let mut topics: Vec<_> = topics.iter().map(|(key, count)| (self.topic_key(*key), *count)).collect();
            topics.sort();
            let topics = topics.into_iter().map(|((_, cells), count)| (cells, count)).collect();
            SharedRecording { sha256: self.context.symbols.text(*recording).to_owned(), topics }
        };
        let mut shared: Vec<SharedRecording> = self.recordings.iter().map(one).collect();
        let airings = |one: &SharedRecording| one.topics.iter().map(|(_, count)| count).sum::<u64>();
        shared.sort_by(|a, b| airings(b).cmp(&airings(a)).then_with(|| a.sha256.cmp(&b.sha256)));
        shared
    }
}
