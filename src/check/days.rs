//! What shows when days are planned: sessions that meet, quiet hours, overlong sessions, draws that find nothing.
use std::collections::HashSet;

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::{ScheduleChecker, WINDOW_DAYS};
use crate::base::instant::{SECOND_US, WallTime, to_local};
use crate::plan::expand::{PlannedContent, SessionStart};
use crate::plan::{Planner, Precedence, precedence};
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::{Id, PoolDraw, Priority, SegmentPool, Session, SessionItem, StartRule};
use crate::text::problem::Hint;

/// Days ahead that are planned one by one: every holiday and every lunar date comes among them.
pub(super) const AHEAD_DAYS: i64 = 400;
/// First days of what is still further off, or is over, that are looked at.
const MAX_WINDOWS: usize = 12;
/// Starts that are looked at beside each other: whoever has more at once has been told of enough.
const MAX_RUNNING: usize = 32;
/// Pairs of sessions that are told.
const MAX_PAIRS: usize = 500;
/// A session longer than this is hardly meant.
const LONG_HOURS: i64 = 4;

/// One start of a session, from its beginning to the end of its last item.
#[derive(Clone)]
struct SessionRun<'a> {
    session: &'a Session,
    date: NaiveDate,
    start: WallTime,
    end: WallTime,
}

/// What has been told already: each finding is told once, for the first day on which it happens.
#[derive(Default)]
struct Reported {
    pairs: HashSet<(Id, Id)>,
    quiet: HashSet<(Id, NaiveTime)>,
    long: HashSet<Id>,
    dropped: HashSet<(Id, NaiveTime)>,
    empty: HashSet<(Id, SegmentPool)>,
}

impl ScheduleChecker<'_> {
    pub(super) fn check_days(&mut self) {
        let mut told = Reported::default();
        let reading = self.reading;
        let planner = Planner::new(&reading.schedule, self.library);
        for (first, days) in self.windows() {
            // What may still run when the next begins.
            let mut running: Vec<SessionRun<'_>> = Vec::new();
            for n in 0..days {
                let date = first + TimeDelta::days(n);
                for start in planner.starts(date) {
                    let run = SessionRun { session: start.session, date, start: start.start, end: start.end() };
                    self.check_quiet_hours(&run, start.at, &mut told);
                    self.check_length(&run, &mut told);
                    self.check_dropped(&start, date, &mut told);
                    self.check_empty_draws(&start, date, &mut told);
                    running.retain(|earlier| earlier.end > run.start || earlier.start == run.start);
                    for earlier in &running {
                        self.check_clash(earlier, &run, &mut told);
                    }
                    running.push(run);
                    if running.len() > MAX_RUNNING
                        && let Some(first) = (0..running.len()).min_by_key(|index| running[*index].end)
                    {
                        running.swap_remove(first);
                    }
                }
            }
        }
    }

    /// The days ahead, and the first days of what comes after them or is over.
    fn windows(&self) -> Vec<(NaiveDate, i64)> {
        let last = self.today + TimeDelta::days(AHEAD_DAYS);
        let mut windows = Vec::new();
        for session in &self.reading.schedule.sessions {
            let when = &session.recurrence;
            let later = when.from.filter(|from| *from > last);
            let ended = when.until.filter(|until| *until < self.today);
            let over = ended.map(|until| when.from.unwrap_or(until - TimeDelta::days(WINDOW_DAYS - 1)));
            windows.extend(later.or(over).map(|first| (first, WINDOW_DAYS)));
        }
        windows.sort();
        windows.dedup();
        windows.truncate(MAX_WINDOWS);
        windows.insert(0, (self.today, AHEAD_DAYS));
        windows
    }

    /// Two runs, the second of which begins before the first is over, or with it.
    fn check_clash(&mut self, first: &SessionRun<'_>, second: &SessionRun<'_>, told: &mut Reported) {
        // Of two that begin together, the one that waits is the second.
        let waits = |run: &SessionRun<'_>| matches!(run.session.start, StartRule::Soft { .. });
        let together = first.start == second.start;
        let swap = together && waits(first) && !waits(second);
        let (first, second) = if swap { (second, first) } else { (first, second) };
        let over = whole_seconds(first.end.since(second.start));
        let names = (first.session.id.clone(), second.session.id.clone());
        if told.pairs.len() >= MAX_PAIRS || told.pairs.contains(&names) {
            return;
        }
        let Some((finding, hint, error)) = describe_clash(first, second, together, over) else { return };
        told.pairs.insert(names);
        let place = self.session_span(&first.session.id, "at");
        // A session that meets itself has no second place.
        let also = (first.session.id != second.session.id).then(|| self.session_span(&second.session.id, "at"));
        let problem = if error { Problem::error } else { Problem::warning };
        self.problems.push(problem(place, finding, hint).with_related(also));
    }

    fn check_quiet_hours(&mut self, run: &SessionRun<'_>, at: NaiveTime, told: &mut Reported) {
        if run.session.priority == Priority::Urgent {
            return;
        }
        let station = &self.reading.schedule.station;
        let local = |instant: WallTime| to_local(instant, station.timezone).naive_local();
        let (starts, ends) = (local(run.start), local(run.end));
        let within = station.quiet_hours.containing(starts);
        let Some(night) = within.or_else(|| station.quiet_hours.next_after(starts).filter(|(from, _)| *from < ends))
        else {
            return;
        };
        if !told.quiet.insert((run.session.id.clone(), at)) {
            return;
        }
        let (id, time) = (run.session.id.to_string(), at.to_string());
        let finding = match within {
            Some(_) => Finding::StartsQuiet { id, at: time },
            None => Finding::RunsQuiet {
                id,
                at: time,
                seconds: whole_seconds((ends - night.0).num_microseconds().unwrap_or(0)),
            },
        };
        let hint = Hint::MoveOutOfQuiet {
            from: night.0.format("%H:%M").to_string(),
            until: night.1.format("%H:%M").to_string(),
        };
        self.problems.push(Problem::error(self.session_span(&run.session.id, "at"), finding, hint));
    }

    fn check_length(&mut self, run: &SessionRun<'_>, told: &mut Reported) {
        let long = run.end.since(run.start) > LONG_HOURS * 3600 * SECOND_US;
        if long && told.long.insert(run.session.id.clone()) {
            let finding = Finding::LongSession { id: run.session.id.to_string(), hours: LONG_HOURS };
            self.warn(self.session_span(&run.session.id, "play"), finding, Hint::IfMeant);
        }
    }

    /// Items that do not fit before the session has to end.
    fn check_dropped(&mut self, start: &SessionStart<'_, '_>, date: NaiveDate, told: &mut Reported) {
        let items = start.items.iter().filter(|item| item.dropped).count();
        if items > 0 && told.dropped.insert((start.session.id.clone(), start.at)) {
            let (id, at) = (start.session.id.to_string(), start.at.to_string());
            let finding = Finding::DropsItems { id, at, date, items };
            self.warn(self.session_span(&start.session.id, "end-by"), finding, Hint::PlayLess);
        }
    }

    /// Draws that find nothing.
    fn check_empty_draws(&mut self, start: &SessionStart<'_, '_>, date: NaiveDate, told: &mut Reported) {
        for item in &start.items {
            let PlannedContent::Empty(draw) = &item.content else { continue };
            if date < self.today || !told.empty.insert((start.session.id.clone(), draw.pool.clone())) {
                continue;
            }
            let id = start.session.id.to_string();
            let finding = match &draw.pool {
                SegmentPool::Named(pool) => Finding::PoolEmpty { id, pool: pool.to_string(), date },
                SegmentPool::Topic { topic, .. } => Finding::TopicEmpty { id, topic: *topic, date },
            };
            let place = self.draw_span(start.session, draw);
            self.problems.push(Problem::error(place, finding, Hint::AddEligible));
        }
    }

    fn draw_span(&self, session: &Session, draw: &PoolDraw) -> SourceSpan {
        let index =
            session.play.iter().position(|item| matches!(item, SessionItem::Draw(one) if std::ptr::eq(one, draw)));
        let places = self.reading.spans.items.get(&session.id);
        let place = places.zip(index).and_then(|(items, index)| items.get(index)).cloned();
        place.unwrap_or_else(|| self.session_span(&session.id, "play"))
    }
}

