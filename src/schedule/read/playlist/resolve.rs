//! Checks the segments and holidays that sessions name, after all files have been read.
use std::collections::HashSet;

use super::super::fields::closest_match;
use super::super::{MAX_AIRINGS_PER_DAY, ParsedSchedule};
use crate::base::fold::fold;
use crate::schedule::calendar::holiday::built_in_holidays;
use crate::schedule::finding::Finding;
use crate::schedule::parsed::{BrokenSession, SourceMap};
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::{Id, Segment, Session};
use crate::text::problem::{Hint, ProblemText};

/// The maximum number of slow draws. To find the next segment of a slow draw, planning must check all earlier days one
/// by one. Every draw with dates is slow. The draws of a session without dates count together as one slow draw, unless
/// the session is weekly.
const MAX_SLOW_DRAWS: usize = 1000;

/// The maximum number of invalid ids for which the intended segment is looked up. Nobody reads more problems.
const MAX_SUGGESTED_SEGMENTS: usize = 100;

/// Checks every id that a session names. A session that names an unknown segment or holiday is rejected. If a segment
/// has an error, its sessions are kept and play their other items. The error is reported at the segment, and the other
/// items keep their positions.
pub fn resolve(parsed: &mut ParsedSchedule) {
    add_built_in_holidays(parsed);
    let ParsedSchedule { schedule, problems, spans } = parsed;
    suggest_named_segments(problems, &schedule.segments);
    let mut resolver = Resolver {
        segments: &schedule.segments,
        segment_ids: schedule.segments.iter().map(|s| &s.id).collect(),
        holiday_ids: schedule.holidays.iter().map(|h| &h.id).collect(),
        spans,
        problems,
        airing_count: 0,
        has_reported_airing_limit: false,
        slow_draw_count: 0,
    };
    let mut broken_sessions = Vec::new();
    schedule.sessions.retain(|session| {
        let old_problem_count = resolver.problems.len();
        // All checks run even after an error, so that all errors are reported at once.
        let has_known_segments = resolver.check_segments(session);
        let has_known_holidays = resolver.check_holidays(session);
        let is_within_airing_limit = resolver.check_airing_limit(session);
        let is_within_draw_limit = resolver.check_draw_limit(session);
        let is_usable = has_known_segments && has_known_holidays && is_within_airing_limit && is_within_draw_limit;
        if !is_usable {
            let first_error = resolver.problems.get(old_problem_count).map(|problem| problem.span.clone());
            let span = first_error.unwrap_or_else(|| resolver.spans.item_span(&session.id, 0));
            broken_sessions.push(BrokenSession { id: session.id.clone(), title: session.title.clone(), span });
        }
        is_usable
    });
    spans.broken_sessions.extend(broken_sessions);
}

/// Checks the sessions of a station one by one, and counts the work that planning them takes.
struct Resolver<'a> {
    segments: &'a [Segment],
    segment_ids: HashSet<&'a Id>,
    holiday_ids: HashSet<&'a Id>,
    spans: &'a SourceMap,
    problems: &'a mut Vec<Problem>,
    /// The number of airings per day of the sessions checked so far; see [`MAX_AIRINGS_PER_DAY`].
    airing_count: usize,
    /// True once the error “too many airings” has been reported.
    has_reported_airing_limit: bool,
    /// The number of slow draws so far; see [`MAX_SLOW_DRAWS`].
    slow_draw_count: usize,
}

