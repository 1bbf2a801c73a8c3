//! The days of each station, one by one, for the report on the screen.
use std::collections::HashMap;

use chrono::NaiveDate;

use super::fact::{Fact, FactState, Symbol};
use super::tally::{ReportContext, ReportQuery};
use crate::department::registry::Registry;

/// The maximum number of days of all stations that a report lists: a year of a province's stations. A page with more
/// would be too large for a browser.
const MAX_LISTED_DAYS: usize = 40_000;

/// The planned airings of one day of one station. The names are those of `docs/report.md`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct DayFigures {
    pub planned: u32,
    pub aired: u32,
    pub partial: u32,
    pub missed: u32,
    pub unknown: u32,
    pub expected_ms: i64,
    pub played_ms: i64,
}

impl DayFigures {
    fn add(&mut self, fact: &Fact) {
        let count = match fact.state {
            FactState::Unplanned | FactState::UnplannedNotCounted => return,
            FactState::Aired => Some(&mut self.aired),
            FactState::Partial(_) => Some(&mut self.partial),
            FactState::Missed(_) => Some(&mut self.missed),
            FactState::Unknown => Some(&mut self.unknown),
            FactState::Level0 | FactState::Implausible => None,
        };
        count.into_iter().for_each(|count| *count += 1);
        self.planned += 1;
        self.expected_ms = self.expected_ms.saturating_add(fact.expected_ms());
        if matches!(fact.state, FactState::Aired | FactState::Partial(_)) {
            self.played_ms = self.played_ms.saturating_add(fact.counted_ms());
        }
    }
}

/// The days of one station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationDays {
    /// The station's id.
    pub station: String,
    /// The station's name.
    pub name: String,
    /// The past days of the range in ascending order; `None` for a day about which nothing is known.
    pub days: Vec<(NaiveDate, Option<DayFigures>)>,
}

/// Counts the airings of each day of each station.
pub struct DayTally {
    figures: HashMap<(Symbol, NaiveDate), DayFigures>,
    query: ReportQuery,
}

impl DayTally {
    /// Creates the tally of a report; `None` if the report lists no days, or would list too many.
    #[must_use]
    pub fn new(query: &ReportQuery, registry: &Registry) -> Option<Self> {
        let day_count = query.past_days(query.range).count().saturating_mul(registry.stations.len());
        let lists_days = query.lists_days && day_count <= MAX_LISTED_DAYS;
        lists_days.then(|| Self { figures: HashMap::new(), query: query.clone() })
    }

    /// Counts an airing.
    pub fn add(&mut self, fact: &Fact) {
        if self.query.range.contains(fact.date) {
            self.figures.entry((fact.station, fact.date)).or_default().add(fact);
        }
    }

    /// Returns the days of all stations in the registry, ordered by station.
    #[must_use]
    pub fn into_station_days(self, context: &ReportContext, registry: &Registry) -> Vec<StationDays> {
        let symbols: HashMap<&str, Symbol> =
            (0..).zip(&context.symbols.0).map(|(symbol, text)| (text.as_str(), symbol)).collect();
        let station_days = |id: &str| {
            let symbol = symbols.get(id).copied();
            let logged_days = context.logged_days.get(id);
            let figures_of = |day: NaiveDate| {
                let counted = symbol.and_then(|symbol| self.figures.get(&(symbol, day)).copied());
                // A day with a log but without an airing is known to be empty.
                counted.or_else(|| logged_days.filter(|days| days.contains(&day)).map(|_| DayFigures::default()))
            };
            let days = self.query.past_days(self.query.range).map(|day| (day, figures_of(day))).collect();
            StationDays { station: id.to_owned(), name: context.station_name(registry, id), days }
        };
        registry.stations.keys().map(|id| station_days(id.as_str())).collect()
    }
}
