//! Links sessions to segments and holidays, after all files have been read.
use std::collections::HashSet;

use super::super::fields::closest_match;
use super::super::{MAX_AIRINGS, ParsedSchedule};
use crate::schedule::calendar::holiday::built_in_holidays;
use crate::schedule::finding::Finding;
use crate::schedule::parsed::SourceMap;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::{Id, Segment, Session};
use crate::text::problem::{Hint, ProblemText};

/// Most sessions that draw and whose days must be counted one by one to find whose turn it is.
const MAX_COUNTED_SESSIONS: usize = 1000;

/// Checks every id that a session names. A session that names an unknown segment or holiday is left out. A session with
/// a segment that has an error is kept and plays the rest: the error is reported at the segment, and all other items
/// keep their positions.
pub fn resolve(reading: &mut ParsedSchedule) {
    add_built_in_holidays(reading);
    let ParsedSchedule { schedule, problems, spans: places } = reading;
    let mut resolver = Resolver {
        segments: &schedule.segments,
        segment_ids: schedule.segments.iter().map(|s| &s.id).collect(),
        holiday_ids: schedule.holidays.iter().map(|h| &h.id).collect(),
        places,
        problems,
        airings: 0,
        reported_airings: false,
        counted_sessions: 0,
    };
    schedule.sessions.retain(|session| {
        // All checks run, so that all errors are reported at once.
        let segments_known = resolver.check_segments(session);
        let holidays_known = resolver.check_holidays(session);
        let airings_fit = resolver.count_airings(session);
        let draws_fit = resolver.count_draws(session);
        segments_known && holidays_known && airings_fit && draws_fit
    });
}

/// Checks the sessions of a station one by one, and counts their work.
struct Resolver<'a> {
    segments: &'a [Segment],
    segment_ids: HashSet<&'a Id>,
    holiday_ids: HashSet<&'a Id>,
    places: &'a SourceMap,
    problems: &'a mut Vec<Problem>,
    /// Starts times items of all sessions so far.
    airings: usize,
    /// Whether the excess of airings has been reported.
    reported_airings: bool,
    /// Sessions so far whose days must be counted one by one.
    counted_sessions: usize,
}

impl Resolver<'_> {
    /// Reports unknown segments. Returns whether there are none.
    fn check_segments(&mut self, session: &Session) -> bool {
        let mut all_known = true;
        for (id, place) in self.places.named_segments(session) {
            let broken = self.places.broken_segments.contains(id) || self.places.has_unparsed_file;
            if !broken && !self.segment_ids.contains(id) {
                all_known = false;
                no_such_segment(self.problems, self.segments, id, place);
            }
        }
        all_known
    }

    /// Reports unknown holidays. Returns whether there are none.
    fn check_holidays(&mut self, session: &Session) -> bool {
        let mut all_known = true;
        for (id, place) in self.places.excepts.get(&session.id).into_iter().flatten() {
            if self.holiday_ids.contains(id) || self.places.has_unparsed_file {
                continue;
            }
            all_known = false;
            let finding = Finding::NoSuchHoliday { id: id.to_string() };
            let hint = match closest_match(id.as_str(), self.holiday_ids.iter().map(|id| id.as_str())) {
                Some(name) => Hint::DidYouMean { name },
                None => Hint::DefineHoliday,
            };
            self.problems.push(Problem::structural(place.clone(), finding, hint));
        }
        all_known
    }

    /// Counts the session's airings, and reports the first excess. Returns whether they are within the limit.
    fn count_airings(&mut self, session: &Session) -> bool {
        self.airings += session.at.len() * session.item_count();
        let fit = self.airings <= MAX_AIRINGS;
        if !fit && !self.reported_airings {
            self.reported_airings = true;
            self.report_too_many(session, ProblemText::Airings, MAX_AIRINGS);
        }
        fit
    }

    /// Counts the session if its draws are costly, and reports the first excess. Returns whether they are within the
    /// limit.
    fn count_draws(&mut self, session: &Session) -> bool {
        if session.draws().next().is_none() || session.recurrence.is_weekly() {
            return true;
        }
        self.counted_sessions += 1;
        if self.counted_sessions == MAX_COUNTED_SESSIONS + 1 {
            self.report_too_many(session, ProblemText::Drawing, MAX_COUNTED_SESSIONS);
        }
        self.counted_sessions <= MAX_COUNTED_SESSIONS
    }

    fn report_too_many(&mut self, session: &Session, what: ProblemText, limit: usize) {
        let place = self.places.item_span(&session.id, 0);
        self.problems.push(Problem::structural(place, Finding::TooMany { what, limit }, Hint::FewerOrFiles));
    }
}

/// Adds the built-in holidays that the operator has not redefined.
fn add_built_in_holidays(reading: &mut ParsedSchedule) {
    let written = std::mem::take(&mut reading.schedule.holidays);
    let built_in = built_in_holidays().into_iter().filter(|one| !written.iter().any(|other| other.id == one.id));
    reading.schedule.holidays = built_in.chain(written.iter().cloned()).collect();
}

fn no_such_segment(problems: &mut Vec<Problem>, segments: &[Segment], id: &Id, place: SourceSpan) {
    // The search is costly, and nobody reads this many problems.
    let names = segments.iter().take(if problems.len() < 100 { 500 } else { 0 });
    let hint = match closest_match(id.as_str(), names.map(|s| s.id.as_str())) {
        Some(name) => Hint::DidYouMean { name },
        None => Hint::DefineSegment,
    };
    let finding = Finding::NoSuchSegment { id: id.to_string() };
    problems.push(Problem::structural(place, finding, hint));
}
