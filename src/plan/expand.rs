//! The starts of one date and their items, without the labels that log entries need. The planner adds the labels; the
//! check for clashes needs only the starts and items.
mod resolved_session;
mod session_rules;

use chrono::NaiveTime;

use super::draw::SharedSegmentInfo;
use crate::base::instant::WallTime;
use crate::library::Length;
use crate::schedule::{PoolDraw, RelaySlot, Session};

pub use resolved_session::ResolvedSession;
pub use session_rules::SessionRules;

/// One start of a session.
pub struct SessionStart<'p, 'a> {
    /// The session that starts.
    pub session: &'a Session,
    /// The rules of the session that its items need.
    pub rules: &'p SessionRules,
    /// The nominal time of the start.
    pub at: NaiveTime,
    /// The nominal time as an instant.
    pub start: WallTime,
    /// The instant by which the last item must end.
    pub end_by: Option<WallTime>,
    /// The items of the start, in order.
    pub items: Vec<PlannedItem<'a>>,
}

impl SessionStart<'_, '_> {
    /// Returns the instant after the last frame of the last item that is not dropped.
    #[must_use]
    pub fn end(&self) -> WallTime {
        self.items.iter().rfind(|item| !item.is_dropped).map_or(self.start, PlannedItem::end)
    }

    /// Returns the length of the closing and the gap before it, in microseconds; 0 if there is no closing.
    #[must_use]
    pub fn closing_reserve_us(&self) -> i64 {
        let closing = self.items.last().filter(|item| item.is_closing);
        closing.map_or(0, |item| item.length_us + self.rules.gap_us)
    }
}

/// One item of a start.
pub struct PlannedItem<'a> {
    /// The position in the start, from 1.
    pub position: usize,
    /// The content of the item.
    pub content: PlannedContent<'a>,
    /// The instant at which the item starts.
    pub start: WallTime,
    /// The exact length of the item.
    pub length: Length,
    /// The length in microseconds.
    pub length_us: i64,
    /// True when the item is dropped so that the session ends in time.
    pub is_dropped: bool,
    /// True when the item is the session's closing.
    pub is_closing: bool,
}

impl PlannedItem<'_> {
    /// Returns the instant after the last frame.
    #[must_use]
    pub fn end(&self) -> WallTime {
        self.start.plus(self.length_us)
    }
}

/// The content of an item.
#[derive(Clone)]
pub enum PlannedContent<'a> {
    /// A segment.
    Segment(SharedSegmentInfo<'a>),
    /// A relay slot.
    Relay(&'a RelaySlot),
    /// A draw that found no segment.
    Empty(&'a PoolDraw),
}

impl PlannedContent<'_> {
    pub(super) fn length(&self) -> Length {
        match self {
            Self::Segment(info) => info.length,
            Self::Relay(relay) => Length { frames: relay.duration_us.unsigned_abs(), rate: 1_000_000 },
            Self::Empty(_) => Length { frames: 0, rate: 0 },
        }
    }
}

impl SessionStart<'_, '_> {
    /// Sets the start of each item to the end of the previous item plus the gap.
    pub(super) fn assign_times(&mut self) {
        let gap_us = self.rules.gap_us;
        let mut next_start = self.start;
        for item in &mut self.items {
            item.start = next_start;
            if !item.is_dropped {
                next_start = item.end().plus(gap_us);
            }
        }
    }

    /// Drops items, beginning with the last one, until the remaining items end by `limit`. The closing is dropped only
    /// after all other items.
    pub(super) fn drop_items_to_end_by(&mut self, limit: WallTime) {
        let mut end = self.end();
        // Dropping an item makes the end earlier by its length and one gap, because the items follow each other.
        let closing_is = |is_closing: bool| move |(_, item): &(usize, &PlannedItem<'_>)| item.is_closing == is_closing;
        let reversed_indexes =
            |is_closing| self.items.iter().enumerate().rev().filter(closing_is(is_closing)).map(|(index, _)| index);
        let drop_order: Vec<usize> = reversed_indexes(false).chain(reversed_indexes(true)).collect();
        for index in drop_order {
            if end <= limit {
                break;
            }
            let item = &mut self.items[index];
            item.is_dropped = true;
            end = end.plus(-(item.length_us + self.rules.gap_us));
        }
        self.assign_times();
    }
}
