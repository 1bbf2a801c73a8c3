//! The starts of one date and their items, without the labels of log entries. A plan is made from them, and a check for
//! clashes needs no more.
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
    /// Its session.
    pub session: &'a Session,
    /// The rules that each item needs.
    pub rules: &'p SessionRules,
    /// Its nominal time.
    pub at: NaiveTime,
    /// Its nominal time as an instant.
    pub start: WallTime,
    /// Instant by which its last item has to be over.
    pub end_by: Option<WallTime>,
    /// Its items.
    pub items: Vec<PlannedItem<'a>>,
}

impl SessionStart<'_, '_> {
    /// Returns the instant after the last frame.
    #[must_use]
    pub fn end(&self) -> WallTime {
        self.items.iter().rfind(|item| !item.dropped).map_or(self.start, PlannedItem::end)
    }

    /// Returns the length of the closing and the gap before it, in microseconds.
    #[must_use]
    pub fn closing_us(&self) -> i64 {
        let closing = self.items.last().filter(|item| item.closing);
        closing.map_or(0, |item| item.length_us + self.rules.gap_us)
    }
}

/// One item of a start.
pub struct PlannedItem<'a> {
    /// Position in the start, from 1.
    pub position: usize,
    /// What it plays.
    pub content: PlannedContent<'a>,
    /// When it begins.
    pub start: WallTime,
    /// Its exact length.
    pub length: Length,
    /// The length in microseconds.
    pub length_us: i64,
    /// Whether it is dropped so that the session ends in time.
    pub dropped: bool,
    /// Whether it is the session's closing.
    pub closing: bool,
}

impl PlannedItem<'_> {
    /// Returns the instant after the last frame.
    #[must_use]
    pub fn end(&self) -> WallTime {
        self.start.plus(self.length_us)
    }
}

/// Content of an item.
#[derive(Clone)]
pub enum PlannedContent<'a> {
    /// A segment.
    Segment(SharedSegmentInfo<'a>),
    /// A relay slot.
    Relay(&'a RelaySlot),
    /// A draw that found nothing.
    Empty(&'a PoolDraw),
}

impl PlannedContent<'_> {
    pub(super) fn length(&self) -> Length {
        match self {
            Self::Segment(known) => known.length,
            Self::Relay(relay) => Length { frames: relay.duration_us.unsigned_abs(), rate: 1_000_000 },
            Self::Empty(_) => Length { frames: 0, rate: 0 },
        }
    }
}

impl SessionStart<'_, '_> {
    /// Sets the start of each item: the end of the item before it, and the gap.
    pub(super) fn assign_times(&mut self) {
        let gap = self.rules.gap_us;
        let mut at = self.start;
        for item in &mut self.items {
            item.start = at;
            if !item.dropped {
                at = item.end().plus(gap);
            }
        }
    }

    /// Drops items until the last one ends in time: from the back, and the closing at the very end.
    pub(super) fn drop_until_in_time(&mut self, limit: WallTime) {
        let mut end = self.end();
        // The items follow each other, so a dropped item frees its length and one gap.
        let of = |closing: bool| move |(_, item): &(usize, &PlannedItem<'_>)| item.closing == closing;
        let from_the_back = |closing| self.items.iter().enumerate().rev().filter(of(closing)).map(|(index, _)| index);
        let order: Vec<usize> = from_the_back(false).chain(from_the_back(true)).collect();
        for index in order {
            if end <= limit {
                break;
            }
            let item = &mut self.items[index];
            item.dropped = true;
            end = end.plus(-(item.length_us + self.rules.gap_us));
        }
        self.assign_times();
    }
}
