//! Step 7 of the flow: report. Planned against aired, in totals; `docs/report.md` says what each number means.
//!
//! Pure: facts in ([`fact`]), a [`Report`] out. [`totals`] adds up, [`tally`] sorts facts into groups, [`period`] knows
//! ranges of dates, [`reconcile`] sets one day's plan against its airings. [`text`], [`csv`], [`xlsx`], [`html`] and
//! [`pdf`] write a finished report, with [`number`] for figures and [`chart`] for drawings.
pub mod chart;
pub mod csv;
pub mod document;
pub mod fact;
pub mod figures;
pub mod html;
pub mod labels;
pub mod pdf;
pub mod period;
pub mod reconcile;
pub mod tally;
pub mod text;
pub mod totals;
pub mod xlsx;

use chrono::NaiveDate;

use crate::airlog::plausibility::PlausibilityFinding;
use crate::text::department::DepartmentText;
use crate::text::proof::FaultText;
use period::DateRange;
use totals::Totals;

/// What a table's rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
#[allow(missing_docs)] // the page says it
pub enum GroupBy {
    Station,
    Topic,
    Language,
    District,
    Commune,
    Segment,
    Day,
    Period,
}

impl GroupBy {
    /// The names of its key columns in CSV.
    #[must_use]
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Station => &["station", "name"],
            Self::Topic => &["campaign", "topic", "title"],
            Self::Language => &["language"],
            Self::District => &["district_code", "district"],
            Self::Commune => &["commune_code", "commune"],
            Self::Segment => &["segment", "title"],
            Self::Day => &["date"],
            Self::Period => &["from", "until"],
        }
    }
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// Its key, as [`By::columns`] names it.
    pub key: Vec<String>,
    /// Its totals.
    pub totals: Totals,
    /// Those of the earlier range, when one is compared with.
    pub compared: Option<Totals>,
    /// Of its recordings, those that were aired under other topics, too.
    pub shared_recordings: u64,
    /// Its days without a log, when its rows are stations.
    pub unlogged: Option<UnloggedDays>,
}

/// Days without a log, and what the last known plans make likely for them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnloggedDays {
    /// How many days.
    pub days: i64,
    /// Airings.
    pub planned: u64,
    /// Milliseconds.
    pub planned_ms: i64,
}

/// A recording that was aired under more than one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedRecording {
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// The topics, each as in the table by topic, with airings under it.
    pub topics: Vec<(Vec<String>, u64)>,
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

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTable {
    /// What its rows are.
    pub by: GroupBy,
    /// The rows, in the order of their keys.
    pub rows: Vec<TableRow>,
}

/// A station that sent no log for some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilentStation {
    /// Its id.
    pub station: String,
    /// Its name.
    pub name: String,
    /// The days, in order, as ranges.
    pub spans: Vec<DateRange>,
    /// What the last known plans make likely for them.
    pub unlogged: UnloggedDays,
}

impl SilentStation {
    /// How many days.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.spans.iter().map(DateRange::days).sum()
    }
}

/// What the store holds of one log.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogEvidence {
    /// Its station.
    pub station: String,
    /// The station's name.
    pub name: String,
    /// The log's name.
    pub origin: String,
    /// Entries under its newest collected head.
    pub entries: u64,
    /// Root of the tree over them, in hex.
    pub root: String,
    /// The newest entry's time, by the station's clock; RFC 3339.
    pub newest_at: Option<String>,
    /// When the department countersigned that head; RFC 3339 in UTC, none when it has not, or its key is not here.
    pub cosigned_at: Option<String>,
    /// The head whole, with all signatures: a signed note.
    pub head: String,
    /// From when on its keys are known to be in other hands; RFC 3339.
    pub exposed_since: Option<String>,
    /// What is wrong with it in the store; nothing of it is counted then.
    pub fault: Option<FaultText>,
    /// Entries of the log that it takes the place of, as it says, and how many of them are in the store.
    pub preceding_entries: Option<(u64, u64)>,
    /// Plans of it whose kept files are not in the store.
    pub missing_plans: u64,
    /// How many things in it cannot have been so and are no single airing's affair.
    pub finding_count: u64,
    /// The first of these.
    pub findings: Vec<PlausibilityFinding>,
}

/// The office that the report is of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssuingAgency {
    /// The body above it.
    pub parent: String,
    /// Its name; empty when the registry does not say.
    pub name: String,
    /// Where it is.
    pub place: String,
    /// Who gets the document.
    pub recipients: Vec<String>,
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
    pub agency: IssuingAgency,
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
