//! Groups of airings, and their keys.
use crate::department::report::totals::Totals;

/// The key of a group. The meaning of the two numbers depends on the grouping. The first is a symbol, a day number or
/// the index of a period. The second is a topic number, the number of an area, or 0.
pub(super) type GroupKey = (u32, u32);

/// The totals of a group of airings.
#[derive(Default)]
pub(super) struct GroupTotals {
    /// The totals in the range.
    pub(super) totals: Totals,
    /// The totals in the earlier range.
    pub(super) earlier_totals: Totals,
}

/// The topic number in the [`GroupKey`] of airings without a topic.
pub(super) const NO_TOPIC: u32 = u32::MAX;

/// The key by which the rows of a table are sorted: first by text, then by number.
pub(super) type SortKey = (String, u32);
