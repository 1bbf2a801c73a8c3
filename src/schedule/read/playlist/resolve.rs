//! Links sessions to segments and holidays, after all files have been read.
use std::collections::HashSet;

use super::super::fields::closest_match;
use super::super::{MAX_AIRINGS, ParsedSchedule};
use crate::schedule::calendar::holiday::built_in_holidays;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::{Id, Segment};
use crate::text::problem::{Hint, ProblemText};

/// Most sessions that draw and whose days must be counted one by one to find whose turn it is.
const MAX_COUNTED_SESSIONS: usize = 1000;

/// Checks every id that a session names. A session that names an unknown segment or holiday is left out. A session with
/// a segment that has an error is kept and plays the rest: the error is reported at the segment, and all other items
/// keep their positions.
pub fn resolve(reading: &mut ParsedSchedule) {
    add_built_in_holidays(reading);
    let ParsedSchedule { schedule, problems, spans: places } = reading;
    let segments = &schedule.segments;
    let known: HashSet<&Id> = segments.iter().map(|s| &s.id).collect();
    let named: HashSet<&Id> = schedule.holidays.iter().map(|h| &h.id).collect();
    let mut airings = 0;
    let mut reported = false;
    let mut counted = 0;
    schedule.sessions.retain(|session| {
        let mut good = true;
        for (id, place) in places.named_segments(session) {
            if known.contains(id) || places.broken_segments.contains(id) || places.has_unparsed_file {
                continue;
            }
            good = false;
            no_such_segment(problems, segments, id, place);
        }
        for (id, place) in places.excepts.get(&session.id).into_iter().flatten() {
            if named.contains(id) || places.has_unparsed_file {
                continue;
            }
            good = false;
            let finding = Finding::NoSuchHoliday { id: id.to_string() };
            let hint = match closest_match(id.as_str(), named.iter().map(|id| id.as_str())) {
                Some(name) => Hint::DidYouMean { name },
                None => Hint::DefineHoliday,
            };
            problems.push(Problem::structural(place.clone(), finding, hint));
        }
        airings += session.at.len() * session.item_count();
        if airings > MAX_AIRINGS && !reported {
            reported = true;
            let place = places.item_span(&session.id, 0);
            let finding = Finding::TooMany { what: ProblemText::Airings, limit: MAX_AIRINGS };
            problems.push(Problem::structural(place, finding, Hint::FewerOrFiles));
        }
        if session.draws().next().is_some() && !session.recurrence.is_weekly() {
            counted += 1;
            if counted == MAX_COUNTED_SESSIONS + 1 {
                let finding = Finding::TooMany { what: ProblemText::Drawing, limit: MAX_COUNTED_SESSIONS };
                let place = places.item_span(&session.id, 0);
                problems.push(Problem::structural(place, finding, Hint::FewerOrFiles));
            }
            good &= counted <= MAX_COUNTED_SESSIONS;
        }
        good && airings <= MAX_AIRINGS
    });
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
