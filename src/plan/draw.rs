//! Draws from pools: a pure function of schedule and date (docs/schedule.md).
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use sha2::{Digest, Sha256};

use crate::library::{Length, Scan};
use crate::schedule::calendar::{Calendar, CalendarDay};
use crate::schedule::{DrawOrder, Id, Schedule, Segment, SegmentPool, Session};

/// A segment with its exact length, and the labels that its log entries share.
#[derive(Debug)]
pub struct SegmentInfo<'a> {
    /// The segment.
    pub segment: &'a Segment,
    /// Its length.
    pub length: Length,
    /// Its title.
    pub title: Arc<str>,
    /// Its language.
    pub language: Arc<str>,
    /// Its file.
    pub file: Arc<str>,
    /// SHA-256 that the file must have.
    pub sha256: Option<Arc<str>>,
    /// SHA-256 of the file whose length was measured.
    pub scanned: Option<Arc<str>>,
}

/// Segment shared by all items that play it.
pub type SharedSegmentInfo<'a> = Rc<SegmentInfo<'a>>;

/// Segments drawn in one start, by the index of the pool.
pub type DrawnIds<'a> = HashMap<usize, HashSet<&'a Id>>;

impl<'a> SegmentInfo<'a> {
    /// Returns a segment with the last good scan of its file, if there is one.
    #[must_use]
    pub fn new(segment: &'a Segment, scan: Option<&Scan>) -> Self {
        let length = scan.map_or(Length { frames: 0, rate: 0 }, |scan| scan.length);
        Self {
            segment,
            length,
            title: segment.title.as_str().into(),
            language: segment.language.as_str().into(),
            file: segment.file.as_str().into(),
            sha256: segment.sha256.as_deref().map(Into::into),
            scanned: scan.map(|scan| scan.sha256.as_str().into()),
        }
    }
}

/// First day that counts for draws.
const FIRST_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2020, 1, 1);

/// All pools that a schedule draws from.
pub struct DrawPools<'a> {
    pools: Vec<PoolUse<'a>>,
    by_name: BTreeMap<&'a SegmentPool, usize>,
    approval_required: bool,
    /// Earlier dates, looked up while the present ones are read.
    past: RefCell<PastDays<'a>>,
    /// Number of dates of a session before a date, by the index of the session.
    counted: RefCell<HashMap<usize, (NaiveDate, u64)>>,
}

struct PoolUse<'a> {
    name: String,
    /// In the order of their ids.
    members: Vec<SharedSegmentInfo<'a>>,
    /// Sessions that draw from it: index in the schedule, session, and segments drawn in one start.
    drawing_sessions: Vec<(usize, &'a Session, u64)>,
}

/// The draws of one date, start after start.
pub struct DayDraws<'p, 'a> {
    pools: &'p DrawPools<'a>,
    date: NaiveDate,
    /// By the index of the pool; none before its first draw.
    pool_days: Vec<Option<PoolDay<'a>>>,
}

/// A pool on one date.
struct PoolDay<'a> {
    eligible: Vec<SharedSegmentInfo<'a>>,
    /// The number of the next draw.
    number: u64,
    /// The last round used, and its order.
    round: Option<(u64, Vec<SharedSegmentInfo<'a>>)>,
}

impl<'a> DrawPools<'a> {
    /// Collects the pools that the sessions draw from.
    pub fn new(schedule: &'a Schedule, segments: &[SharedSegmentInfo<'a>]) -> Self {
        let mut pools = Self {
            pools: Vec::new(),
            by_name: BTreeMap::new(),
            approval_required: schedule.station.approval_required,
            past: RefCell::new(PastDays { calendar: Calendar::new(&schedule.holidays), days: Vec::new() }),
            counted: RefCell::default(),
        };
        for (place, session) in schedule.sessions.iter().enumerate() {
            for draw in session.draws() {
                let index = *pools.by_name.entry(&draw.pool).or_insert_with(|| {
                    pools.pools.push(PoolUse {
                        name: draw.pool.to_string(),
                        members: Vec::new(),
                        drawing_sessions: Vec::new(),
                    });
                    pools.pools.len() - 1
                });
                let users = &mut pools.pools[index].drawing_sessions;
                match users.last_mut().filter(|(last, ..)| *last == place) {
                    Some((.., picks)) => *picks += u64::from(draw.pick),
                    None => users.push((place, session, u64::from(draw.pick))),
                }
            }
        }
        for known in segments {
            for pool in known.segment.pools_drawn_from() {
                if let Some(index) = pools.by_name.get(&pool) {
                    pools.pools[*index].members.push(known.clone());
                }
            }
        }
        for pool in &mut pools.pools {
            pool.members.sort_by(|a, b| a.segment.id.cmp(&b.segment.id));
            pool.members.dedup_by(|a, b| a.segment.id == b.segment.id);
        }
        pools
    }

    /// Returns the index of a pool that is drawn from.
    pub fn index_of(&self, pool: &SegmentPool) -> Option<usize> {
        self.by_name.get(pool).copied()
    }

    /// Returns the draws of a date. Ask for them in the order of its starts.
    pub fn draws_on(&self, date: NaiveDate) -> DayDraws<'_, 'a> {
        DayDraws { pools: self, date, pool_days: self.pools.iter().map(|_| None).collect() }
    }

    /// Counts the draws from a pool before a date.
    fn draws_before(&self, pool: &PoolUse<'a>, date: NaiveDate) -> u64 {
        let of = |(place, session, picks): &(usize, &'a Session, u64)| {
            self.dates_before(*place, session, date) * session.at.len() as u64 * picks
        };
        pool.drawing_sessions.iter().map(of).sum()
    }

    /// Counts the dates before this one on which a session aired.
    fn dates_before(&self, place: usize, session: &Session, date: NaiveDate) -> u64 {
        let Some(first) = session.recurrence.from.max(FIRST_DAY) else { return 0 };
        if session.recurrence.is_weekly() {
            return session.recurrence.count_weekly_dates(first, date);
        }
        let known = self.counted.borrow().get(&place).copied().filter(|(upto, _)| *upto <= date);
        let (mut day, mut count) = known.unwrap_or((first, 0));
        let mut past = self.past.borrow_mut();
        while day < date {
            count += u64::from(session.recurrence.matches(past.day(day)));
            let Some(next) = day.succ_opt() else { break };
            day = next;
        }
        self.counted.borrow_mut().insert(place, (day, count));
        count
    }
}

