//! Findings about planned days: clashing sessions, quiet hours, overlong sessions, empty draws.
use std::collections::HashSet;

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::checker::{AHEAD_DAYS, ScheduleChecker, WINDOW_DAYS};
use super::clash::{SessionRun, describe_clash, seconds_rounded_up};
use crate::base::instant::{SECOND_US, WallTime, to_local};
use crate::plan::Planner;
use crate::plan::expand::{PlannedContent, SessionStart};
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::{Id, ItemContent, PoolDraw, Priority, SegmentPool, Session, StartRule};
use crate::text::problem::Hint;

/// The maximum number of windows for sessions that have ended or begin after the [`AHEAD_DAYS`].
const MAX_EXTRA_WINDOWS: usize = 12;
/// The maximum number of earlier runs that are compared with a new run. If more runs overlap, the comparisons still
/// report enough clashes.
const MAX_CURRENT_RUNS: usize = 32;
/// The maximum number of clashing pairs of sessions that are reported.
const MAX_CLASHING_PAIRS: usize = 500;
/// A session longer than this is probably longer than intended.
const LONG_SESSION_HOURS: i64 = 4;

/// The findings reported so far. Each is reported only for the first day on which it occurs.
#[derive(Default)]
struct ReportedFindings {
    clashing_pairs: HashSet<(Id, Id)>,
    starts_in_quiet_hours: HashSet<(Id, NaiveTime)>,
    long_sessions: HashSet<Id>,
    starts_with_dropped_items: HashSet<(Id, NaiveTime)>,
    empty_draws: HashSet<(Id, SegmentPool)>,
}