impl Resolver<'_> {
    /// Reports the unknown segments that a session names. Returns true when there are none.
    fn check_segments(&mut self, session: &Session) -> bool {
        let mut all_known = true;
        for (id, span, _) in self.spans.named_segments(session) {
            let may_be_defined = self.spans.broken_segments.contains(id) || self.spans.has_unparsed_file;
            if !may_be_defined && !self.segment_ids.contains(id) {
                all_known = false;
                report_unknown_segment(self.problems, self.segments, id, span);
            }
        }
        all_known
    }

    /// Reports the unknown holidays that a session names. Returns true when there are none.
    fn check_holidays(&mut self, session: &Session) -> bool {
        let mut all_known = true;
        for (id, span) in self.spans.excepted_holidays.get(&session.id).into_iter().flatten() {
            if self.holiday_ids.contains(id) || self.spans.has_unparsed_file {
                continue;
            }
            all_known = false;
            let finding = Finding::NoSuchHoliday { id: id.to_string() };
            let hint = match closest_match(id.as_str(), self.holiday_ids.iter().map(|id| id.as_str())) {
                Some(name) => Hint::DidYouMean { name },
                None => Hint::DefineHoliday,
            };
            self.problems.push(Problem::structural_error(span.clone(), finding, hint));
        }
        all_known
    }

    /// Adds the session's airings to the count. Returns true when the count is within the limit; reports the first
    /// session beyond it.
    fn check_airing_limit(&mut self, session: &Session) -> bool {
        self.airing_count += session.start_times.len() * session.item_count();
        let is_within_limit = self.airing_count <= MAX_AIRINGS_PER_DAY;
        if !is_within_limit && !self.has_reported_airing_limit {
            self.has_reported_airing_limit = true;
            self.report_too_many(session, ProblemText::Airings, MAX_AIRINGS_PER_DAY);
        }
        is_within_limit
    }

    /// Adds the session's slow draws to the count. Returns true when the count is within the limit, or the session has
    /// none; reports the first session beyond the limit.
    fn check_draw_limit(&mut self, session: &Session) -> bool {
        let dated_count = session.dated_draws().filter(|(_, dates)| dates.is_some()).count();
        let has_undated_draw = session.dated_draws().any(|(_, dates)| dates.is_none());
        let session_slow_draw_count = dated_count + usize::from(has_undated_draw && !session.recurrence.is_weekly());
        let was_within_limit = self.slow_draw_count <= MAX_SLOW_DRAWS;
        self.slow_draw_count += session_slow_draw_count;
        let is_within_limit = self.slow_draw_count <= MAX_SLOW_DRAWS;
        if was_within_limit && !is_within_limit {
            self.report_too_many(session, ProblemText::Drawing, MAX_SLOW_DRAWS);
        }
        is_within_limit || session_slow_draw_count == 0
    }

    fn report_too_many(&mut self, session: &Session, kind: ProblemText, limit: usize) {
        let span = self.spans.item_span(&session.id, 0);
        self.problems.push(Problem::structural_error(span, Finding::TooMany { what: kind, limit }, Hint::RemoveSome));
    }
}

/// Adds the built-in holidays that the operator has not redefined.
fn add_built_in_holidays(parsed: &mut ParsedSchedule) {
    let defined_holidays = std::mem::take(&mut parsed.schedule.holidays);
    let unchanged_holidays = built_in_holidays()
        .into_iter()
        .filter(|holiday| !defined_holidays.iter().any(|defined_holiday| defined_holiday.id == holiday.id));
    parsed.schedule.holidays = unchanged_holidays.chain(defined_holidays.iter().cloned()).collect();
}

/// Completes the hint about an invalid segment id if the file or the title of a segment was written instead.
fn suggest_named_segments(problems: &mut [Problem], segments: &[Segment]) {
    let segment_id_problems = problems.iter_mut().filter(|problem| problem.hint == Hint::NameSegmentById);
    for problem in segment_id_problems.take(MAX_SUGGESTED_SEGMENTS) {
        let Finding::BadId { id: text } = &problem.finding else { continue };
        let is_meant = |segment: &&Segment| segment.file == *text || fold(&segment.title) == fold(text);
        if let Some(segment) = segments.iter().find(is_meant) {
            problem.hint = Hint::UseId { id: segment.id.to_string() };
        }
    }
}

fn report_unknown_segment(problems: &mut Vec<Problem>, segments: &[Segment], id: &Id, span: SourceSpan) {
    // The search is slow, and nobody reads more than 100 problems.
    let names = segments.iter().take(if problems.len() < 100 { 500 } else { 0 });
    let hint = match closest_match(id.as_str(), names.map(|s| s.id.as_str())) {
        Some(name) => Hint::DidYouMean { name },
        None => Hint::DefineSegment,
    };
    let finding = Finding::NoSuchSegment { id: id.to_string() };
    problems.push(Problem::structural_error(span, finding, hint));
}
