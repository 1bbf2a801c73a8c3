//! The items of `play`: segments, draws, relay slots.
use std::fmt;

use crate::base::id::Id;

/// An item of a session's `play`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionItem {
    /// The segment with this id.
    Segment(Id),
    /// Segments of a pool, in turn.
    Draw(PoolDraw),
    /// A period in which the line is left to another receiver.
    Relay(RelaySlot),
}

impl SessionItem {
    /// Returns the number of positions that the item takes in a start.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Draw(draw) => usize::from(draw.pick),
            Self::Segment(_) | Self::Relay(_) => 1,
        }
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
    /// Writes a name of the pool. The order `shuffle` depends on a hash of this name.
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