impl ScheduleChecker<'_> {
    pub(super) fn check_days(&mut self) {
        let mut reported = ReportedFindings::default();
        let parsed = self.parsed;
        let planner = Planner::new(&parsed.schedule, self.library);
        for (first_day, day_count) in self.windows() {
            // The runs that might not have ended when the next run begins.
            let mut current_runs: Vec<SessionRun<'_>> = Vec::new();
            for day_index in 0..day_count {
                let date = first_day + TimeDelta::days(day_index);
                for session_start in planner.starts(date) {
                    let run = SessionRun {
                        session: session_start.session,
                        date,
                        start: session_start.start,
                        end: session_start.end(),
                    };
                    self.check_quiet_hours(&run, session_start.at, &mut reported);
                    self.check_length(&run, &mut reported);
                    self.check_dropped_items(&session_start, date, &mut reported);
                    self.check_empty_draws(&session_start, date, &mut reported);
                    current_runs.retain(|earlier_run| earlier_run.end > run.start || earlier_run.start == run.start);
                    for earlier_run in &current_runs {
                        self.check_clash(earlier_run, &run, &mut reported);
                    }
                    current_runs.push(run);
                    if current_runs.len() > MAX_CURRENT_RUNS
                        && let Some(earliest_end_index) =
                            (0..current_runs.len()).min_by_key(|index| current_runs[*index].end)
                    {
                        current_runs.swap_remove(earliest_end_index);
                    }
                }
            }
        }
    }

    /// Returns the windows to check, each as its first day and number of days: the [`AHEAD_DAYS`] from today, and
    /// [`WINDOW_DAYS`] of each session that begins after them or has ended.
    fn windows(&self) -> Vec<(NaiveDate, i64)> {
        let mut windows = Vec::new();
        for session in &self.parsed.schedule.sessions {
            let recurrence = &session.recurrence;
            let past_last_day = recurrence.until.filter(|last_day| *last_day < self.today);
            let past_first_day =
                past_last_day.map(|last_day| recurrence.from.unwrap_or(last_day - TimeDelta::days(WINDOW_DAYS - 1)));
            windows.extend(self.later_first_day(session).or(past_first_day).map(|first_day| (first_day, WINDOW_DAYS)));
        }
        windows.sort();
        windows.dedup();
        windows.truncate(MAX_EXTRA_WINDOWS);
        windows.insert(0, (self.today, AHEAD_DAYS));
        windows
    }

    /// Reports the clash of two runs. The second begins before the first ends, or at the same instant as the first.
    fn check_clash(&mut self, first: &SessionRun<'_>, second: &SessionRun<'_>, reported: &mut ReportedFindings) {
        // If both begin at the same instant, the run with a soft start counts as the second.
        let is_soft = |run: &SessionRun<'_>| matches!(run.session.start_rule, StartRule::Soft { .. });
        let has_same_start = first.start == second.start;
        let should_swap = has_same_start && is_soft(first) && !is_soft(second);
        let (first, second) = if should_swap { (second, first) } else { (first, second) };
        let overlap_s = seconds_rounded_up(first.end.since(second.start));
        let ids = (first.session.id.clone(), second.session.id.clone());
        if reported.clashing_pairs.len() >= MAX_CLASHING_PAIRS || reported.clashing_pairs.contains(&ids) {
            return;
        }
        let Some((finding, hint, is_error)) = describe_clash(first, second, has_same_start, overlap_s) else {
            return;
        };
        reported.clashing_pairs.insert(ids);
        let span = self.session_span(&first.session.id, "at");
        // A session that clashes with itself has no second span.
        let related_span = (first.session.id != second.session.id).then(|| self.session_span(&second.session.id, "at"));
        let new_problem = if is_error { Problem::error } else { Problem::warning };
        self.problems.push(new_problem(span, finding, hint).with_related(related_span));
    }

    fn check_quiet_hours(&mut self, run: &SessionRun<'_>, at: NaiveTime, reported: &mut ReportedFindings) {
        if run.session.priority == Priority::Urgent {
            return;
        }
        let station = &self.parsed.schedule.station;
        let to_local_time = |instant: WallTime| to_local(instant, station.timezone).naive_local();
        let (starts_at, ends_at) = (to_local_time(run.start), to_local_time(run.end));
        let quiet_hours_at_start = station.quiet_hours.containing(starts_at);
        let Some((quiet_from, quiet_until)) = quiet_hours_at_start
            .or_else(|| station.quiet_hours.next_after(starts_at).filter(|(from, _)| *from < ends_at))
        else {
            return;
        };
        if !reported.starts_in_quiet_hours.insert((run.session.id.clone(), at)) {
            return;
        }
        let (title, time) = (run.session.title.clone(), at.to_string());
        let finding = match quiet_hours_at_start {
            Some(_) => Finding::StartsInQuietHours { title, at: time },
            None => Finding::RunsIntoQuietHours {
                title,
                at: time,
                seconds: seconds_rounded_up((ends_at - quiet_from).num_microseconds().unwrap_or(0)),
            },
        };
        let hint = Hint::MoveOutOfQuiet {
            from: quiet_from.format("%H:%M").to_string(),
            until: quiet_until.format("%H:%M").to_string(),
        };
        self.problems.push(Problem::error(self.session_span(&run.session.id, "at"), finding, hint));
    }

    fn check_length(&mut self, run: &SessionRun<'_>, reported: &mut ReportedFindings) {
        let is_long = run.end.since(run.start) > LONG_SESSION_HOURS * 3600 * SECOND_US;
        if is_long && reported.long_sessions.insert(run.session.id.clone()) {
            let finding = Finding::LongSession { title: run.session.title.clone(), hours: LONG_SESSION_HOURS };
            self.warn(self.session_span(&run.session.id, "play"), finding, Hint::LeaveIfIntended);
        }
    }

    /// Reports the items that are dropped so that the session ends in time.
    fn check_dropped_items(
        &mut self,
        session_start: &SessionStart<'_, '_>,
        date: NaiveDate,
        reported: &mut ReportedFindings,
    ) {
        let dropped_count = session_start.items.iter().filter(|item| item.is_dropped).count();
        if dropped_count > 0
            && reported.starts_with_dropped_items.insert((session_start.session.id.clone(), session_start.at))
        {
            let (title, at) = (session_start.session.title.clone(), session_start.at.to_string());
            let finding = Finding::DropsItems { title, at, date, items: dropped_count };
            self.warn(self.session_span(&session_start.session.id, "end-by"), finding, Hint::PlayLess);
        }
    }

    /// Reports draws that find no segment.
    fn check_empty_draws(
        &mut self,
        session_start: &SessionStart<'_, '_>,
        date: NaiveDate,
        reported: &mut ReportedFindings,
    ) {
        for item in &session_start.items {
            let PlannedContent::Empty(draw) = &item.content else { continue };
            if date < self.today || !reported.empty_draws.insert((session_start.session.id.clone(), draw.pool.clone()))
            {
                continue;
            }
            let title = session_start.session.title.clone();
            let finding = match &draw.pool {
                SegmentPool::Named(pool) => Finding::PoolEmpty { title, pool: pool.to_string(), date },
                SegmentPool::Topic { topic, .. } => Finding::TopicEmpty { title, topic: *topic, date },
            };
            let span = self.draw_span(session_start.session, draw);
            self.problems.push(Problem::error(span, finding, Hint::AddEligible));
        }
    }

    fn draw_span(&self, session: &Session, draw: &PoolDraw) -> SourceSpan {
        let is_this_draw =
            |content: &ItemContent| matches!(content, ItemContent::Draw(other) if std::ptr::eq(other, draw));
        let index = session.play.iter().position(|item| is_this_draw(&item.content));
        let item_spans = self.parsed.spans.items.get(&session.id);
        let span = item_spans.zip(index).and_then(|(spans, index)| spans.get(index)).cloned();
        span.unwrap_or_else(|| self.session_span(&session.id, "play"))
    }
}
