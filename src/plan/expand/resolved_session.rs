//! A session whose segments and pools are looked up once, for use on all dates.
use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;

use super::session_rules::SessionRules;
use super::{PlannedContent, PlannedItem, SessionStart};
use crate::library::Length;
use crate::plan::draw::{DayDraws, DrawnIds, SharedSegmentInfo};
use crate::plan::zone::{ZoneOnDate, resolve_deadline};
use crate::schedule::{DrawOrder, Id, ItemContent, ItemDates, PoolDraw, SegmentPool, Session, SessionItem};

/// A session with the segments and pools of its items.
pub struct ResolvedSession<'a> {
    /// The session.
    pub session: &'a Session,
    rules: SessionRules,
    /// The items of a start, in order.
    slots: Vec<ItemSlot<'a>>,
    /// The draws of a start, with one entry for each segment to draw.
    draws: Vec<DrawSlot<'a>>,
}

/// An item of a start, with its position. An item that does not air on a date keeps its position.
struct ItemSlot<'a> {
    position: usize,
    template: ItemTemplate<'a>,
    /// The dates of the item; `None`: every date of the session.
    dates: Option<&'a ItemDates>,
    is_closing: bool,
}

/// The content of an item, or the draw that finds it.
enum ItemTemplate<'a> {
    /// The same content in each start, its length, and the length in microseconds.
    Fixed(PlannedContent<'a>, Length, i64),
    /// The content found by the draw with this index.
    Drawn(usize),
}

/// The draw of one segment.
struct DrawSlot<'a> {
    draw: &'a PoolDraw,
    pool_index: usize,
    order: DrawOrder,
    dates: Option<&'a ItemDates>,
}

impl<'a> ItemTemplate<'a> {
    fn fixed(content: PlannedContent<'a>) -> Self {
        let length = content.length();
        Self::Fixed(content, length, length.us())
    }
}

impl<'a> ResolvedSession<'a> {
    /// Looks up the items of a session. The position of an unknown segment stays unused; reading the schedule has
    /// already reported that segment. All repetitions of `play` share the same draws.
    pub fn new(
        session: &'a Session,
        find_segment: &dyn Fn(&Id) -> Option<SharedSegmentInfo<'a>>,
        pool_index_of: &dyn Fn(&SegmentPool) -> Option<usize>,
    ) -> Self {
        let mut resolved = Self { session, rules: SessionRules::of(session), slots: Vec::new(), draws: Vec::new() };
        let mut position = 0;
        let segment_template = |id: &Id| find_segment(id).map(PlannedContent::Segment).map(ItemTemplate::fixed);
        if let Some(id) = &session.opening {
            position += 1;
            resolved.add_item(position, segment_template(id), None, false);
        }
        for _ in 0..session.repeat.max(1) {
            let mut draw_index = 0;
            for SessionItem { content, dates } in &session.play {
                let dates = dates.as_ref();
                match content {
                    ItemContent::Segment(id) => {
                        position += 1;
                        resolved.add_item(position, segment_template(id), dates, false);
                    }
                    ItemContent::Relay(relay) => {
                        position += 1;
                        let template = ItemTemplate::fixed(PlannedContent::Relay(relay));
                        resolved.add_item(position, Some(template), dates, false);
                    }
                    ItemContent::Draw(draw) => {
                        for _ in 0..draw.pick {
                            position += 1;
                            if resolved.draws.len() == draw_index
                                && let Some(pool_index) = pool_index_of(&draw.pool)
                            {
                                resolved.draws.push(DrawSlot { draw, pool_index, order: draw.order, dates });
                            }
                            resolved.add_item(position, Some(ItemTemplate::Drawn(draw_index)), dates, false);
                            draw_index += 1;
                        }
                    }
                }
            }
        }
        if let Some(id) = &session.closing {
            position += 1;
            resolved.add_item(position, segment_template(id), None, true);
        }
        resolved
    }

    /// Adds an item at its position, unless its segment is unknown.
    fn add_item(
        &mut self,
        position: usize,
        template: Option<ItemTemplate<'a>>,
        dates: Option<&'a ItemDates>,
        is_closing: bool,
    ) {
        self.slots.extend(template.map(|template| ItemSlot { position, template, dates, is_closing }));
    }

    /// Returns the start at the nominal time `at` on this date. `items` is a buffer whose memory is reused.
    pub fn expand_start(
        &self,
        date: NaiveDate,
        (zone, timezone): (&ZoneOnDate, Tz),
        at: NaiveTime,
        draws: &mut DayDraws<'_, 'a>,
        mut items: Vec<PlannedItem<'a>>,
    ) -> SessionStart<'_, 'a> {
        let start = zone.instant_at(date, at);
        let end_by = self.rules.end_by.and_then(|time| resolve_deadline(timezone, date, at, time));
        let airs = |dates: Option<&ItemDates>| dates.is_none_or(|dates| dates.contain(date));
        let drawn_contents = self.draw_contents(draws, &airs);
        items.clear();
        items.extend(self.slots.iter().filter(|slot| airs(slot.dates)).filter_map(|slot| {
            let (content, length, length_us) = match &slot.template {
                ItemTemplate::Fixed(content, length, length_us) => (content.clone(), *length, *length_us),
                ItemTemplate::Drawn(index) => {
                    let content = drawn_contents[*index].clone()?;
                    let length = content.length();
                    (content, length, length.us())
                }
            };
            Some(PlannedItem {
                position: slot.position,
                content,
                start,
                length,
                length_us,
                is_dropped: false,
                is_closing: slot.is_closing,
            })
        }));
        let mut session_start = SessionStart { session: self.session, rules: &self.rules, at, start, end_by, items };
        session_start.assign_times();
        if let Some(limit) = end_by {
            session_start.drop_items_to_end_by(limit);
        }
        session_start
    }

    /// Draws the segments of one start, in order. A draw that does not air on the date gives `None`, and is not
    /// counted. No segment is drawn twice from the same pool.
    fn draw_contents(
        &self,
        draws: &mut DayDraws<'_, 'a>,
        airs: &dyn Fn(Option<&ItemDates>) -> bool,
    ) -> Vec<Option<PlannedContent<'a>>> {
        if self.draws.is_empty() {
            return Vec::new();
        }
        let mut contents = Vec::with_capacity(self.draws.len());
        let mut drawn_ids = DrawnIds::new();
        let has_several_draws = self.draws.len() > 1;
        for DrawSlot { draw, pool_index, order, dates } in &self.draws {
            if !airs(*dates) {
                contents.push(None);
                continue;
            }
            contents.push(Some(match draws.draw_next(*pool_index, *order, &drawn_ids) {
                Some(info) => {
                    if has_several_draws {
                        drawn_ids.entry(*pool_index).or_default().insert(&info.segment.id);
                    }
                    PlannedContent::Segment(info)
                }
                None => PlannedContent::Empty(draw),
            }));
        }
        contents
    }
}