/// What there is to say of a run that begins while another plays, and whether it is an error; nothing where both have
/// been told what to do.
fn describe_clash(
    first: &SessionRun<'_>,
    second: &SessionRun<'_>,
    together: bool,
    seconds: i64,
) -> Option<(Finding, Hint, bool)> {
    let (one, two) = (precedence_of(first), precedence_of(second));
    let date = second.date;
    let names = |a: &SessionRun<'_>, b: &SessionRun<'_>| (a.session.id.to_string(), b.session.id.to_string());
    let (first_id, second_id) = names(first, second);
    if one.0 == Priority::Urgent || two.0 == Priority::Urgent {
        return None;
    }
    if let StartRule::Soft { window_us } = second.session.start {
        if seconds <= window_us / 1_000_000 {
            return None;
        }
        let window = window_us / 1_000_000;
        let finding = Finding::WaitsTooLong { first: first_id, second: second_id, date, seconds, window };
        return Some((finding, Hint::WidenWindow, true));
    }
    if one != two {
        let (loser, winner) = if one > two { names(second, first) } else { names(first, second) };
        let finding = Finding::GivesWay { loser, winner, date, seconds };
        return Some((finding, Hint::IfMeant, false));
    }
    let hint = if one.0 == Priority::Priority { Hint::GiveRank } else { Hint::MoveSession };
    let finding = if together {
        Finding::SameInstant { first: first_id, second: second_id, date }
    } else {
        Finding::RunsInto { first: first_id, second: second_id, date, seconds }
    };
    Some((finding, hint, true))
}

fn precedence_of(run: &SessionRun<'_>) -> Precedence {
    precedence(run.session.priority, run.session.rank)
}

/// Microseconds as seconds, rounded up: a clash of a millisecond is not one of 0 s.
fn whole_seconds(us: i64) -> i64 {
    us.saturating_add(SECOND_US - 1).div_euclid(SECOND_US)
}
