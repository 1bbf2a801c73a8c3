//! Differences between the plans of two schedules for the same days, to show the effect of an edit (pure).
use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::{Airing, Plan};
use crate::schedule::Id;

/// One change of a start of a session, with the dates on which it happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanChange {
    /// The session.
    pub session: Id,
    /// Its nominal time.
    pub at: NaiveTime,
    /// Kind of the change.
    pub change: ChangeKind,
    /// Dates of the change, in order.
    pub dates: Vec<NaiveDate>,
    /// Titles that it plays only from now on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gains: Vec<String>,
    /// Titles that it played only before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loses: Vec<String>,
    /// Its length before and from now on, milliseconds.
    pub length_ms: (i64, i64),
}

/// Kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It plays other items.
    Items,
    /// It plays the same items in another order.
    Order,
    /// It has another length.
    Length,
    /// Its level, volume or other rules change.
    Rules,
}

/// Airings of one start.
struct StartAirings<'a> {
    airings: Vec<&'a Airing>,
}

impl StartAirings<'_> {
    fn titles(&self) -> Vec<&str> {
        self.airings.iter().map(|a| a.title.as_ref()).collect()
    }

    fn length_ms(&self) -> i64 {
        let ends = self.airings.iter().filter(|a| !a.is_dropped()).map(|a| a.ends_at()).max();
        let first = self.airings.first().map(|a| a.session_starts_at());
        ends.zip(first).map_or(0, |(end, start)| end.since(start) / 1000)
    }
}

/// Returns the changes from `old` to `new`, plans of the same dates. Dates with the same change are one entry.
#[must_use]
pub fn diff(old: &[Plan], new: &[Plan]) -> Vec<PlanChange> {
    let (old, new) = (group_by_start(old), group_by_start(new));
    let mut changes: Vec<PlanChange> = Vec::new();
    let mut by_key: HashMap<(NaiveTime, Id), Vec<usize>> = HashMap::new();
    let mut note = |key: &(NaiveTime, Id, NaiveDate), what, gains: Vec<String>, loses: Vec<String>, length_ms| {
        let (at, session, date) = key.clone();
        // Only changes of one session at one time of the day can be the same.
        let of_key = by_key.entry((at, session.clone())).or_default();
        let same =
            |c: &PlanChange| c.change == what && c.gains == gains && c.loses == loses && c.length_ms == length_ms;
        match of_key.iter().copied().find(|index| same(&changes[*index])) {
            Some(index) => changes[index].dates.push(date),
            None => {
                of_key.push(changes.len());
                changes.push(PlanChange { session, at, change: what, dates: vec![date], gains, loses, length_ms });
            }
        }
    };
    for (key, before) in &old {
        let Some(after) = new.get(key) else {
            note(key, ChangeKind::Removed, Vec::new(), owned(&before.titles()), (before.length_ms(), 0));
            continue;
        };
        let lengths = (before.length_ms(), after.length_ms());
        let (one, two) = (before.titles(), after.titles());
        let (gains, loses) = (owned(&multiset_difference(&two, &one)), owned(&multiset_difference(&one, &two)));
        if !gains.is_empty() || !loses.is_empty() {
            note(key, ChangeKind::Items, gains, loses, lengths);
        } else if one != two {
            note(key, ChangeKind::Order, gains, loses, lengths);
        } else if lengths.0 != lengths.1 {
            note(key, ChangeKind::Length, gains, loses, lengths);
        } else if before.airings.iter().zip(&after.airings).any(|(a, b)| comparable_rules(a) != comparable_rules(b)) {
            note(key, ChangeKind::Rules, gains, loses, lengths);
        }
    }
    for (key, after) in new.iter().filter(|(key, _)| !old.contains_key(key)) {
        note(key, ChangeKind::Added, owned(&after.titles()), Vec::new(), (0, after.length_ms()));
    }
    changes.sort_by(|a, b| (&a.dates[0], a.at, &a.session, a.change).cmp(&(&b.dates[0], b.at, &b.session, b.change)));
    changes
}

/// By nominal time, session and date.
fn group_by_start(plans: &[Plan]) -> BTreeMap<(NaiveTime, Id, NaiveDate), StartAirings<'_>> {
    let mut starts: BTreeMap<(NaiveTime, Id, NaiveDate), StartAirings<'_>> = BTreeMap::new();
    for airing in plans.iter().flat_map(|plan| &plan.airings).filter(|a| !a.is_withdrawn()) {
        let at = airing.session_key().rsplit_once('T').and_then(|(_, at)| at.parse().ok()).unwrap_or_default();
        let key = (at, airing.session.clone(), airing.date);
        starts.entry(key).or_insert_with(|| StartAirings { airings: Vec::new() }).airings.push(airing);
    }
    starts
}

/// Returns the titles that are in `these` more often than in `those`.
fn multiset_difference<'t>(these: &[&'t str], those: &[&str]) -> Vec<&'t str> {
    let mut left: HashMap<&str, usize> = HashMap::new();
    for one in those {
        *left.entry(one).or_default() += 1;
    }
    let mut more = Vec::new();
    for one in these {
        match left.get_mut(one).filter(|count| **count > 0) {
            Some(count) => *count -= 1,
            None => more.push(*one),
        }
    }
    more
}

fn owned(titles: &[&str]) -> Vec<String> {
    titles.iter().map(|title| (*title).to_owned()).collect()
}

/// What else can differ and be heard, or decide what is.
fn comparable_rules(a: &Airing) -> impl PartialEq + use<'_> {
    (
        a.start,
        a.late,
        a.priority,
        a.rank,
        a.start_mode,
        (a.end_by, a.interrupted, a.volume, a.ineligible_reason(), &a.file, &a.sha256),
    )
}
