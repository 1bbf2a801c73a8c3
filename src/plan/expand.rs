//! The starts of one date and what plays in them, without the labels of log entries: what a plan is made from, and
//! all that a check for clashes needs.
use chrono::{NaiveDate, NaiveTime};
use chrono_tz::Tz;

use super::draw::{Draws, Known, Taken};
use super::zone::{Zone, limit};
use crate::instant::Wall;
use crate::library::Length;
use crate::schedule::{Draw, Id, Interrupted, Item, Late, Order, Priority, Relay, Session, StartRule};

/// One start of a session.
pub struct StartOf<'p, 'a> {
    /// Its session.
    pub session: &'a Session,
    /// What of it matters to each item.
    pub rules: &'p Rules,
    /// Its nominal time.
    pub at: NaiveTime,
    /// The instant.
    pub start: Wall,
    /// When its last item has to be over.
    pub end_by: Option<Wall>,
    /// Its items.
    pub items: Vec<Planned<'a>>,
}

impl StartOf<'_, '_> {
    /// The instant after its last frame.
    #[must_use]
    pub fn end(&self) -> Wall {
        self.items.iter().rfind(|item| !item.dropped).map_or(self.start, Planned::end)
    }

    /// How long the closing takes, with the gap before it, microseconds.
    #[must_use]
    pub fn closing_us(&self) -> i64 {
        let closing = self.items.last().filter(|item| item.closing);
        closing.map_or(0, |item| item.us + self.rules.gap_us)
    }
}

/// One item of a start.
pub struct Planned<'a> {
    /// From 1.
    pub position: usize,
    /// What it is.
    pub what: What<'a>,
    /// When it begins.
    pub start: Wall,
    /// Its exact length.
    pub length: Length,
    /// The same in microseconds.
    pub us: i64,
    /// Dropped, so that the session ends in time.
    pub dropped: bool,
    /// The session's closing.
    pub closing: bool,
}

impl Planned<'_> {
    /// The instant after its last frame.
    #[must_use]
    pub fn end(&self) -> Wall {
        self.start.plus(self.us)
    }
}

/// What an item is.
#[derive(Clone)]
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
            Self::Segment(known) => known.length,
            Self::Relay(relay) => Length { frames: relay.for_us.unsigned_abs(), rate: 1_000_000 },
            Self::Empty(_) => Length { frames: 0, rate: 0 },
        }
    }
}

/// What of a session is asked for at each of its starts.
pub struct Rules {
    /// See [`Session`].
    pub id: Id,
    /// See [`Session`].
    pub begins: StartRule,
    /// See [`Session`].
    pub late: Late,
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
    pub interrupted: Interrupted,
}

