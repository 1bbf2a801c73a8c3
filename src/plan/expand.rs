//! The starts of one date and what plays in them, without the labels of log entries: what a plan is made from, and
//! all that a check for clashes needs.
use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;

use super::draw::{DayDraws, DrawnIds, SharedSegmentInfo};
use super::zone::{ZoneOnDate, deadline};
use crate::base::instant::WallTime;
use crate::library::Length;
use crate::schedule::{
    DrawOrder, Id, InterruptPolicy, LateSetting, PoolDraw, Priority, RelaySlot, Session, SessionItem, StartRule,
};

/// One start of a session.
pub struct SessionStart<'p, 'a> {
    /// Its session.
    pub session: &'a Session,
    /// What of it matters to each item.
    pub rules: &'p SessionRules,
    /// Its nominal time.
    pub at: NaiveTime,
    /// The instant.
    pub start: WallTime,
    /// When its last item has to be over.
    pub end_by: Option<WallTime>,
    /// Its items.
    pub items: Vec<PlannedItem<'a>>,
}

impl SessionStart<'_, '_> {
    /// The instant after its last frame.
    #[must_use]
    pub fn end(&self) -> WallTime {
        self.items.iter().rfind(|item| !item.dropped).map_or(self.start, PlannedItem::end)
    }

    /// How long the closing takes, with the gap before it, microseconds.
    #[must_use]
    pub fn closing_us(&self) -> i64 {
        let closing = self.items.last().filter(|item| item.closing);
        closing.map_or(0, |item| item.length_us + self.rules.gap_us)
    }
}

/// One item of a start.
pub struct PlannedItem<'a> {
    /// From 1.
    pub position: usize,
    /// What it is.
    pub content: PlannedContent<'a>,
    /// When it begins.
    pub start: WallTime,
    /// Its exact length.
    pub length: Length,
    /// The same in microseconds.
    pub length_us: i64,
    /// Dropped, so that the session ends in time.
    pub dropped: bool,
    /// The session's closing.
    pub closing: bool,
}

impl PlannedItem<'_> {
    /// The instant after its last frame.
    #[must_use]
    pub fn end(&self) -> WallTime {
        self.start.plus(self.length_us)
    }
}

/// What an item is.
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
    fn length(&self) -> Length {
        match self {
            Self::Segment(known) => known.length,
            Self::Relay(relay) => Length { frames: relay.duration_us.unsigned_abs(), rate: 1_000_000 },
            Self::Empty(_) => Length { frames: 0, rate: 0 },
        }
    }
}

/// What of a session is asked for at each of its starts.
pub struct SessionRules {
    /// See [`Session`].
    pub id: Id,
    /// See [`Session`].
    pub start_rule: StartRule,
    /// See [`Session`].
    pub late: LateSetting,
    /// See [`Session`].
    pub end_by: Option<NaiveTime>,
    /// See [`Session`].
    pub gap_us: i64,
    /// See [`Session`].
    pub volume: Option<u8>,
    /// See [`Session`].
    pub priority: Priority,
    /// See [`Session`].
    pub rank: u16,
    /// See [`Session`].
    pub interrupted: InterruptPolicy,
}

impl SessionRules {
    fn of(session: &Session) -> Self {
        Self {
            // A copy of its own, in the order in which they are asked for.
            id: Id::new(session.id.as_str()).unwrap_or_else(|| session.id.clone()),
            start_rule: session.start,
            late: session.late,
            end_by: session.end_by,
            gap_us: session.gap_us,
            volume: session.volume,
            priority: session.priority,
            rank: session.rank,
            interrupted: session.interrupted,
        }
    }
}

/// A session whose items have been looked up once.
pub struct ResolvedSession<'a> {
    /// The session.
    pub session: &'a Session,
    rules: SessionRules,
    /// Its items: position, what, whether it is the closing.
    templates: Vec<(usize, ItemTemplate<'a>, bool)>,
    /// Its draws, one for each segment drawn: what was asked, and the place of the pool.
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
    /// Looks a session's items up. One that names no segment has been reported when the schedule was read, and keeps its
    /// position.
    pub fn new(
        session: &'a Session,
        find: &dyn Fn(&Id) -> Option<SharedSegmentInfo<'a>>,
        of_pool: &dyn Fn(&crate::schedule::SegmentPool) -> Option<usize>,
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

    /// One start on this date; `items` is room to write in.
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

    /// What the draws of one start give, in order.
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

impl SessionStart<'_, '_> {
    /// Gives the items their times: each begins when the one before it is over, and the gap.
    fn assign_times(&mut self) {
        let gap = self.rules.gap_us;
        let mut at = self.start;
        for item in &mut self.items {
            item.start = at;
            if !item.dropped {
                at = item.end().plus(gap);
            }
        }
    }

    /// Drops items, the last before the closing first, until the last one ends in time.
    fn drop_until_in_time(&mut self, limit: WallTime) {
        let mut end = self.end();
        // All items begin one behind the other, so that each takes its length, and one gap, with it.
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
