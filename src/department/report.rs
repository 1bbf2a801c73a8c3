//! The report: planned against aired, in totals; `docs/report.md` says what each number means.
//!
//! Facts go in ([`fact`]), a [`Report`] comes out, and nothing else happens: no file, no clock. [`totals`] adds up,
//! [`tally`] sorts facts into groups, [`period`] cuts ranges of dates, [`reconcile`] sets one day's plan against its
//! airings. [`text`], [`csv`], [`xlsx`], [`html`] and [`pdf`] write a finished report, with [`figures`] for numbers and
//! [`chart`] for drawings.
pub mod chart;
pub mod csv;
pub mod document;
pub mod drawing;
pub mod evidence;
pub mod fact;
pub mod figures;
pub mod group_by;
pub mod html;
pub mod labels;
pub mod pdf;
pub mod period;
pub mod reconcile;
pub mod remarks;
pub mod row_lists;
pub mod table;
pub mod tally;
pub mod text;
pub mod totals;
pub mod xlsx;

use chrono::NaiveDate;

use self::period::DateRange;
use self::totals::Totals;
use crate::department::registry::DepartmentProfile;
use crate::text::department::DepartmentText;

pub use self::evidence::{LogEvidence, SilentStation};
pub use self::group_by::GroupBy;
pub use self::table::{ReportTable, TableRow, UnloggedDays};

/// A recording that was aired under more than one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedRecording {
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// Key of each topic, as in the table by topic, and its airings.
    pub topics: Vec<(Vec<String>, u64)>,
}

impl SharedRecording {
    /// Returns its airings under all topics.
    #[must_use]
    pub fn airings(&self) -> u64 {
        self.topics.iter().map(|(_, count)| count).sum()
    }
}

/// The index that a report was made from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IndexOrigin {
    /// The index as this machine had last written it.
    #[default]
    Kept,
    /// A rebuilt index: the one on disk was not as this machine had written it.
    Rebuilt,
}

/// Airtime of topics, week by week.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WeeklyAirtime {
    /// The Monday of each week in the range.
    pub mondays: Vec<NaiveDate>,
    /// Key of each topic, as in the table by topic, and its airtime in every week, milliseconds.
    pub topics: Vec<(Vec<String>, Vec<i64>)>,
}

/// A finished report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The department that reports.
    pub agency: DepartmentProfile,
    /// The day the report is made on.
    pub made_on: NaiveDate,
    /// The dates it covers.
    pub range: DateRange,
    /// The dates it is compared with.
    pub compared_range: Option<DateRange>,
    /// Totals of all airings.
    pub total: Totals,
    /// Totals of the range it is compared with.
    pub compared_total: Option<Totals>,
    /// Tables by topic, language, district and station, and those that were asked for.
    pub tables: Vec<ReportTable>,
    /// Airtime of topics, week by week.
    pub weeks: WeeklyAirtime,
    /// Number of stations in the registry.
    pub station_count: usize,
    /// Stations without a log for some days.
    pub silent_stations: Vec<SilentStation>,
    /// Evidence for every log of the store.
    pub evidence: Vec<LogEvidence>,
    /// Outcomes that repeat one that is counted.
    pub repeated_outcomes: u64,
    /// Recordings that were aired under more than one topic.
    pub shared_recordings: Vec<SharedRecording>,
    /// The index that the report was made from.
    pub index_origin: IndexOrigin,
    /// Sentences about parts of the registry that nobody on this machine has accepted.
    pub registry_differences: Vec<DepartmentText>,
}

impl Report {
    /// Returns the table of this kind; none when the report lacks it.
    #[must_use]
    pub fn table(&self, by: GroupBy) -> Option<&ReportTable> {
        self.tables.iter().find(|table| table.by == by)
    }
}