impl Rules {
    fn of(session: &Session) -> Self {
        Self {
            // A copy of its own, in the order in which they are asked for.
            id: Id::new(session.id.as_str()).unwrap_or_else(|| session.id.clone()),
            begins: session.start,
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
pub struct Prepared<'a> {
    /// The session.
    pub session: &'a Session,
    rules: Rules,
    /// Its items: position, what, whether it is the closing.
    pieces: Vec<(usize, Piece<'a>, bool)>,
    /// Its draws, one for each segment drawn: what was asked, and the place of the pool.
    draws: Vec<(&'a Draw, usize, Order)>,
}

enum Piece<'a> {
    Fixed(What<'a>, Length, i64),
    /// The draw with this number.
    Drawn(usize),
}

impl<'a> Piece<'a> {
    fn fixed(what: What<'a>) -> Self {
        let length = what.length();
        Self::Fixed(what, length, length.us())
    }
}

impl<'a> Prepared<'a> {
    /// Looks a session's items up. One that names no segment has been reported when the schedule was read, and keeps its
    /// position.
    pub fn new(
        session: &'a Session,
        find: &dyn Fn(&Id) -> Option<Known<'a>>,
        of_pool: &dyn Fn(&crate::schedule::Pool) -> Option<usize>,
    ) -> Self {
        let mut prepared = Self { session, rules: Rules::of(session), pieces: Vec::new(), draws: Vec::new() };
        let mut position = 0;
        if let Some(id) = &session.opening {
            position += 1;
            prepared.pieces.extend(find(id).map(|known| (position, Piece::fixed(What::Segment(known)), false)));
        }
        for _ in 0..session.repeat.max(1) {
            let mut drawn = 0;
            for item in &session.play {
                match item {
                    Item::Segment(id) => {
                        position += 1;
                        let known = find(id).map(What::Segment);
                        prepared.pieces.extend(known.map(|what| (position, Piece::fixed(what), false)));
                    }
                    Item::Relay(relay) => {
                        position += 1;
                        prepared.pieces.push((position, Piece::fixed(What::Relay(relay)), false));
                    }
                    Item::Draw(draw) => {
                        for _ in 0..draw.pick {
                            position += 1;
                            if prepared.draws.len() == drawn
                                && let Some(place) = of_pool(&draw.pool)
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
            prepared.pieces.extend(find(id).map(|known| (position, Piece::fixed(What::Segment(known)), true)));
        }
        prepared
    }

    /// One start on this date; `items` is room to write in.
    pub fn start(
        &self,
        date: NaiveDate,
        zone: (&Zone, Tz),
        at: NaiveTime,
        draws: &mut Draws<'_, 'a>,
        mut items: Vec<Planned<'a>>,
    ) -> StartOf<'_, 'a> {
        let start = zone.0.instant(date, at);
        let end_by = self.rules.end_by.and_then(|time| limit(zone.1, date, at, time));
        let chosen = self.draw(draws);
        items.clear();
        items.extend(self.pieces.iter().map(|(position, piece, closing)| {
            let (what, length, us) = match piece {
                Piece::Fixed(what, length, us) => (what.clone(), *length, *us),
                Piece::Drawn(index) => {
                    let what = chosen[*index].clone();
                    let length = what.length();
                    (what, length, length.us())
                }
            };
            Planned { position: *position, what, start, length, us, dropped: false, closing: *closing }
        }));
        let mut one = StartOf { session: self.session, rules: &self.rules, at, start, end_by, items };
        one.lay_out();
        if let Some(limit) = end_by {
            one.end_in_time(limit);
        }
        one
    }

    /// What the draws of one start give, in order.
    fn draw(&self, draws: &mut Draws<'_, 'a>) -> Vec<What<'a>> {
        if self.draws.is_empty() {
            return Vec::new();
        }
        let mut chosen = Vec::with_capacity(self.draws.len());
        let mut taken = Taken::new();
        let several = self.draws.len() > 1;
        for (draw, place, order) in &self.draws {
            chosen.push(match draws.next(*place, *order, &taken) {
                Some(known) => {
                    if several {
                        taken.entry(*place).or_default().insert(&known.segment.id);
                    }
                    What::Segment(known)
                }
                None => What::Empty(draw),
            });
        }
        chosen
    }
}

impl StartOf<'_, '_> {
    /// Gives the items their times: each begins when the one before it is over, and the gap.
    fn lay_out(&mut self) {
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
    fn end_in_time(&mut self, limit: Wall) {
        let mut end = self.end();
        // All items begin one behind the other, so that each takes its length, and one gap, with it.
        let of = |closing: bool| move |(_, item): &(usize, &Planned<'_>)| item.closing == closing;
        let from_the_back = |closing| self.items.iter().enumerate().rev().filter(of(closing)).map(|(index, _)| index);
        let order: Vec<usize> = from_the_back(false).chain(from_the_back(true)).collect();
        for index in order {
            if end <= limit {
                break;
            }
            let item = &mut self.items[index];
            item.dropped = true;
            end = end.plus(-(item.us + self.rules.gap_us));
        }
        self.lay_out();
    }
}
