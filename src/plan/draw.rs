//! Whose turn it is: draws from pools, a pure function of schedule and date (docs/schedule.md).
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::library::Length;
use crate::schedule::calendar::Calendar;
use crate::schedule::{Order, Pool, Schedule, Segment, Session};

/// A segment and its exact length.
pub type Known<'a> = (&'a Segment, Length);

/// Where counting begins for a session without a first day.
const FIRST_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2020, 1, 1);

/// All pools of a schedule.
pub struct Pools<'a> {
    pools: Vec<OnePool<'a>>,
    by_name: BTreeMap<&'a Pool, usize>,
    approval_required: bool,
    /// Looks back at earlier dates, beside whoever looks at the present ones.
    past: Calendar<'a>,
    /// How many dates there were before one, by the place of the session.
    counted: RefCell<HashMap<usize, (NaiveDate, u64)>>,
}

struct OnePool<'a> {
    name: String,
    /// In the order of their ids.
    members: Vec<Known<'a>>,
    /// Sessions that draw from it, by their places in the schedule, and how many segments in one start.
    users: Vec<(usize, &'a Session, u64)>,
}

/// The draws of one date, start after start.
pub struct Draws<'p, 'a> {
    pools: &'p Pools<'a>,
    date: NaiveDate,
    /// By the place of the pool: what is eligible, and the number of the next draw.
    open: BTreeMap<usize, (Vec<Known<'a>>, u64)>,
}

impl<'a> Pools<'a> {
    /// The pools that the sessions draw from.
    pub fn new(schedule: &'a Schedule, segments: &[Known<'a>]) -> Self {
        let mut pools = Self {
            pools: Vec::new(),
            by_name: BTreeMap::new(),
            approval_required: schedule.station.approval_required,
            past: Calendar::new(&schedule.holidays),
            counted: RefCell::default(),
        };
        for (place, session) in schedule.sessions.iter().enumerate() {
            for draw in session.draws() {
                let index = *pools.by_name.entry(&draw.pool).or_insert_with(|| {
                    pools.pools.push(OnePool { name: draw.pool.to_string(), members: Vec::new(), users: Vec::new() });
                    pools.pools.len() - 1
                });
                let users = &mut pools.pools[index].users;
                match users.last_mut().filter(|(last, ..)| *last == place) {
                    Some((.., picks)) => *picks += u64::from(draw.pick),
                    None => users.push((place, session, u64::from(draw.pick))),
                }
            }
        }
        for known in segments {
            let topic = known.0.campaign.clone().zip(known.0.topic);
            let topic = topic.map(|(campaign, topic)| Pool::Topic { campaign, topic });
            let named = known.0.pools.iter().cloned().map(Pool::Named);
            for pool in topic.into_iter().chain(named) {
                if let Some(index) = pools.by_name.get(&pool) {
                    pools.pools[*index].members.push(*known);
                }
            }
        }
        for pool in &mut pools.pools {
            pool.members.sort_by(|a, b| a.0.id.cmp(&b.0.id));
            pool.members.dedup_by(|a, b| a.0.id == b.0.id);
        }
        pools
    }

    /// The place of a pool that is drawn from.
    pub fn place(&self, pool: &Pool) -> Option<usize> {
        self.by_name.get(pool).copied()
    }

    /// The draws of a date, to be asked for in the order of its starts.
    pub fn on(&self, date: NaiveDate) -> Draws<'_, 'a> {
        Draws { pools: self, date, open: BTreeMap::new() }
    }

    /// How many draws there were from a pool before a date.
    fn before(&self, pool: &OnePool<'a>, date: NaiveDate) -> u64 {
        let of = |(place, session, picks): &(usize, &'a Session, u64)| {
            self.dates_before(*place, session, date) * session.at.len() as u64 * picks
        };
        pool.users.iter().map(of).sum()
    }

    /// On how many dates before this one a session has aired.
    fn dates_before(&self, place: usize, session: &Session, date: NaiveDate) -> u64 {
        let Some(first) = session.when.from.or(FIRST_DAY) else { return 0 };
        if session.when.is_weekly() {
            return session.when.weekly_count(first, date);
        }
        let known = self.counted.borrow().get(&place).copied().filter(|(upto, _)| *upto <= date);
        let (mut day, mut count) = known.unwrap_or((first, 0));
        while day < date {
            count += u64::from(session.when.names(&self.past.day(day)));
            let Some(next) = day.succ_opt() else { break };
            day = next;
        }
        self.counted.borrow_mut().insert(place, (day, count));
        count
    }
}

impl<'a> Draws<'_, 'a> {
    /// The next segment of a pool that is not among those `taken` in this start; none when none is left.
    pub fn next(&mut self, place: usize, order: Order, taken: &[Known<'a>]) -> Option<Known<'a>> {
        let pools = self.pools;
        let pool = &pools.pools[place];
        let (eligible, number) = self.open.entry(place).or_insert_with(|| {
            let may = |(segment, _): &&Known<'a>| segment.eligible(self.date, pools.approval_required);
            (pool.members.iter().filter(may).copied().collect(), pools.before(pool, self.date))
        });
        let n = eligible.len() as u64;
        let k = *number;
        *number += 1;
        if n == 0 {
            return None;
        }
        let first = (k % n) as usize;
        let free = |known: &&Known<'a>| !taken.iter().any(|(segment, _)| segment.id == known.0.id);
        match order {
            Order::Round => eligible[first..].iter().chain(&eligible[..first]).find(free).copied(),
            Order::Shuffle => {
                let turns = turns(&pool.name, k / n, eligible);
                turns[first..].iter().chain(&turns[..first]).find(free).copied()
            }
        }
    }
}

/// The order of a round.
fn turns<'a>(pool: &str, round: u64, eligible: &[Known<'a>]) -> Vec<Known<'a>> {
    let mut turns = shuffled(pool, round, eligible);
    if turns.len() > 2
        && let Some(before) = round.checked_sub(1)
        && shuffled(pool, before, eligible).last().map(|(segment, _)| &segment.id) == Some(&turns[0].0.id)
    {
        turns.swap(0, 1);
    }
    turns
}

fn shuffled<'a>(pool: &str, round: u64, eligible: &[Known<'a>]) -> Vec<Known<'a>> {
    let mut turns: Vec<Known<'a>> = eligible.to_vec();
    turns.sort_by_cached_key(|(segment, _)| {
        let digest: [u8; 32] = Sha256::digest(format!("{pool}|{round}|{}", segment.id)).into();
        digest
    });
    turns
}
