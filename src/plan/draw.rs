//! Draws segments from pools, as a pure function of the schedule and the date (docs/schedule.md).
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use sha2::{Digest, Sha256};

use crate::library::{Length, Scan};
use crate::schedule::calendar::{Calendar, CalendarDay};
use crate::schedule::{DrawOrder, Id, ItemDates, Schedule, Segment, SegmentPool, Session};

/// A segment with its exact length, and the labels that its airings share.
#[derive(Debug)]
pub struct SegmentInfo<'a> {
    /// The segment.
    pub segment: &'a Segment,
    /// The exact length of the file; 0 frames if the file was never scanned.
    pub length: Length,
    /// The title of the segment.
    pub title: Arc<str>,
    /// The language code of the segment.
    pub language: Arc<str>,
    /// The path of the file in `audio/`.
    pub file: Arc<str>,
    /// The SHA-256 that the file is required to have: `sha256` of the segment.
    pub required_sha256: Option<Arc<str>>,
    /// The SHA-256 that the file had when its length was measured.
    pub scanned_sha256: Option<Arc<str>>,
}

/// A segment with its length and labels, shared by all items that play the segment.
pub type SharedSegmentInfo<'a> = Rc<SegmentInfo<'a>>;

/// The ids of the segments drawn so far in one start, by the index of the pool.
pub type DrawnIds<'a> = HashMap<usize, HashSet<&'a Id>>;

impl<'a> SegmentInfo<'a> {
    /// Combines a segment with the last good scan of its file, if there is one.
    #[must_use]
    pub fn new(segment: &'a Segment, scan: Option<&Scan>) -> Self {
        let length = scan.map_or(Length { frames: 0, rate: 0 }, |scan| scan.length);
        Self {
            segment,
            length,
            title: segment.title.as_str().into(),
            language: segment.language.as_str().into(),
            file: segment.file.as_str().into(),
            required_sha256: segment.sha256.as_deref().map(Into::into),
            scanned_sha256: scan.map(|scan| scan.sha256.as_str().into()),
        }
    }
}

/// The day from which draws are counted; always `Some`.
const FIRST_COUNTED_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2020, 1, 1);

/// All pools from which the sessions of a schedule draw.
pub struct DrawPools<'a> {
    pools: Vec<UsedPool<'a>>,
    index_by_pool: BTreeMap<&'a SegmentPool, usize>,
    requires_approval: bool,
    /// The calendar days before the planned dates; a cache that lookups fill.
    past_days: RefCell<PastDays<'a>>,
    /// The counts made so far; a cache that lookups fill.
    counted_dates: RefCell<CountedDates>,
}

/// For each draw, a date and the number of earlier dates on which the draw airs. The key is the index of the session
/// and, for a draw with dates of its own, the index of the draw.
type CountedDates = HashMap<(usize, Option<usize>), (NaiveDate, u64)>;

/// A pool, with its segments and the draws from it.
struct UsedPool<'a> {
    name: String,
    /// The segments of the pool, ordered by id.
    members: Vec<SharedSegmentInfo<'a>>,
    draws: Vec<CountedDraws<'a>>,
}

/// The draws of a session from one pool that air on the same dates.
struct CountedDraws<'a> {
    session_index: usize,
    session: &'a Session,
    /// The dates of the draw, and its index among the draws of the session; `None` for draws without dates of
    /// their own.
    dates: Option<(usize, &'a ItemDates)>,
    /// The number of segments that these draws take in one start.
    picks: u64,
}

/// The draws of one date. The draws must be made in the order of the starts.
pub struct DayDraws<'p, 'a> {
    pools: &'p DrawPools<'a>,
    date: NaiveDate,
    /// The state of each pool on this date, by the index of the pool; `None` until the first draw from the pool.
    pool_days: Vec<Option<PoolDay<'a>>>,
}

/// The state of a pool on one date.
struct PoolDay<'a> {
    eligible_segments: Vec<SharedSegmentInfo<'a>>,
    /// The number of the pool's next draw, counted from [`FIRST_COUNTED_DAY`].
    next_number: u64,
    /// The round that was shuffled last: its number, and its segments in shuffled order.
    last_round: Option<(u64, Vec<SharedSegmentInfo<'a>>)>,
}

