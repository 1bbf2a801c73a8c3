//! Groups of airings, and their keys.
use crate::department::report::fact::Symbol;
use crate::department::report::totals::Totals;

/// The key of a group by segment, day or period: a symbol, a day number or the index of a period.
pub(super) type GroupKey = u32;

/// The key of the finest group by place, topic and language. The groups of all other tables are unions of such groups,
/// so that each airing is added up once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct CellKey {
    /// The station.
    pub(super) station: Symbol,
    /// The number of the station's area on the date of the airing, counted from 1; 0 if it has none.
    pub(super) area: u32,
    /// The campaign and the topic.
    pub(super) topic: TopicKey,
    /// The language.
    pub(super) language: Symbol,
}

/// A campaign, and the number of a topic in it or [`NO_TOPIC`].
pub(super) type TopicKey = (Symbol, u32);

/// The totals of a group of airings.
#[derive(Default)]
pub(super) struct GroupTotals {
    /// The totals in the range.
    pub(super) totals: Totals,
    /// The totals in the earlier range.
    pub(super) earlier_totals: Totals,
}

impl GroupTotals {
    /// Adds the totals of another group.
    pub(super) fn merge(&mut self, other: &Self) {
        self.totals.merge(&other.totals);
        self.earlier_totals.merge(&other.earlier_totals);
    }
}

/// The topic number in the [`TopicKey`] of airings without a topic.
pub(super) const NO_TOPIC: u32 = u32::MAX;

/// The key by which the rows of a table are sorted: each part first by text, then by number.
pub(super) type SortKey = Vec<(String, u32)>;

/// The sort key of a row, and the cells of its key.
pub(super) type RowKey = (SortKey, Vec<String>);
