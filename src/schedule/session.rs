//! `[[session]]`: what plays when, and what happens when two want to.
use std::fmt;

use chrono::{NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::calendar::Recurrence;
use crate::base::id::Id;
use crate::base::instant::SECOND_US;

/// `rank` where none is written.
pub const DEFAULT_RANK: u16 = 100;
/// How long a soft start waits where no `window` is written, microseconds.
pub const DEFAULT_WINDOW_US: i64 = 600 * SECOND_US;

/// `[[session]]`: an ordered list of items that starts at clock times.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Its name in planned ids.
    pub id: Id,
    /// NFC.
    pub title: String,
    /// Nominal starts, local time, ascending, no doubles.
    pub at: Vec<NaiveTime>,
    /// The days on which it airs.
    pub recurrence: Recurrence,
    /// The segment before all others.
    pub opening: Option<Id>,
    /// What it plays, in order; every id names a segment.
    pub play: Vec<SessionItem>,
    /// How many times the whole of `play` is played in one start, from 1.
    pub repeat: u16,
    /// The segment after all others.
    pub closing: Option<Id>,
    /// Silence between two items, microseconds.
    pub gap_us: i64,
    /// When the last item has to be over.
    pub end_by: Option<NaiveTime>,
    /// Whether it cuts what plays.
    pub start: StartRule,
    /// What happens when it cannot start on time.
    pub late: LateSetting,
    /// Per cent; none: the time of day's, or the station's.
    pub volume: Option<u8>,
    /// Its level.
    pub priority: Priority,
    /// Its place among sessions of the level `priority`: the lower number goes first.
    pub rank: u16,
    /// What becomes of its item when something urgent interrupts it.
    pub interrupted: InterruptPolicy,
    /// The campaign of the file it stands in.
    pub campaign: Option<Id>,
}

impl Session {
    /// The segments that it names: opening, items, closing; not what it draws.
    pub fn segments(&self) -> impl Iterator<Item = &Id> {
        let named = self.play.iter().filter_map(|item| match item {
            SessionItem::Segment(id) => Some(id),
            SessionItem::Draw(_) | SessionItem::Relay(_) => None,
        });
        self.opening.iter().chain(named).chain(&self.closing)
    }

    /// Its draws, in order.
    pub fn draws(&self) -> impl Iterator<Item = &PoolDraw> {
        self.play.iter().filter_map(|item| match item {
            SessionItem::Draw(draw) => Some(draw),
            SessionItem::Segment(_) | SessionItem::Relay(_) => None,
        })
    }

    /// How many items one start has.
    #[must_use]
    pub fn item_count(&self) -> usize {
        let items: usize = self.play.iter().map(SessionItem::count).sum();
        usize::from(self.opening.is_some()) + items * usize::from(self.repeat) + usize::from(self.closing.is_some())
    }
}

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

/// `start` of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StartRule {
    /// Cuts what plays.
    #[default]
    Hard,
    /// Waits until the line is free.
    Soft {
        /// For so long, microseconds.
        window_us: i64,
    },
}

/// The three levels that Vietnamese rules name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Thông thường.
    #[default]
    Normal,
    /// Ưu tiên.
    Priority,
    /// Khẩn cấp: plays at once, and alone may sound in quiet hours.
    Urgent,
}

/// `interrupted` of a session: what becomes of an item that something urgent has interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InterruptPolicy {
    /// It goes on where it was.
    #[default]
    Resume,
    /// It begins anew.
    Restart,
    /// It has ended.
    Drop,
}

/// `late` of a session. A start within 5 s of plan is not late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LateSetting {
    /// `"skip"`: what could not start at its time is missed.
    #[default]
    Skip,
    /// `"play"`: plays whole, however late.
    Play,
    /// `"until HH:MM"`: plays whole if it can start before this local time of its day, or of the next day for a start
    /// shortly before midnight (see [`days_after_start`]); else as `skip`.
    Until(NaiveTime),
    /// `"join"`: comes in where it would be by now.
    Join,
}

/// So many days after a session's date does the time of its `late = "until …"` come: 0, or 1 for a session that
/// starts before midnight and may be late past it. None when it had passed before the session's start, as `until
/// 05:45` has for the evening of a session at 05:15 and 17:00: yesterday's evening is never played at dawn.
#[must_use]
pub fn days_after_start(time: NaiveTime, start: NaiveTime) -> Option<i64> {
    if time > start {
        return Some(0);
    }
    let over_midnight = TimeDelta::days(1) - (start - time);
    (over_midnight <= MAX_LATE_OVER_MIDNIGHT).then_some(1)
}

/// How late a session may be past midnight.
const MAX_LATE_OVER_MIDNIGHT: TimeDelta = TimeDelta::hours(6);