/// Earlier days, each looked up once because many sessions ask for the same.
struct PastDays<'a> {
    calendar: Calendar<'a>,
    /// From [`FIRST_DAY`] on.
    days: Vec<CalendarDay<'a>>,
}

impl<'a> PastDays<'a> {
    fn day(&mut self, date: NaiveDate) -> &CalendarDay<'a> {
        let first = FIRST_DAY.unwrap_or_default();
        let index = usize::try_from((date - first).num_days()).unwrap_or(0);
        for n in self.days.len()..=index {
            let at = first.checked_add_signed(TimeDelta::days(n as i64)).unwrap_or(date);
            self.days.push(self.calendar.day(at));
        }
        &self.days[index]
    }
}

impl<'a> DayDraws<'_, 'a> {
    /// Returns the next segment of a pool that is not `taken` in this start; none when all are taken.
    pub fn next(&mut self, place: usize, order: DrawOrder, taken: &DrawnIds<'a>) -> Option<SharedSegmentInfo<'a>> {
        let pools = self.pools;
        let pool = &pools.pools[place];
        let open = self.pool_days[place].get_or_insert_with(|| {
            let may = |known: &&SharedSegmentInfo<'a>| known.segment.is_eligible(self.date, pools.approval_required);
            let eligible = pool.members.iter().filter(may).cloned().collect();
            PoolDay { eligible, number: pools.draws_before(pool, self.date), round: None }
        });
        let n = open.eligible.len() as u64;
        let k = open.number;
        open.number += 1;
        let taken = taken.get(&place);
        if taken.map_or(0, HashSet::len) >= open.eligible.len() {
            return None;
        }
        let first = (k % n) as usize;
        let free = |known: &&SharedSegmentInfo<'a>| taken.is_none_or(|taken| !taken.contains(&known.segment.id));
        let turns = match order {
            DrawOrder::Round => &open.eligible,
            DrawOrder::Shuffle => {
                let known = open.round.take().filter(|(round, _)| *round == k / n);
                let round = known.unwrap_or_else(|| (k / n, round_order(&pool.name, k / n, &open.eligible)));
                &open.round.insert(round).1
            }
        };
        turns[first..].iter().chain(&turns[..first]).find(free).cloned()
    }
}

/// Returns the order of a round. With three segments or more, none is last in one round and first in the next.
fn round_order<'a>(pool: &str, round: u64, eligible: &[SharedSegmentInfo<'a>]) -> Vec<SharedSegmentInfo<'a>> {
    let mut turns = shuffled(pool, round, eligible);
    if turns.len() > 2
        && let Some(before) = round.checked_sub(1)
        && shuffled(pool, before, eligible).last().is_some_and(|last| Rc::ptr_eq(last, &turns[0]))
    {
        turns.swap(0, 1);
    }
    turns
}

fn shuffled<'a>(pool: &str, round: u64, eligible: &[SharedSegmentInfo<'a>]) -> Vec<SharedSegmentInfo<'a>> {
    let mut turns: Vec<SharedSegmentInfo<'a>> = eligible.to_vec();
    turns.sort_by_cached_key(|known| {
        let digest: [u8; 32] = Sha256::digest(format!("{pool}|{round}|{}", known.segment.id)).into();
        digest
    });
    turns
}
