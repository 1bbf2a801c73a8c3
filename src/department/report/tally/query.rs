//! The question a report answers, and everything it needs to know besides the airings.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::NaiveDate;

use crate::department::registry::Registry;
use crate::department::report::evidence::LogEvidence;
use crate::department::report::fact::{Symbol, SymbolTable};
use crate::department::report::group_by::GroupBy;
use crate::department::report::period::{DateRange, Period};

/// The question a report answers.
#[derive(Debug, Clone)]
pub struct ReportQuery {
    /// The dates.
    pub range: DateRange,
    /// The dates to compare with.
    pub compared: Option<DateRange>,
    /// Tables besides those by topic, language, district and station.
    pub by: Vec<GroupBy>,
    /// The periods of the table by period.
    pub period: Option<Period>,
    /// The day the report is made on.
    pub made_on: NaiveDate,
}

/// Everything a report needs to know besides the airings.
#[derive(Debug, Clone, Default)]
pub struct ReportContext {
    /// The words that facts refer to.
    pub symbols: SymbolTable,
    /// Titles of topics, by campaign and topic number.
    pub topic_titles: HashMap<(Symbol, u16), String>,
    /// Names of stations in their logs, by station id.
    pub station_names: HashMap<String, String>,
    /// Planned airings and airtime (milliseconds) by station id and date, including the last known week before a range.
    pub planned: HashMap<String, BTreeMap<NaiveDate, (u64, i64)>>,
    /// Dates with a log, by station id.
    pub logged_days: HashMap<String, BTreeSet<NaiveDate>>,
    /// Evidence for the logs of the store.
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
