//! `[[session]]`: an ordered list of items that starts at clock times.
mod item;
mod late;
mod precedence;

use chrono::NaiveTime;

use super::calendar::Recurrence;
use crate::base::id::Id;
use crate::base::instant::SECOND_US;

pub use item::{DrawOrder, PoolDraw, RelaySlot, SegmentPool, SessionItem};
pub use late::{LateSetting, days_after_start};
pub use precedence::{InterruptPolicy, Priority, StartRule};

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
