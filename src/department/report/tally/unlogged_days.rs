//! Finds the stations whose logs do not cover some days, and estimates how many airings were planned on these days.
use std::collections::BTreeSet;

use chrono::{Datelike, Days};

use super::query::{ReportContext, ReportQuery};
use crate::department::registry::Registry;
use crate::department::report::evidence::UnloggedStation;
use crate::department::report::period::DateRange;
use crate::department::report::table::UnloggedDays;

/// Returns the stations of the registry whose logs do not cover some days of the range. Only days before the date of
/// the report are considered.
pub(super) fn unlogged_stations(
    query: &ReportQuery,
    context: &ReportContext,
    registry: &Registry,
) -> Vec<UnloggedStation> {
    let range = query.range;
    let no_days = BTreeSet::new();
    let stations = registry.stations.values().map(|station| {
        let logged_days = context.logged_days.get(station.id.as_str()).unwrap_or(&no_days);
        let past_days = range.from.iter_days().take_while(|day| *day <= range.until && *day < query.made_on);
        let spans = DateRange::from_days(past_days.filter(|day| !logged_days.contains(day)));
        let unlogged = estimate_unlogged(context, station.id.as_str(), &spans);
        UnloggedStation {
            station: station.id.to_string(),
            name: context.station_name(registry, station.id.as_str()),
            spans,
            unlogged,
        }
    });
    // A station with a faulty log is not listed: it has sent a log, even if that log is not counted.
    let has_faulty_log = |id: &str| context.evidence.iter().any(|log| log.station == id && log.fault.is_some());
    stations.filter(|unlogged| !unlogged.spans.is_empty() && !has_faulty_log(&unlogged.station)).collect()
}

/// Estimates how many airings were planned on the days without a log. For each such day, the plan of an earlier day is
/// used: the same weekday among the seven days that end with the last planned day, or else the last planned day.
fn estimate_unlogged(context: &ReportContext, station: &str, spans: &[DateRange]) -> UnloggedDays {
    let mut unlogged = UnloggedDays { days: spans.iter().map(DateRange::days).sum(), ..UnloggedDays::default() };
    let Some(plans) = context.plans.get(station) else { return unlogged };
    for span in spans {
        let Some((last_day, last_plan)) = plans.range(..span.from).next_back() else { continue };
        let first_day = last_day.checked_sub_days(Days::new(6)).unwrap_or(*last_day);
        for day in span.from.iter_days().take_while(|day| *day <= span.until) {
            let same_weekday = plans.range(first_day..=*last_day).find(|(date, _)| date.weekday() == day.weekday());
            let (airings, planned_ms) = same_weekday.map_or(*last_plan, |(_, plan)| *plan);
            unlogged.planned = unlogged.planned.saturating_add(airings);
            unlogged.planned_ms = unlogged.planned_ms.saturating_add(planned_ms);
        }
    }
    unlogged
}
