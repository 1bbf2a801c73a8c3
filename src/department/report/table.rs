//! The tables of a report, independent of its format.
use super::coverage::Coverage;
use super::group_by::GroupBy;
use super::growth::Growth;
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
    /// The station-days of the row; `None` if the rows are not stations, places or dates.
    pub coverage: Option<Coverage>,
    /// The station-days of the row in the earlier range; `None` if `coverage` or `earlier_totals` is.
    pub earlier_coverage: Option<Coverage>,
    /// The growth of the airtime from the earlier range; `None` if `earlier_totals` is.
    pub growth: Option<Growth>,
}

impl TableRow {
    /// Returns `true` if nothing is known about the row: it has neither airings nor a day with a log.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.totals.is_blank() && self.coverage.is_some_and(|coverage| coverage.logged == 0)
    }

    /// Returns the same for the earlier range.
    #[must_use]
    pub fn was_silent(&self) -> bool {
        self.earlier_totals.as_ref().is_some_and(Totals::is_blank)
            && self.earlier_coverage.is_some_and(|coverage| coverage.logged == 0)
    }
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

/// Days without a log for which no earlier plan is known, so that nobody can say what was planned on them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UnestimatedDays {
    /// The number of stations with such days.
    pub stations: u64,
    /// The number of days.
    pub days: u64,
}

/// A table of totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportTable {
    /// The grouping of its rows.
    pub by: GroupBy,
    /// The rows, in the order of their keys.
    pub rows: Vec<TableRow>,
}
