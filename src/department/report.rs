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
pub use self::table::{GroupBy, ReportTable, TableRow, UnloggedDays};

/// A recording that was aired under more than one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedRecording {
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// The topics, each as in the table by topic, with airings under it.
    pub topics: Vec<(Vec<String>, u64)>,
}

impl SharedRecording {
    /// Returns its airings under all topics.
    #[must_use]
    pub fn airings(&self) -> u64 {
        self.topics.iter().map(|(_, count)| count).sum()
    }
}

/// What the index was that a report was made from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum IndexOrigin {
    /// As this machine had last written it.
    #[default]
    Kept,
    /// Another one, which was thrown away: it was made anew from the store.
    Rebuilt,
}

/// Airtime of topics by weeks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WeeklyAirtime {
    /// The Monday of each week in the range.
    pub mondays: Vec<NaiveDate>,
    /// Each topic (as in the table by topic) with milliseconds on air in every week.
    pub topics: Vec<(Vec<String>, Vec<i64>)>,
}

/// A finished report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Whose.
    pub agency: DepartmentProfile,
    /// The day on which it is made.
    pub made_on: NaiveDate,
    /// What it covers.
    pub range: DateRange,
    /// What it is compared with.
    pub compared_range: Option<DateRange>,
    /// Everything.
    pub total: Totals,
    /// The same of the earlier range.
    pub compared_total: Option<Totals>,
    /// By topic, language, district and station, and by what was asked for beside.
    pub tables: Vec<ReportTable>,
    /// Airtime by topic by week.
    pub weeks: WeeklyAirtime,
    /// Stations in the registry.
    pub station_count: usize,
    /// Those without a log for days.
    pub silent_stations: Vec<SilentStation>,
    /// Every log that is in the store.
    pub evidence: Vec<LogEvidence>,
    /// Outcomes that repeat one that is counted.
    pub repeated_outcomes: u64,
    /// Recordings that were aired under more than one topic.
    pub shared_recordings: Vec<SharedRecording>,
    /// From what index it was made.
    pub index_origin: IndexOrigin,
    /// What in the registry nobody on this machine has accepted, in words.
    pub registry_differences: Vec<DepartmentText>,
}

impl Report {
    /// The table of this kind, if the report has it.
    #[must_use]
    pub fn table(&self, by: GroupBy) -> Option<&ReportTable> {
        self.tables.iter().find(|table| table.by == by)
    }
}
