//! Plans against outcomes: each airing that any plan of its date names ends once, and nothing else does.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Why;

/// A date is over so many days before the latest planned one: sessions run past midnight, and nothing waits longer.
const OVER: chrono::Days = chrono::Days::new(3);
/// A station that owes more dates than this is not remembered further back.
const MAX_OWED: usize = 400;

/// The dates.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Days {
    days: BTreeMap<NaiveDate, Day>,
    /// Dates of which everything had its end: first and last of each run of them.
    complete: Vec<(NaiveDate, NaiveDate)>,
    /// Dates of which nothing more is known.
    vague: BTreeSet<NaiveDate>,
    latest: Option<NaiveDate>,
    /// Where the fold began partway: the last date that may have been planned before, and lack what ended before.
    unsure: Option<NaiveDate>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Day {
    /// Whether every plan of it could be read.
    known: bool,
    /// Named by a plan, without an end.
    open: BTreeSet<String>,
    ended: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Row {
    id: String,
}

/// The ids of a kept plan; none when it is no plan.
pub(super) fn ids_of(plan: &[u8]) -> Option<Vec<String>> {
    let rows: Vec<Row> = serde_json::from_slice(plan).ok()?;
    Some(rows.into_iter().map(|row| row.id).collect())
}

/// The date in a planned id.
fn date_of(id: &str) -> Option<NaiveDate> {
    let digits = id.split_once('@')?.1.as_bytes().first_chunk::<10>().filter(|d| d[4] == b'-' && d[7] == b'-')?;
    // Every outcome of a long log comes by here: no parser for all forms of dates.
    let number =
        |part: &[u8]| part.iter().try_fold(0_u32, |n, d| d.is_ascii_digit().then(|| n * 10 + u32::from(d - b'0')));
    let (year, month, day) = (number(&digits[..4])?, number(&digits[5..7])?, number(&digits[8..])?);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

impl Days {
    /// A date was planned; `ids` are none when the plan could not be read.
    pub fn plan(&mut self, date: NaiveDate, ids: Option<Vec<String>>, partway: bool) -> Option<Why> {
        self.latest = self.latest.max(Some(date));
        if partway {
            self.unsure.get_or_insert(date.succ_opt().unwrap_or(date));
        }
        // A date that is planned once more after all was said of it: what ended then is not remembered by name.
        let said = self.is_complete(date) || self.vague.contains(&date) || self.unsure >= Some(date);
        let ids = ids.filter(|_| !said || self.days.get(&date).is_some_and(|day| day.known));
        let fresh = !self.days.contains_key(&date);
        let day = self.days.entry(date).or_default();
        day.known = ids.is_some() && (fresh || day.known);
        let mut shrunk = (None, 0);
        if let Some(ids) = ids {
            let ids: BTreeSet<String> = ids.into_iter().collect();
            let left_out: Vec<&String> = day.open.difference(&ids).collect();
            shrunk = (left_out.first().map(|id| (*id).clone()), left_out.len() as u64);
            day.open.extend(ids.into_iter().filter(|id| !day.ended.contains(id)));
        }
        self.close_complete();
        let (example, count) = shrunk;
        example.map(|example| Why::PlanShrunk { date, count, example })
    }

    /// Dates that are over and lack nothing need no remembering.
    fn close_complete(&mut self) {
        let Some(before) = self.latest.and_then(|latest| latest.checked_sub_days(OVER)) else { return };
        let over: Vec<NaiveDate> = self.days.range(..before).map(|(date, _)| *date).collect();
        let too_many = self.days.len().saturating_sub(MAX_OWED);
        for (n, date) in over.into_iter().enumerate() {
            let owes = self.days.get(&date).is_some_and(|day| !day.open.is_empty());
            if owes && n >= too_many {
                continue;
            }
            match self.days.remove(&date) {
                Some(day) if day.known && !owes => self.complete(date),
                _ => drop(self.vague.insert(date)),
            }
        }
    }

    fn is_complete(&self, date: NaiveDate) -> bool {
        self.complete.iter().any(|(first, last)| (*first..=*last).contains(&date))
    }

    fn complete(&mut self, date: NaiveDate) {
        match self.complete.last_mut() {
            Some((_, last)) if last.succ_opt() == Some(date) => *last = date,
            _ => self.complete.push((date, date)),
        }
    }

    /// An airing or a relay slot that was planned has its end.
    pub fn ended(&mut self, id: &str, partway: bool) -> Option<Why> {
        let date = date_of(id)?;
        let Some(day) = self.days.get_mut(&date) else {
            // What was planned once more after everything had ended is vague: a clock that was ahead had been put right, and
            // the date came again. What ended first is not known by name.
            if self.vague.contains(&date) {
                return None;
            }
            return if self.is_complete(date) { Some(Why::Again) } else { (!partway).then_some(Why::NeverPlanned) };
        };
        if let Some(id) = day.open.take(id) {
            day.ended.insert(id);
            None
        } else if !day.ended.insert(id.to_owned()) {
            Some(Why::Again)
        } else {
            (day.known && !partway).then_some(Why::NeverPlanned)
        }
    }

    /// A date that is over and lacks outcomes; each is told once.
    pub fn unanswered(&mut self) -> Option<Why> {
        let (date, day) = self.days.first_key_value()?;
        let date = *date;
        if date.checked_add_days(OVER)? > self.latest? {
            return None;
        }
        let owes = day.open.first().cloned();
        let count = day.open.len() as u64;
        let complete = day.known && day.open.is_empty();
        self.days.remove(&date);
        if complete {
            self.complete(date);
        } else {
            self.vague.insert(date);
        }
        owes.map(|example| Why::NoOutcome { date, count, example })
    }
}
