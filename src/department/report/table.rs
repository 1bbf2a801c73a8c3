//! Tables of a report, before they are written in any form.
use super::group_by::GroupBy;
use super::totals::Totals;

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// The cells of its key, as [`GroupBy::columns`] names them.
    pub key: Vec<String>,
    /// Its totals.
    pub totals: Totals,
    /// Totals of the range that the report is compared with.
    pub compared: Option<Totals>,
    /// Number of its recordings that were aired under other topics as well.
    pub shared_recordings: u64,
    /// Days without a log, for rows that are stations.
    pub unlogged: Option<UnloggedDays>,
}

/// Days without a log, and the airings that the last known plans make likely for them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnloggedDays {
    /// Number of days.
    pub days: i64,
    /// Number of airings.
    pub planned: u64,
    /// Their airtime, milliseconds.
    pub planned_ms: i64,
}

/// A table of totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTable {
    /// The meaning of its rows.
    pub by: GroupBy,
    /// The rows, ordered by their keys.
    pub rows: Vec<TableRow>,
}
