//! Tables of a report, before they are written in any form.
use super::totals::Totals;

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

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTable {
    /// What its rows are.
    pub by: GroupBy,
    /// The rows, in the order of their keys.
    pub rows: Vec<TableRow>,
}
