//! Finds the days without a log, and the earlier days from whose airings they are estimated.
use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, Days, NaiveDate};

use super::query::{ReportContext, ReportQuery};
use crate::department::registry::Registry;
use crate::department::report::evidence::UnloggedStation;
use crate::department::report::period::DateRange;
use crate::department::report::table::{ReportTable, UnestimatedDays, UnloggedDays};

/// The days without a log, by the earlier day of the same station from whose airings each is estimated.
#[derive(Debug, Default)]
pub(super) struct EstimateSources {
    /// By station id, and by the date of the earlier day.
    days: HashMap<String, HashMap<NaiveDate, Vec<NaiveDate>>>,
    /// The days of the query's range for which there is no earlier day.
    pub(super) unestimated: UnestimatedDays,
}

impl EstimateSources {
    /// Finds the days without a log in both ranges of the query.
    pub(super) fn new(query: &ReportQuery, context: &ReportContext, registry: &Registry) -> Self {
        let (mut sources, no_days) = (Self::default(), BTreeSet::new());
        for station in registry.stations.keys() {
            let logged_days = context.logged_days.get(station.as_str()).unwrap_or(&no_days);
            let mut unestimated_days = 0;
            let ranges = std::iter::once(query.range).chain(query.earlier_range);
            // The ranges can overlap; a day in both is estimated once.
            let unlogged_days: BTreeSet<NaiveDate> =
                ranges.flat_map(|range| query.past_days(range)).filter(|day| !logged_days.contains(day)).collect();
            for day in unlogged_days {
                if let Some(source) = source_day(logged_days, day) {
                    let days_of_station = sources.days.entry(station.to_string()).or_default();
                    days_of_station.entry(source).or_default().push(day);
                } else if query.range.contains(day) {
                    unestimated_days += 1;
                }
            }
            sources.unestimated.days += unestimated_days;
            sources.unestimated.stations += u64::from(unestimated_days > 0);
        }
        sources
    }

    /// Returns the days that are estimated from this day of a station.
    pub(super) fn days_estimated_from(&self, station: &str, source: NaiveDate) -> &[NaiveDate] {
        self.days.get(station).and_then(|days| days.get(&source)).map_or(&[], Vec::as_slice)
    }

    /// Returns the earlier days that are in neither range of the query, as ranges.
    pub(super) fn ranges_outside(&self, query: &ReportQuery) -> Vec<DateRange> {
        let is_in_query = |day: &NaiveDate| {
            query.range.contains(*day) || query.earlier_range.is_some_and(|range| range.contains(*day))
        };
        let days: BTreeSet<NaiveDate> = self.days.values().flat_map(HashMap::keys).copied().collect();
        DateRange::from_days(days.into_iter().filter(|day| !is_in_query(day)))
    }
}

/// The maximum number of days between a day without a log and the last planned day before it. A station that has been
/// silent for longer may have another schedule now, so its days are not estimated.
const MAX_ESTIMATE_AGE_DAYS: i64 = 60;

/// Returns the day from which a day without a log is estimated: the same weekday among the seven days that end with the
/// last planned day before it, or else that last planned day. `None` if nothing was planned in the
/// [`MAX_ESTIMATE_AGE_DAYS`] days before.
fn source_day(planned_days: &BTreeSet<NaiveDate>, day: NaiveDate) -> Option<NaiveDate> {
    let last_day = *planned_days.range(..day).next_back()?;
    if (day - last_day).num_days() > MAX_ESTIMATE_AGE_DAYS {
        return None;
    }
    let first_day = last_day.checked_sub_days(Days::new(6)).unwrap_or(last_day);
    let same_weekday = planned_days.range(first_day..=last_day).find(|date| date.weekday() == day.weekday());
    same_weekday.copied().or(Some(last_day))
}

/// Lists the stations of the registry whose logs do not cover some days of the range. Only days before the date of the
/// report are considered. `station_table` has the estimates.
pub(super) fn unlogged_stations(
    query: &ReportQuery,
    context: &ReportContext,
    registry: &Registry,
    station_table: Option<&ReportTable>,
) -> Vec<UnloggedStation> {
    let no_days = BTreeSet::new();
    let stations = registry.stations.values().map(|station| {
        let id = station.id.as_str();
        let logged_days = context.logged_days.get(id).unwrap_or(&no_days);
        let spans = DateRange::from_days(query.past_days(query.range).filter(|day| !logged_days.contains(day)));
        let rows = station_table.map(|table| table.rows.as_slice()).unwrap_or_default();
        let totals = rows.iter().find(|row| row.key.first().is_some_and(|key| key == id)).map(|row| &row.totals);
        let unlogged = UnloggedDays {
            days: spans.iter().map(DateRange::days).sum(),
            planned: totals.map_or(0, |totals| totals.lost_planned),
            planned_ms: totals.map_or(0, |totals| totals.lost_planned_ms),
        };
        UnloggedStation { station: id.to_owned(), name: context.station_name(registry, id), spans, unlogged }
    });
    // A station with a faulty log is not listed: it has sent a log, even if that log is not counted.
    let has_faulty_log = |id: &str| context.evidence.iter().any(|log| log.station == id && log.fault.is_some());
    stations.filter(|unlogged| !unlogged.spans.is_empty() && !has_faulty_log(&unlogged.station)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_estimated_from_the_same_weekday_of_the_last_planned_week() {
        let day = |day: u32| NaiveDate::from_ymd_opt(2023, 1, day).expect("the date is valid");
        let planned_days: BTreeSet<NaiveDate> = [1, 2, 3, 7, 9].map(day).into();
        assert_eq!(source_day(&planned_days, day(10)), Some(day(3)), "a Tuesday");
        assert_eq!(source_day(&planned_days, day(11)), Some(day(9)), "there is no Wednesday");
        assert_eq!(source_day(&planned_days, day(16)), Some(day(9)), "a Monday; the second is more than a week before");
        assert_eq!(source_day(&planned_days, day(1)), None);
        let later = |days: u64| day(9).checked_add_days(Days::new(days)).expect("the date is valid");
        assert_eq!(source_day(&planned_days, later(60)), Some(day(9)), "there is no Friday, but a plan is near enough");
        assert_eq!(source_day(&planned_days, later(61)), None, "the last plan is too old");
    }
}
