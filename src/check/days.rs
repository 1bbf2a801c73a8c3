//! Findings of planned days: sessions that clash, quiet hours, overlong sessions, draws that find nothing.
use std::collections::HashSet;

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::checker::{AHEAD_DAYS, ScheduleChecker, WINDOW_DAYS};
use super::clash::{SessionRun, describe_clash, whole_seconds};
use crate::base::instant::{SECOND_US, WallTime, to_local};
use crate::plan::Planner;
use crate::plan::expand::{PlannedContent, SessionStart};
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::{Id, PoolDraw, Priority, SegmentPool, Session, SessionItem, StartRule};
use crate::text::problem::Hint;

/// Most windows for sessions that begin later or are over.
const MAX_WINDOWS: usize = 12;
/// Most runs compared with a new one: with more at once, enough clashes are reported.
const MAX_RUNNING: usize = 32;
/// Most pairs of sessions reported.
const MAX_PAIRS: usize = 500;
/// A session longer than this is probably a mistake.
const LONG_HOURS: i64 = 4;

/// Findings reported so far: each is reported once, for the first day on which it happens.
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
            // Runs that may not be over when the next begins.
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

    /// Returns the days ahead, and the first days of sessions that begin later or are over: first day and number of days.
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

    /// Reports two runs of which the second begins before the first is over, or together with it.
    fn check_clash(&mut self, first: &SessionRun<'_>, second: &SessionRun<'_>, told: &mut Reported) {
        // If both begin together, the one that waits counts as the second.
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
        // A session that clashes with itself has no second place.
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

    /// Reports items dropped because the session has to end.
    fn check_dropped(&mut self, start: &SessionStart<'_, '_>, date: NaiveDate, told: &mut Reported) {
        let items = start.items.iter().filter(|item| item.dropped).count();
        if items > 0 && told.dropped.insert((start.session.id.clone(), start.at)) {
            let (id, at) = (start.session.id.to_string(), start.at.to_string());
            let finding = Finding::DropsItems { id, at, date, items };
            self.warn(self.session_span(&start.session.id, "end-by"), finding, Hint::PlayLess);
        }
    }

    /// Reports draws that find nothing.
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
