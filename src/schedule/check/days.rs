//! What shows when days are planned: sessions that meet, quiet hours, overlong sessions.
use std::collections::HashSet;

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::{Check, WINDOW_DAYS};
use crate::instant::local;
use crate::instant::{SECOND, Wall};
use crate::plan::{Plan, Planner, instant};
use crate::schedule::Id;
use crate::schedule::problem::Problem;
use crate::text::problem::{Finding, Hint};

/// First days that are looked at.
const MAX_WINDOWS: usize = 12;
/// A session longer than this is hardly meant.
const LONG_HOURS: i64 = 4;

/// One airing of a session, from its start to the end of its last item.
struct Run {
    session: Id,
    date: NaiveDate,
    start: Wall,
    end: Wall,
}

impl Check<'_> {
    /// Each finding is told once, for the first day on which it happens.
    pub(super) fn days(&mut self) {
        let mut told = HashSet::new();
        let planner = Planner::new(&self.reading.schedule, self.library);
        for first in self.windows() {
            let mut previous: Vec<Run> = Vec::new();
            for n in 0..WINDOW_DAYS {
                let date = first + TimeDelta::days(n);
                let runs = runs(&planner.day(date));
                for run in &runs {
                    self.quiet(run, date, &mut told);
                    self.long(run, &mut told);
                }
                previous.extend(runs);
                self.clashes(&previous, &mut told);
                // The last of a day may still run into the next.
                let last = previous.len().saturating_sub(1);
                previous.drain(..last);
            }
        }
    }

    /// Today, and the first days of what is still to come or is over.
    fn windows(&self) -> Vec<NaiveDate> {
        let mut windows = vec![self.today];
        for session in &self.reading.schedule.sessions {
            let ahead = session.from.filter(|from| *from > self.today);
            let ended = session.until.filter(|until| *until < self.today);
            let over = ended.map(|until| session.from.unwrap_or(until - TimeDelta::days(WINDOW_DAYS - 1)));
            windows.extend(ahead.or(over));
        }
        windows.sort();
        windows.dedup();
        windows.truncate(MAX_WINDOWS);
        windows
    }

    fn clashes(&mut self, runs: &[Run], told: &mut HashSet<String>) {
        for pair in runs.windows(2) {
            let (first, second) = (&pair[0], &pair[1]);
            let over = first.end.since(second.start);
            let together = first.start == second.start;
            if (!together && over <= 0) || !told.insert(format!("clash {} {}", first.session, second.session)) {
                continue;
            }
            let date = second.date.to_string();
            let (one, two) = (first.session.to_string(), second.session.to_string());
            let finding = if together {
                Finding::SameInstant { first: one, second: two, date }
            } else {
                Finding::RunsInto { first: one, second: two, date, seconds: whole_seconds(over) }
            };
            let place = self.session(&first.session, "at");
            // A session that meets itself has no second place.
            let also = (first.session != second.session).then(|| self.session(&second.session, "at"));
            self.problems.push(Problem::error(place, finding, Hint::MoveSession).also(also));
        }
    }

    fn quiet(&mut self, run: &Run, date: NaiveDate, told: &mut HashSet<String>) {
        let station = &self.reading.schedule.station;
        let quiet = station.quiet_hours;
        let starts = local(run.start, station.timezone).time();
        let at = starts.format("%H:%M:%S").to_string();
        let id = run.session.to_string();
        let finding = if quiet.covers(starts) {
            Finding::StartsQuiet { id, at: at.clone() }
        } else {
            let edge = |day: NaiveDate| Wall(instant(station.timezone, day.and_time(quiet.from)).timestamp_micros());
            let begins = [date, date + TimeDelta::days(1)].map(edge);
            let next = begins.into_iter().find(|begin| *begin > run.start);
            let over = next.map_or(0, |begin| run.end.since(begin));
            if quiet.from == quiet.until || over <= 0 {
                return;
            }
            Finding::RunsQuiet { id, at: at.clone(), seconds: whole_seconds(over) }
        };
        if told.insert(format!("quiet {} {at}", run.session)) {
            let time = |t: NaiveTime| t.format("%H:%M").to_string();
            let hint = Hint::MoveOutOfQuiet { from: time(quiet.from), until: time(quiet.until) };
            self.problems.push(Problem::error(self.session(&run.session, "at"), finding, hint));
        }
    }

    fn long(&mut self, run: &Run, told: &mut HashSet<String>) {
        let long = run.end.since(run.start) > LONG_HOURS * 3600 * SECOND;
        if long && told.insert(format!("long {}", run.session)) {
            let finding = Finding::LongSession { id: run.session.to_string(), hours: LONG_HOURS };
            self.warn(self.session(&run.session, "play"), finding, Hint::IfMeant);
        }
    }
}

/// Microseconds as seconds, rounded up: a clash of a millisecond is not one of 0 s.
fn whole_seconds(us: i64) -> i64 {
    (us + SECOND - 1) / SECOND
}

fn runs(plan: &Plan) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut key = "";
    for airing in &plan.airings {
        if airing.session_key() == key {
            if let Some(run) = runs.last_mut() {
                run.end = airing.ends();
            }
        } else {
            key = airing.session_key();
            let (session, date) = (airing.session.clone(), airing.date);
            runs.push(Run { session, date, start: airing.session_starts(), end: airing.ends() });
        }
    }
    runs
}
