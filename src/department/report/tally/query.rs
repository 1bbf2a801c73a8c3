//! What a report is asked for, and what it needs to know besides the airings.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::department::registry::Registry;
use crate::department::report::evidence::LogEvidence;
use crate::department::report::fact::{Symbol, SymbolTable};
use crate::department::report::period::{DateRange, Period};
use crate::department::report::table::GroupBy;

/// What is asked.
#[derive(Debug, Clone)]
pub struct ReportQuery {
    /// The dates.
    pub range: DateRange,
    /// The dates to compare with.
    pub compared: Option<DateRange>,
    /// The tables beside those by topic, language, district and station.
    pub by: Vec<GroupBy>,
    /// The periods that a table by period is cut into.
    pub period: Option<Period>,
    /// The day on which it is asked.
    pub made_on: NaiveDate,
}

/// What is known beside the airings themselves.
#[derive(Debug, Clone, Default)]
pub struct ReportContext {
    /// Words that the facts use.
    pub symbols: SymbolTable,
    /// Titles of topics, by campaign and number.
    pub topic_titles: HashMap<(Symbol, u16), String>,
    /// Names that stations' logs say themselves, by station id.
    pub station_names: HashMap<String, String>,
    /// What stations planned, by date: airings and milliseconds. Also of the last week that is known before a range.
    pub planned: HashMap<String, BTreeMap<NaiveDate, (u64, i64)>>,
    /// Dates for which a station has a log.
    pub logged_days: HashMap<String, BTreeSet<NaiveDate>>,
    /// The logs in the store.
    pub evidence: Vec<LogEvidence>,
    /// Outcomes that repeat one that is counted.
    pub repeated_outcomes: u64,
}

impl ReportContext {
    /// Returns the name of a station: the registry's, or else the one in its log.
    pub(super) fn station_name(&self, registry: &Registry, station: &str) -> String {
        let logged = || self.station_names.get(station).cloned();
        registry.station_name(station).map(str::to_owned).or_else(logged).unwrap_or_default()
    }
}
