//! The items of `play`: segments, draws, relay slots.
use std::fmt;

use crate::base::id::Id;

/// An item of `play`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionItem {
    /// This segment.
    Segment(Id),
    /// Segments of a pool, in turn.
    Draw(PoolDraw),
    /// The line is left to another receiver.
    Relay(RelaySlot),
}

impl SessionItem {
    /// Returns how many positions it takes.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Draw(draw) => usize::from(draw.pick),
            Self::Segment(_) | Self::Relay(_) => 1,
        }
    }
}

/// `{ topic = 3, pick = 2 }` or `{ pool = "…", order = "shuffle" }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolDraw {
    /// The pool that it draws from.
    pub pool: SegmentPool,
    /// How many segments it draws, from 1.
    pub pick: u16,
    /// The order in which segments take their turns.
    pub order: DrawOrder,
}

/// A group of segments that take turns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SegmentPool {
    /// The segments of a campaign's topic.
    Topic {
        /// The campaign.
        campaign: Id,
        /// The topic's number in it.
        topic: u16,
    },
    /// The segments that name it in their `pool`.
    Named(Id),
}

impl fmt::Display for SegmentPool {
    /// Writes the pool as it is hashed for the order `shuffle`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Topic { campaign, topic } => write!(f, "topic:{campaign}:{topic}"),
            Self::Named(id) => write!(f, "pool:{id}"),
        }
    }
}

/// `order` of a draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DrawOrder {
    /// By id, one after the other.
    #[default]
    Round,
    /// In a different order in each round.
    Shuffle,
}

/// `{ relay = "…", for = "30m" }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelaySlot {
    /// Title of the relayed programme, NFC.
    pub title: String,
    /// Its length, in microseconds.
    pub duration_us: i64,
}
