//! `[[session]]`: an ordered list of items that starts at clock times.
mod item;
mod late;
mod precedence;

use chrono::{NaiveDate, NaiveTime};

use super::calendar::Recurrence;
use crate::base::id::Id;
use crate::base::instant::SECOND_US;

pub use item::{DrawOrder, ItemContent, ItemDates, PoolDraw, RelaySlot, SegmentPool, SessionItem};
pub use late::{LateSetting, TimeLimit, days_after_start};
pub use precedence::{InterruptPolicy, Priority, StartRule};

/// The default of `rank`.
pub const DEFAULT_RANK: u16 = 100;
/// The default of `window`, the maximum wait of a soft start, in microseconds.
pub const DEFAULT_WINDOW_US: i64 = 600 * SECOND_US;

/// `[[session]]`: an ordered list of items that starts at clock times.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// The id; the ids of the session's airings begin with it.
    pub id: Id,
    /// The title, in Unicode NFC.
    pub title: String,
    /// The nominal times of the starts, in local time, ascending, without duplicates.
    pub start_times: Vec<NaiveTime>,
    /// The days on which the session airs.
    pub recurrence: Recurrence,
    /// The segment that plays before all items.
    pub opening: Option<Id>,
    /// The items between opening and closing, in order; every id in them names a segment.
    pub play: Vec<SessionItem>,
    /// The number of times that one start plays all items of `play`, at least 1.
    pub repeat: u16,
    /// The segment that plays after all items.
    pub closing: Option<Id>,
    /// The silence between two items, in microseconds.
    pub gap_us: i64,
    /// The local time by which the last item must end.
    pub end_by: Option<TimeLimit>,
    /// The rule for a start while another session plays.
    pub start_rule: StartRule,
    /// The rule for a start that cannot happen on time.
    pub late_setting: LateSetting,
    /// The volume in per cent; `None`: the station's volume for the time of day.
    pub volume: Option<u8>,
    /// The priority level.
    pub priority: Priority,
    /// The rank among sessions with [`Priority::Priority`]; the lower number has precedence.
    pub rank: u16,
    /// The rule for an item after an urgent session has interrupted it.
    pub interrupt_policy: InterruptPolicy,
    /// The campaign of the playlist that defines the session.
    pub campaign: Option<Id>,
}

impl Session {
    /// Returns the segments that the session names: opening, items, closing. Drawn segments are not among them.
    pub fn segments(&self) -> impl Iterator<Item = &Id> {
        self.opening.iter().chain(self.play.iter().filter_map(named_segment)).chain(&self.closing)
    }

    /// Returns the segments that the session names for this day or later.
    pub fn segments_from(&self, day: NaiveDate) -> impl Iterator<Item = &Id> {
        let is_over =
            move |item: &SessionItem| item.dates.as_ref().and_then(ItemDates::last).is_some_and(|last| last < day);
        let items = self.play.iter().filter(move |item| !is_over(item)).filter_map(named_segment);
        self.opening.iter().chain(items).chain(&self.closing)
    }

    /// Returns the draws of the session, in order.
    pub fn draws(&self) -> impl Iterator<Item = &PoolDraw> {
        self.dated_draws().map(|(draw, _)| draw)
    }

    /// Returns the draws of the session, in order, with the dates of their items.
    pub fn dated_draws(&self) -> impl Iterator<Item = (&PoolDraw, Option<&ItemDates>)> {
        self.play.iter().filter_map(|item| match &item.content {
            ItemContent::Draw(draw) => Some((draw, item.dates.as_ref())),
            ItemContent::Segment(_) | ItemContent::Relay(_) => None,
        })
    }

    /// Returns true when an item of `play` has no dates of its own, or dates that include this one. Otherwise the
    /// session does not air: nobody wants to hear a signal tune and nothing after it.
    #[must_use]
    pub fn has_item_on(&self, date: NaiveDate) -> bool {
        self.play.iter().any(|item| item.airs_on(date))
    }

    /// Returns the number of items of one start, including items that air on some dates only.
    #[must_use]
    pub fn item_count(&self) -> usize {
        let items: usize = self.play.iter().map(SessionItem::position_count).sum();
        usize::from(self.opening.is_some()) + items * usize::from(self.repeat) + usize::from(self.closing.is_some())
    }
}

fn named_segment(item: &SessionItem) -> Option<&Id> {
    match &item.content {
        ItemContent::Segment(id) => Some(id),
        ItemContent::Draw(_) | ItemContent::Relay(_) => None,
    }
}
