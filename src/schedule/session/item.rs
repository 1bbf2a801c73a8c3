//! The items of `play`: segments, draws, relay slots, and the dates of each.
use std::fmt;

use chrono::NaiveDate;

use crate::base::id::Id;
use crate::schedule::calendar::DateSpan;

/// An item of a session's `play`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionItem {
    /// The content of the item.
    pub content: ItemContent,
    /// The dates of the item; `None`: every date of the session.
    pub dates: Option<ItemDates>,
}

/// The content of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemContent {
    /// The segment with this id.
    Segment(Id),
    /// Segments of a pool, in turn.
    Draw(PoolDraw),
    /// A period in which loa leaves the line to a receiver.
    Relay(RelaySlot),
}

impl SessionItem {
    /// Returns the number of positions that the item takes in a start, whether or not it airs on that date.
    #[must_use]
    pub fn position_count(&self) -> usize {
        match &self.content {
            ItemContent::Draw(draw) => usize::from(draw.pick),
            ItemContent::Segment(_) | ItemContent::Relay(_) => 1,
        }
    }

    /// Returns true when the item has no dates of its own, or dates that include this one.
    #[must_use]
    pub fn airs_on(&self, date: NaiveDate) -> bool {
        self.dates.as_ref().is_none_or(|dates| dates.contain(date))
    }
}

/// `dates`, `from` and `until` of an item: the dates of its session on which it airs. At least one of the three
/// is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemDates {
    /// The first day, inclusive; `None`: no bound.
    pub from: Option<NaiveDate>,
    /// The last day, inclusive; `None`: no bound.
    pub until: Option<NaiveDate>,
    /// The spans in `dates`; empty: every date between the bounds.
    pub spans: Vec<DateSpan>,
}

impl ItemDates {
    /// Returns true when the date is one of these dates.
    #[must_use]
    pub fn contain(&self, date: NaiveDate) -> bool {
        let is_in_bounds = self.from.is_none_or(|from| from <= date) && self.until.is_none_or(|until| date <= until);
        is_in_bounds && (self.spans.is_empty() || self.spans.iter().any(|span| span.contains(date)))
    }

    /// Returns the earliest day that can be one of these dates; `None`: no bound.
    #[must_use]
    pub fn first(&self) -> Option<NaiveDate> {
        self.from.max(self.spans.iter().map(|span| span.first).min())
    }

    /// Returns the latest day that can be one of these dates; `None`: no bound.
    #[must_use]
    pub fn last(&self) -> Option<NaiveDate> {
        let last_span_day = self.spans.iter().map(|span| span.last).max();
        self.until.into_iter().chain(last_span_day).min()
    }
}

/// A draw: `{ topic = 3, pick = 2 }` or `{ pool = "…", order = "shuffle" }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolDraw {
    /// The pool from which segments are drawn.
    pub pool: SegmentPool,
    /// The number of segments to draw, at least 1.
    pub pick: u16,
    /// The order in which the segments take turns.
    pub order: DrawOrder,
}

/// A group of segments that take turns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SegmentPool {
    /// The segments of a campaign's topic.
    Topic {
        /// The campaign.
        campaign: Id,
        /// The number of the topic in the campaign.
        topic: u16,
    },
    /// The segments whose `pool` contains this name.
    Named(Id),
}

impl fmt::Display for SegmentPool {
    /// Writes the name of the pool. The order `shuffle` depends on a hash of this name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Topic { campaign, topic } => write!(f, "topic:{campaign}:{topic}"),
            Self::Named(id) => write!(f, "pool:{id}"),
        }
    }
}

/// `order` of a draw: the order in which the segments of a pool take turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DrawOrder {
    /// In the order of their ids.
    #[default]
    Round,
    /// In a different order in each round.
    Shuffle,
}

/// A relay slot: `{ relay = "…", for = "30m" }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelaySlot {
    /// The title of the relayed programme, in Unicode NFC.
    pub title: String,
    /// The length of the slot, in microseconds.
    pub duration_us: i64,
}
