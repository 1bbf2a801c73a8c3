//! A session whose segments and pools are looked up once for all dates.
use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;

use super::session_rules::SessionRules;
use super::{PlannedContent, PlannedItem, SessionStart};
use crate::library::Length;
use crate::plan::draw::{DayDraws, DrawnIds, SharedSegmentInfo};
use crate::plan::zone::{ZoneOnDate, deadline};
use crate::schedule::{DrawOrder, Id, PoolDraw, SegmentPool, Session, SessionItem};

/// A session whose items are looked up.
pub struct ResolvedSession<'a> {
    /// The session.
    pub session: &'a Session,
    rules: SessionRules,
    /// Its items: position, content, and whether it is the closing.
    templates: Vec<(usize, ItemTemplate<'a>, bool)>,
    /// Its draws, one for each segment to draw: the draw, the index of the pool, and the order.
    draws: Vec<(&'a PoolDraw, usize, DrawOrder)>,
}

enum ItemTemplate<'a> {
    Fixed(PlannedContent<'a>, Length, i64),
    /// The draw with this number.
    Drawn(usize),
}

impl<'a> ItemTemplate<'a> {
    fn fixed(what: PlannedContent<'a>) -> Self {
        let length = what.length();
        Self::Fixed(what, length, length.us())
    }
}

impl<'a> ResolvedSession<'a> {
    /// Looks up the items of a session. An item that names no segment was reported when the schedule was read; its
    /// position stays unused.
    pub fn new(
        session: &'a Session,
        find: &dyn Fn(&Id) -> Option<SharedSegmentInfo<'a>>,
        of_pool: &dyn Fn(&SegmentPool) -> Option<usize>,
    ) -> Self {
        let mut prepared = Self { session, rules: SessionRules::of(session), templates: Vec::new(), draws: Vec::new() };
        let mut position = 0;
        if let Some(id) = &session.opening {
            position += 1;
            prepared
                .templates
                .extend(find(id).map(|known| (position, ItemTemplate::fixed(PlannedContent::Segment(known)), false)));
        }
        for _ in 0..session.repeat.max(1) {
            let mut drawn = 0;
            for item in &session.play {
                match item {
                    SessionItem::Segment(id) => {
                        position += 1;
                        let known = find(id).map(PlannedContent::Segment);
                        prepared.templates.extend(known.map(|what| (position, ItemTemplate::fixed(what), false)));
                    }
                    SessionItem::Relay(relay) => {
                        position += 1;
                        prepared.templates.push((position, ItemTemplate::fixed(PlannedContent::Relay(relay)), false));
                    }
                    SessionItem::Draw(draw) => {
                        for _ in 0..draw.pick {
                            position += 1;
                            if prepared.draws.len() == drawn
                                && let Some(place) = of_pool(&draw.pool)
                            {
                                prepared.draws.push((draw, place, draw.order));
                            }
                            prepared.templates.push((position, ItemTemplate::Drawn(drawn), false));
                            drawn += 1;
                        }
                    }
                }
            }
        }
        if let Some(id) = &session.closing {
            position += 1;
            prepared
                .templates
                .extend(find(id).map(|known| (position, ItemTemplate::fixed(PlannedContent::Segment(known)), true)));
        }
        prepared
    }

    /// Returns one start on this date. `items` is a buffer to reuse.
    pub fn expand_start(
        &self,
        date: NaiveDate,
        zone: (&ZoneOnDate, Tz),
        at: NaiveTime,
        draws: &mut DayDraws<'_, 'a>,
        mut items: Vec<PlannedItem<'a>>,
    ) -> SessionStart<'_, 'a> {
        let start = zone.0.instant_at(date, at);
        let end_by = self.rules.end_by.and_then(|time| deadline(zone.1, date, at, time));
        let chosen = self.draw_contents(draws);
        items.clear();
        items.extend(self.templates.iter().map(|(position, piece, closing)| {
            let (what, length, us) = match piece {
                ItemTemplate::Fixed(what, length, us) => (what.clone(), *length, *us),
                ItemTemplate::Drawn(index) => {
                    let what = chosen[*index].clone();
                    let length = what.length();
                    (what, length, length.us())
                }
            };
            PlannedItem {
                position: *position,
                content: what,
                start,
                length,
                length_us: us,
                dropped: false,
                closing: *closing,
            }
        }));
        let mut one = SessionStart { session: self.session, rules: &self.rules, at, start, end_by, items };
        one.assign_times();
        if let Some(limit) = end_by {
            one.drop_until_in_time(limit);
        }
        one
    }

    /// Draws the segments of one start, in order.
    fn draw_contents(&self, draws: &mut DayDraws<'_, 'a>) -> Vec<PlannedContent<'a>> {
        if self.draws.is_empty() {
            return Vec::new();
        }
        let mut chosen = Vec::with_capacity(self.draws.len());
        let mut taken = DrawnIds::new();
        let several = self.draws.len() > 1;
        for (draw, place, order) in &self.draws {
            chosen.push(match draws.next(*place, *order, &taken) {
                Some(known) => {
                    if several {
                        taken.entry(*place).or_default().insert(&known.segment.id);
                    }
                    PlannedContent::Segment(known)
                }
                None => PlannedContent::Empty(draw),
            });
        }
        chosen
    }
}
