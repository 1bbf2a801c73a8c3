//! Step 7 of the flow: report. Planned against aired, in totals; `docs/report.md` says what each number means.
//!
//! Pure: facts in ([`fact`]), a [`Report`] out. [`totals`] adds up, [`tally`] sorts facts into groups, [`period`] knows
//! ranges of dates, [`reconcile`] sets one day's plan against its airings. [`text`], [`csv`], [`xlsx`], [`html`] and
//! [`pdf`] write a finished report, with [`number`] for figures and [`chart`] for drawings.
pub mod chart;
pub mod csv;
pub mod fact;
pub mod html;
pub mod number;
pub mod paper;
pub mod pdf;
pub mod period;
pub mod reconcile;
pub mod tally;
pub mod text;
pub mod totals;
pub mod words;
pub mod xlsx;

use chrono::NaiveDate;

use crate::airlog::plausible::Finding;
use crate::text::department::Desk;
use crate::text::proof::Fault;
use period::Range;
use totals::Totals;

/// What a table's rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
#[allow(missing_docs)] // the page says it
pub enum By {
    Station,
    Topic,
    Language,
    District,
    Commune,
    Segment,
    Day,
    Period,
}

impl By {
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
pub struct Line {
    /// Its key, as [`By::columns`] names it.
    pub key: Vec<String>,
    /// Its totals.
    pub totals: Totals,
    /// Those of the earlier range, when one is compared with.
    pub before: Option<Totals>,
    /// Of its recordings, those that were aired under other topics, too.
    pub shared: u64,
    /// Its days without a log, when its rows are stations.
    pub lost: Option<Lost>,
}

/// Days without a log, and what the last known plans make likely for them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lost {
    /// How many days.
    pub days: i64,
    /// Airings.
    pub planned: u64,
    /// Milliseconds.
    pub planned_ms: i64,
}

/// A recording that was aired under more than one topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// SHA-256 of the file, in hex.
    pub sha256: String,
    /// The topics, each as in the table by topic, with airings under it.
    pub topics: Vec<(Vec<String>, u64)>,
}

/// What the index was that a report was made from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Made {
    /// As this machine had last written it.
    #[default]
    Kept,
    /// Another one, which was thrown away: it was made anew from the store.
    Anew,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What its rows are.
    pub by: By,
    /// The rows, in the order of their keys.
    pub lines: Vec<Line>,
}

/// A station that sent no log for some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silent {
    /// Its id.
    pub station: String,
    /// Its name.
    pub name: String,
    /// The days, in order, as ranges.
    pub spans: Vec<Range>,
    /// What the last known plans make likely for them.
    pub lost: Lost,
}

impl Silent {
    /// How many days.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.spans.iter().map(Range::days).sum()
    }
}

/// What the store holds of one log.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence {
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
    pub newest: Option<String>,
    /// When the department countersigned that head; RFC 3339 in UTC, none when it has not, or its key is not here.
    pub cosigned: Option<String>,
    /// The head whole, with all signatures: a signed note.
    pub head: String,
    /// From when on its keys are known to be in other hands; RFC 3339.
    pub exposed: Option<String>,
    /// What is wrong with it in the store; nothing of it is counted then.
    pub fault: Option<Fault>,
    /// Entries of the log that it takes the place of, as it says, and how many of them are in the store.
    pub before: Option<(u64, u64)>,
    /// Plans of it whose kept files are not in the store.
    pub plans_missing: u64,
    /// How many things in it cannot have been so and are no single airing's affair.
    pub found: u64,
    /// The first of these.
    pub findings: Vec<Finding>,
}

/// The office that the report is of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Agency {
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
pub struct Weeks {
    /// The Monday of each week in the range.
    pub mondays: Vec<NaiveDate>,
    /// Each topic (as in the table by topic) with milliseconds on air in every week.
    pub topics: Vec<(Vec<String>, Vec<i64>)>,
}

/// A finished report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Whose.
    pub agency: Agency,
    /// The day on which it is made.
    pub made_on: NaiveDate,
    /// What it covers.
    pub range: Range,
    /// What it is compared with.
    pub before: Option<Range>,
    /// Everything.
    pub total: Totals,
    /// The same of the earlier range.
    pub total_before: Option<Totals>,
    /// By topic, language, district and station, and by what was asked for beside.
    pub tables: Vec<Table>,
    /// Airtime by topic by week.
    pub weeks: Weeks,
    /// Stations in the registry.
    pub stations: usize,
    /// Those without a log for days.
    pub silent: Vec<Silent>,
    /// Every log that is in the store.
    pub evidence: Vec<Evidence>,
    /// Outcomes that repeat one that is counted.
    pub repeats: u64,
    /// Recordings that were aired under more than one topic.
    pub shared: Vec<Shared>,
    /// From what index it was made.
    pub made: Made,
    /// What in the registry nobody on this machine has accepted, in words.
    pub differences: Vec<Desk>,
}

impl Report {
    /// The table of this kind, if the report has it.
    #[must_use]
    pub fn table(&self, by: By) -> Option<&Table> {
        self.tables.iter().find(|table| table.by == by)
    }
}