impl<'a> DrawPools<'a> {
    /// Collects the pools that the sessions draw from.
    pub fn new(schedule: &'a Schedule, segments: &[SharedSegmentInfo<'a>]) -> Self {
        let mut pools = Self {
            pools: Vec::new(),
            index_by_pool: BTreeMap::new(),
            requires_approval: schedule.station.requires_approval,
            past_days: RefCell::new(PastDays { calendar: Calendar::new(&schedule.holidays), days: Vec::new() }),
            counted_dates: RefCell::default(),
        };
        for (session_index, session) in schedule.sessions.iter().enumerate() {
            for (draw_index, (draw, dates)) in session.dated_draws().enumerate() {
                let index = *pools.index_by_pool.entry(&draw.pool).or_insert_with(|| {
                    pools.pools.push(UsedPool { name: draw.pool.to_string(), members: Vec::new(), draws: Vec::new() });
                    pools.pools.len() - 1
                });
                let (draws, picks) = (&mut pools.pools[index].draws, u64::from(draw.pick));
                let is_undated = |counted: &&mut CountedDraws<'_>| {
                    dates.is_none() && counted.dates.is_none() && counted.session_index == session_index
                };
                match draws
                    .iter_mut()
                    .rev()
                    .take_while(|counted| counted.session_index == session_index)
                    .find(is_undated)
                {
                    Some(counted) => counted.picks += picks,
                    None => draws.push(CountedDraws {
                        session_index,
                        session,
                        dates: dates.map(|dates| (draw_index, dates)),
                        picks,
                    }),
                }
            }
        }
        for info in segments {
            for pool in info.segment.pools_drawn_from() {
                if let Some(index) = pools.index_by_pool.get(&pool) {
                    pools.pools[*index].members.push(info.clone());
                }
            }
        }
        for pool in &mut pools.pools {
            pool.members.sort_by(|a, b| a.segment.id.cmp(&b.segment.id));
            pool.members.dedup_by(|a, b| a.segment.id == b.segment.id);
        }
        pools
    }

    /// Returns the index of a pool; `None` if no session draws from it.
    pub fn index_of(&self, pool: &SegmentPool) -> Option<usize> {
        self.index_by_pool.get(pool).copied()
    }

    /// Returns the draws of a date, to be made in the order of its starts.
    pub fn draws_on(&self, date: NaiveDate) -> DayDraws<'_, 'a> {
        DayDraws { pools: self, date, pool_days: self.pools.iter().map(|_| None).collect() }
    }

    /// Returns the number of draws from a pool before a date.
    fn draws_before(&self, pool: &UsedPool<'a>, date: NaiveDate) -> u64 {
        let starts_per_day = |counted: &CountedDraws<'_>| counted.session.start_times.len() as u64;
        pool.draws
            .iter()
            .map(|counted| self.dates_before(counted, date) * starts_per_day(counted) * counted.picks)
            .sum()
    }

    /// Returns the number of dates on which the draws air, from [`FIRST_COUNTED_DAY`] to the day before `date`.
    fn dates_before(&self, counted: &CountedDraws<'_>, date: NaiveDate) -> u64 {
        let recurrence = &counted.session.recurrence;
        let Some(first_day) = recurrence.from.max(FIRST_COUNTED_DAY) else { return 0 };
        if recurrence.is_weekly() && counted.dates.is_none() {
            return recurrence.count_weekly_dates(first_day, date);
        }
        let key = (counted.session_index, counted.dates.map(|(draw_index, _)| draw_index));
        // Days before the first and after the last date of the draw do not count.
        let first_day = counted.dates.and_then(|(_, dates)| dates.first()).map_or(first_day, |day| day.max(first_day));
        let day_after_last = counted.dates.and_then(|(_, dates)| dates.last()?.succ_opt());
        let end = day_after_last.map_or(date, |day| day.min(date));
        let cached_count =
            self.counted_dates.borrow().get(&key).copied().filter(|(counted_until, _)| *counted_until <= end);
        let (mut day, mut count) = cached_count.unwrap_or((first_day, 0));
        let mut past_days = self.past_days.borrow_mut();
        while day < end {
            let is_counted = counted.dates.is_none_or(|(_, dates)| dates.contain(day));
            count += u64::from(is_counted && recurrence.matches(past_days.day(day)));
            let Some(next_day) = day.succ_opt() else { break };
            day = next_day;
        }
        self.counted_dates.borrow_mut().insert(key, (day, count));
        count
    }
}

