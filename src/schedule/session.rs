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

/// `rank` when none is written.
pub const DEFAULT_RANK: u16 = 100;
/// Default `window` of a soft start, in microseconds.
pub const DEFAULT_WINDOW_US: i64 = 600 * SECOND_US;

/// `[[session]]`: an ordered list of items that starts at clock times.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Its name in planned ids.
    pub id: Id,
    /// NFC.
    pub title: String,
    /// Nominal starts in local time, ascending, without duplicates.
    pub at: Vec<NaiveTime>,
    /// The days on which it airs.
    pub recurrence: Recurrence,
    /// The segment before all others.
    pub opening: Option<Id>,
    /// The items it plays, in order; every id names a segment.
    pub play: Vec<SessionItem>,
    /// How many times one start plays the whole of `play`, from 1.
    pub repeat: u16,
    /// The segment after all others.
    pub closing: Option<Id>,
    /// Silence between two items, in microseconds.
    pub gap_us: i64,
    /// The time by which the last item must end.
    pub end_by: Option<NaiveTime>,
    /// Whether it cuts the item that is playing.
    pub start: StartRule,
    /// The rule for a start that cannot happen on time.
    pub late: LateSetting,
    /// Per cent; `None`: the volume of the time of day, or the station's.
    pub volume: Option<u8>,
    /// Its priority level.
    pub priority: Priority,
    /// Its place among sessions of the level `priority`: lower numbers go first.
    pub rank: u16,
    /// The fate of its item when an urgent session interrupts it.
    pub interrupted: InterruptPolicy,
    /// The campaign of its file.
    pub campaign: Option<Id>,
}

impl Session {
    /// Returns the segments that it names: opening, items, closing; not those it draws.
    pub fn segments(&self) -> impl Iterator<Item = &Id> {
        let named = self.play.iter().filter_map(|item| match item {
            SessionItem::Segment(id) => Some(id),
            SessionItem::Draw(_) | SessionItem::Relay(_) => None,
        });
        self.opening.iter().chain(named).chain(&self.closing)
    }

    /// Returns its draws, in order.
    pub fn draws(&self) -> impl Iterator<Item = &PoolDraw> {
        self.play.iter().filter_map(|item| match item {
            SessionItem::Draw(draw) => Some(draw),
            SessionItem::Segment(_) | SessionItem::Relay(_) => None,
        })
    }

    /// Returns how many items one start has.
    #[must_use]
    pub fn item_count(&self) -> usize {
        let items: usize = self.play.iter().map(SessionItem::count).sum();
        usize::from(self.opening.is_some()) + items * usize::from(self.repeat) + usize::from(self.closing.is_some())
    }
}
