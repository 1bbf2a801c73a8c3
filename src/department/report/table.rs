//! The tables of a report, independent of its format.
use super::group_by::GroupBy;
use super::totals::Totals;

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableRow {
    /// The cells of the key, one for each of [`GroupBy::columns`].
    pub key: Vec<String>,
    /// The totals of the row.
    pub totals: Totals,
    /// The totals of the earlier range; `None` if the table has no comparison.
    pub earlier_totals: Option<Totals>,
    /// The number of recordings in the row that were aired under more than one topic.
    pub shared_recordings: u64,
    /// The days without a log; `None` unless the table is by station.
    pub unlogged: Option<UnloggedDays>,
}

/// The number of days without a log, and the airings that were probably planned on these days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnloggedDays {
    /// The number of days.
    pub days: i64,
    /// The estimated number of planned airings.
    pub planned: u64,
    /// The estimated planned airtime, in milliseconds.
    pub planned_ms: i64,
}

/// A table of totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTable {
    /// The grouping of its rows.
    pub by: GroupBy,
    /// The rows, in the order of their keys.
    pub rows: Vec<TableRow>,
}