/// The calendar days before the planned dates. Each day is computed once, because many sessions need the same days.
struct PastDays<'a> {
    calendar: Calendar<'a>,
    /// The days from [`FIRST_COUNTED_DAY`], without gaps.
    days: Vec<CalendarDay<'a>>,
}

impl<'a> PastDays<'a> {
    fn day(&mut self, date: NaiveDate) -> &CalendarDay<'a> {
        let first_day = FIRST_COUNTED_DAY.unwrap_or_default();
        let index = usize::try_from((date - first_day).num_days()).unwrap_or(0);
        for day_index in self.days.len()..=index {
            let next_date = first_day.checked_add_signed(TimeDelta::days(day_index as i64)).unwrap_or(date);
            self.days.push(self.calendar.day(next_date));
        }
        &self.days[index]
    }
}

impl<'a> DayDraws<'_, 'a> {
    /// Draws the next eligible segment of a pool. Skips the segments in `drawn_ids`, which this start has already
    /// drawn. Returns `None` if no segment remains.
    pub fn draw_next(
        &mut self,
        pool_index: usize,
        order: DrawOrder,
        drawn_ids: &DrawnIds<'a>,
    ) -> Option<SharedSegmentInfo<'a>> {
        let pools = self.pools;
        let pool = &pools.pools[pool_index];
        let pool_day = self.pool_days[pool_index].get_or_insert_with(|| {
            let is_eligible =
                |info: &&SharedSegmentInfo<'a>| info.segment.is_eligible(self.date, pools.requires_approval);
            let eligible_segments = pool.members.iter().filter(is_eligible).cloned().collect();
            PoolDay { eligible_segments, next_number: pools.draws_before(pool, self.date), last_round: None }
        });
        let eligible_count = pool_day.eligible_segments.len() as u64;
        let draw_number = pool_day.next_number;
        pool_day.next_number += 1;
        let pool_drawn_ids = drawn_ids.get(&pool_index);
        // This also covers a pool without eligible segments.
        if pool_drawn_ids.map_or(0, HashSet::len) >= pool_day.eligible_segments.len() {
            return None;
        }
        let first_index = (draw_number % eligible_count) as usize;
        let is_undrawn =
            |info: &&SharedSegmentInfo<'a>| pool_drawn_ids.is_none_or(|ids| !ids.contains(&info.segment.id));
        let segments = match order {
            DrawOrder::Round => &pool_day.eligible_segments,
            DrawOrder::Shuffle => {
                let round_number = draw_number / eligible_count;
                let cached_round = pool_day.last_round.take().filter(|(number, _)| *number == round_number);
                let shuffled_round = cached_round.unwrap_or_else(|| {
                    (round_number, round_order(&pool.name, round_number, &pool_day.eligible_segments))
                });
                &pool_day.last_round.insert(shuffled_round).1
            }
        };
        segments[first_index..].iter().chain(&segments[..first_index]).find(is_undrawn).cloned()
    }
}

/// Returns the segments in the order of a shuffled round. With three segments or more, the last segment of one round is
/// never the first of the next.
fn round_order<'a>(pool: &str, round: u64, eligible_segments: &[SharedSegmentInfo<'a>]) -> Vec<SharedSegmentInfo<'a>> {
    let mut segments = shuffled(pool, round, eligible_segments);
    if segments.len() > 2
        && let Some(previous_round) = round.checked_sub(1)
        && shuffled(pool, previous_round, eligible_segments)
            .last()
            .is_some_and(|last_segment| Rc::ptr_eq(last_segment, &segments[0]))
    {
        segments.swap(0, 1);
    }
    segments
}

/// Returns the segments, ordered by the hash of the pool name, the round and the segment id.
fn shuffled<'a>(pool: &str, round: u64, eligible_segments: &[SharedSegmentInfo<'a>]) -> Vec<SharedSegmentInfo<'a>> {
    let mut segments: Vec<SharedSegmentInfo<'a>> = eligible_segments.to_vec();
    segments.sort_by_cached_key(|info| {
        let digest: [u8; 32] = Sha256::digest(format!("{pool}|{round}|{}", info.segment.id)).into();
        digest
    });
    segments
}
