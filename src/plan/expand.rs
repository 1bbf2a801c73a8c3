//! The starts of one date and what plays in them, without the labels of log entries: what a plan is made from, and
//! all that a check for clashes needs.
use chrono::{DateTime, FixedOffset, NaiveTime, TimeDelta};

use super::draw::{Draws, Known};
use super::zone::{Zone, limit};
use crate::library::Length;
use crate::schedule::calendar::Day;
use crate::schedule::{Draw, Item, Order, Relay, Session};

/// One start of a session.
pub struct StartOf<'a> {
    /// Its session.
    pub session: &'a Session,
    /// Its nominal time.
    pub at: NaiveTime,
    /// The instant.
    pub start: DateTime<FixedOffset>,
    /// When its last item has to be over.
    pub end_by: Option<DateTime<FixedOffset>>,
    /// Its items.
    pub items: Vec<Planned<'a>>,
}

impl StartOf<'_> {
    /// The instant after its last frame.
    #[must_use]
    pub fn end(&self) -> DateTime<FixedOffset> {
        self.items.iter().rfind(|item| !item.dropped).map_or(self.start, Planned::end)
    }

    /// How long the closing takes, with the gap before it, microseconds.
    #[must_use]
    pub fn closing_us(&self) -> i64 {
        let closing = self.items.last().filter(|item| item.closing);
        closing.map_or(0, |item| item.length.us() + self.session.gap_us)
    }
}

/// One item of a start.
pub struct Planned<'a> {
    /// From 1.
    pub position: usize,
    /// What it is.
    pub what: What<'a>,
    /// When it begins.
    pub start: DateTime<FixedOffset>,
    /// Its exact length.
    pub length: Length,
    /// Dropped, so that the session ends in time.
    pub dropped: bool,
    /// The session's closing.
    pub closing: bool,
}

impl Planned<'_> {
    /// The instant after its last frame.
    #[must_use]
    pub fn end(&self) -> DateTime<FixedOffset> {
        self.start + TimeDelta::microseconds(self.length.us())
    }
}

/// What an item is.
#[derive(Clone, Copy)]
pub enum What<'a> {
    /// A segment.
    Segment(Known<'a>),
    /// A relay slot.
    Relay(&'a Relay),
    /// A draw that found nothing.
    Empty(&'a Draw),
}

impl What<'_> {
    fn length(&self) -> Length {
        match self {
            Self::Segment((_, length)) => *length,
            Self::Relay(relay) => Length { frames: relay.for_us.unsigned_abs(), rate: 1_000_000 },
            Self::Empty(_) => Length { frames: 0, rate: 0 },
        }
    }
}

/// A session whose items have been looked up once.
pub struct Prepared<'a> {
    /// The session.
    pub session: &'a Session,
    /// Its items: position, what, whether it is the closing.
    pieces: Vec<(usize, Piece<'a>, bool)>,
    /// Its draws, one for each segment drawn: what was asked, and the place of the pool.
    draws: Vec<(&'a Draw, usize, Order)>,
}

#[derive(Clone, Copy)]
enum Piece<'a> {
    Fixed(What<'a>),
    /// The draw with this number.
    Drawn(usize),
}

impl<'a> Prepared<'a> {
    /// Looks a session's items up. One that names no segment has been reported when the schedule was read, and keeps its
    /// position.
    pub fn new(
        session: &'a Session,
        find: &dyn Fn(&crate::schedule::Id) -> Option<Known<'a>>,
        place: &dyn Fn(&crate::schedule::Pool) -> Option<usize>,
    ) -> Self {
        let mut prepared = Self { session, pieces: Vec::new(), draws: Vec::new() };
        let mut position = 0;
        if let Some(id) = &session.opening {
            position += 1;
            prepared.pieces.extend(find(id).map(|known| (position, Piece::Fixed(What::Segment(known)), false)));
        }
        for _ in 0..session.repeat.max(1) {
            let mut drawn = 0;
            for item in &session.play {
                match item {
                    Item::Segment(id) => {
                        position += 1;
                        let known = find(id).map(What::Segment);
                        prepared.pieces.extend(known.map(|what| (position, Piece::Fixed(what), false)));
                    }
                    Item::Relay(relay) => {
                        position += 1;
                        prepared.pieces.push((position, Piece::Fixed(What::Relay(relay)), false));
                    }
                    Item::Draw(draw) => {
                        for _ in 0..draw.pick {
                            position += 1;
                            if prepared.draws.len() == drawn
                                && let Some(place) = place(&draw.pool)
                            {
                                prepared.draws.push((draw, place, draw.order));
                            }
                            prepared.pieces.push((position, Piece::Drawn(drawn), false));
                            drawn += 1;
                        }
                    }
                }
            }
        }
        if let Some(id) = &session.closing {
            position += 1;
            prepared.pieces.extend(find(id).map(|known| (position, Piece::Fixed(What::Segment(known)), true)));
        }
        prepared
    }

    /// One start on this day.
    pub fn start(&self, day: &Day<'_>, zone: &Zone, at: NaiveTime, draws: &mut Draws<'_, 'a>) -> StartOf<'a> {
        let start = zone.instant(day.date.and_time(at));
        let end_by = self.session.end_by.and_then(|time| limit(zone, day.date, at, time));
        let chosen = self.draw(draws);
        let planned = |(position, piece, closing): &(usize, Piece<'a>, bool)| {
            let what = match piece {
                Piece::Fixed(what) => *what,
                Piece::Drawn(index) => chosen[*index],
            };
            Planned { position: *position, what, start, length: what.length(), dropped: false, closing: *closing }
        };
        let mut one = StartOf { session: self.session, at, start, end_by, items: Vec::new() };
        one.items = self.pieces.iter().map(planned).collect();
        one.lay_out();
        if let Some(limit) = end_by {
            one.end_in_time(limit);
        }
        one
    }

    /// What the draws of one start give, in order.
    fn draw(&self, draws: &mut Draws<'_, 'a>) -> Vec<What<'a>> {
        let mut chosen = Vec::with_capacity(self.draws.len());
        let mut taken: Vec<(usize, Known<'a>)> = Vec::new();
        for (draw, place, order) in &self.draws {
            let of_pool: Vec<Known<'a>> = taken.iter().filter(|(p, _)| p == place).map(|(_, known)| *known).collect();
            chosen.push(match draws.next(*place, *order, &of_pool) {
                Some(known) => {
                    taken.push((*place, known));
                    What::Segment(known)
                }
                None => What::Empty(draw),
            });
        }
        chosen
    }
}

impl StartOf<'_> {
    /// Gives the items their times: each begins when the one before it is over, and the gap.
    fn lay_out(&mut self) {
        let gap = TimeDelta::microseconds(self.session.gap_us);
        let mut at = self.start;
        for item in &mut self.items {
            item.start = at;
            if !item.dropped {
                at = item.end() + gap;
            }
        }
    }

    /// Drops items, the last before the closing first, until the last one ends in time.
    fn end_in_time(&mut self, limit: DateTime<FixedOffset>) {
        while self.end() > limit {
            let last = self.items.iter().rposition(|item| !item.dropped && !item.closing);
            let Some(index) = last.or_else(|| self.items.iter().rposition(|item| !item.dropped)) else {
                return;
            };
            self.items[index].dropped = true;
            self.lay_out();
        }
    }
}
