//! Stations without a log for some days, and the airings that their last known plans make likely.
use std::collections::BTreeSet;

use chrono::{Datelike, Days};

use super::query::{ReportContext, ReportQuery};
use crate::department::registry::Registry;
use crate::department::report::evidence::SilentStation;
use crate::department::report::period::DateRange;
use crate::department::report::table::UnloggedDays;

/// Returns the stations of the registry without a log for days before the report was made.
pub(super) fn silent_stations(query: &ReportQuery, context: &ReportContext, registry: &Registry) -> Vec<SilentStation> {
    let range = query.range;
    let none = BTreeSet::new();
    let silent = registry.stations.values().map(|station| {
        let days = context.logged_days.get(station.id.as_str()).unwrap_or(&none);
        let lacking = range.from.iter_days().take_while(|day| *day <= range.until && *day < query.made_on);
        let spans = DateRange::from_days(lacking.filter(|day| !days.contains(day)));
        let lost = estimate_unlogged(context, station.id.as_str(), &spans);
        SilentStation {
            station: station.id.to_string(),
            name: context.station_name(registry, station.id.as_str()),
            spans,
            unlogged: lost,
        }
    });
    // A station whose log is in the store but faulty has not been silent.
    let faulty = |id: &str| context.evidence.iter().any(|one| one.station == id && one.fault.is_some());
    silent.filter(|silent| !silent.spans.is_empty() && !faulty(&silent.station)).collect()
}

/// Estimates the airings of days without a log: the plan of the same weekday in the last known week before them, or
/// else the last plan before them.
fn estimate_unlogged(context: &ReportContext, station: &str, spans: &[DateRange]) -> UnloggedDays {
    let mut lost = UnloggedDays { days: spans.iter().map(DateRange::days).sum(), ..UnloggedDays::default() };
    let Some(plans) = context.planned.get(station) else { return lost };
    for span in spans {
        let Some((last, newest)) = plans.range(..span.from).next_back() else { continue };
        let week = last.checked_sub_days(Days::new(6)).unwrap_or(*last);
        for day in span.from.iter_days().take_while(|day| *day <= span.until) {
            let same = plans.range(week..=*last).find(|(date, _)| date.weekday() == day.weekday());
            let (airings, ms) = same.map_or(*newest, |(_, plan)| *plan);
            lost.planned = lost.planned.saturating_add(airings);
            lost.planned_ms = lost.planned_ms.saturating_add(ms);
        }
    }
    lost
}
