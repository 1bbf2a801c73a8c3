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
    /// How many positions it takes.
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
    /// What it draws from.
    pub pool: SegmentPool,
    /// How many, from 1.
    pub pick: u16,
    /// In which order they have their turns.
    pub order: DrawOrder,
}

/// Segments that have their turns.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SegmentPool {
    /// Those of a campaign's topic.
    Topic {
        /// The campaign.
        campaign: Id,
        /// The topic's number in it.
        topic: u16,
    },
    /// Those that name it in their `pool`.
    Named(Id),
}

impl fmt::Display for SegmentPool {
    /// As it is hashed for the order `shuffle`.
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
    /// By their ids, one after the other.
    #[default]
    Round,
    /// In another order each round.
    Shuffle,
}

/// `{ relay = "…", for = "30m" }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelaySlot {
    /// What is relayed, NFC.
    pub title: String,
    /// For how long, microseconds.
    pub duration_us: i64,
}
