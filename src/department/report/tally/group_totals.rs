//! Groups of airings, and their keys.
use crate::department::report::totals::Totals;

pub(super) type GroupKey = (u32, u32);

#[derive(Default)]
pub(super) struct GroupTotals {
    pub(super) totals: Totals,
    pub(super) compared: Totals,
}

/// Stands for no topic in a [`GroupKey`].
pub(super) const NO_TOPIC: u32 = u32::MAX;

pub(super) type SortKey = (String, u32);
