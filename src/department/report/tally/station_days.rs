//! Counts the days of the stations in the registry, with and without a log.
use std::collections::BTreeMap;

use chrono::Datelike;

use super::Tally;
use super::group_totals::RowKey;
use crate::department::registry::RegisteredStation;
use crate::department::report::coverage::{Coverage, RangeCoverage};
use crate::department::report::group_by::GroupBy;
use crate::department::report::period::DateRange;

impl Tally<'_> {
    /// Counts the station-days of a range.
    pub(super) fn range_coverage(&self, range: DateRange) -> RangeCoverage {
        let mut total = RangeCoverage { stations: self.registry.stations.len() as u64, ..RangeCoverage::default() };
        for station in self.registry.stations.values() {
            let coverage = self.station_coverage(station, range);
            total.station_days.merge(&coverage);
            total.logged_stations += u64::from(coverage.logged > 0);
        }
        total
    }

    fn station_coverage(&self, station: &RegisteredStation, range: DateRange) -> Coverage {
        let logged_days = self.context.logged_days.get(station.id.as_str());
        let mut coverage = Coverage::default();
        for day in self.query.past_days(range) {
            coverage.add_day(logged_days.is_some_and(|days| days.contains(&day)));
        }
        coverage
    }

    /// Counts the station-days of each row of a table, so that a station without any log has a row too. Returns `None`
    /// if a row of the table has no days of its own: an airing has a topic, a day without a log has none.
    pub(super) fn row_coverages(&self, by: GroupBy, range: DateRange) -> Option<BTreeMap<RowKey, Coverage>> {
        if by.is_cross() {
            let communes = self.row_coverages(GroupBy::Commune, range)?;
            return Some(self.product_coverages(by, communes));
        }
        if !by.has_station_days() {
            return None;
        }
        let mut rows: BTreeMap<RowKey, Coverage> = BTreeMap::new();
        for station in self.registry.stations.values() {
            let logged_days = self.context.logged_days.get(station.id.as_str());
            // The keys are made once per area or date, not once per day.
            let mut coverages: BTreeMap<u32, Coverage> = BTreeMap::new();
            for day in self.query.past_days(range) {
                let number = match by {
                    GroupBy::District | GroupBy::Commune => Self::area_number_on(station, day),
                    GroupBy::Day => u32::try_from(day.num_days_from_ce()).unwrap_or(0),
                    GroupBy::Period => self.period_number(day).unwrap_or(0),
                    _ => 0,
                };
                let is_logged = logged_days.is_some_and(|days| days.contains(&day));
                coverages.entry(number).or_default().add_day(is_logged);
            }
            if by == GroupBy::Station {
                // A station has a row even if the range has no past day.
                coverages.entry(0).or_default();
            }
            for (number, coverage) in coverages {
                rows.entry(self.registered_row_key(by, station, number)).or_default().merge(&coverage);
            }
        }
        Some(rows)
    }
}
