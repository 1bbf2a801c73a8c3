//! What ties sessions to segments and holidays, once all files are read.
use std::collections::HashSet;

use super::super::fields::nearest;
use super::super::{MAX_AIRINGS, Places, Reading};
use crate::schedule::calendar::holiday::built_in;
use crate::schedule::problem::{Place, Problem};
use crate::schedule::{Id, Item, Segment, Session};
use crate::text::problem::{Around, Finding, Hint};

/// Sessions that draw, and whose days have to be counted one by one to know whose turn it is.
const MAX_COUNTED: usize = 1000;

/// Every id that a session names must be a segment's or a holiday's. A session with one that is not is left out. One
/// whose segment is written but broken plays the rest: it is the segment that is told, and every other item keeps its
/// position.
pub fn resolve(reading: &mut Reading) {
    holidays(reading);
    let Reading { schedule, problems, places } = reading;
    let segments = &schedule.segments;
    let known: HashSet<&Id> = segments.iter().map(|s| &s.id).collect();
    let named: HashSet<&Id> = schedule.holidays.iter().map(|h| &h.id).collect();
    let mut airings = 0;
    let mut told = false;
    let mut counted = 0;
    schedule.sessions.retain(|session| {
        let mut good = true;
        for (id, place) in names(session, places) {
            if known.contains(id) || places.unreadable.contains(id) || places.unparsed {
                continue;
            }
            good = false;
            no_such_segment(problems, segments, id, place);
        }
        for (id, place) in places.excepts.get(&session.id).into_iter().flatten() {
            if named.contains(id) || places.unparsed {
                continue;
            }
            good = false;
            let finding = Finding::NoSuchHoliday { id: id.to_string() };
            let hint = match nearest(id.as_str(), named.iter().map(|id| id.as_str())) {
                Some(name) => Hint::DidYouMean { name },
                None => Hint::DefineHoliday,
            };
            problems.push(Problem::structural(place.clone(), finding, hint));
        }
        airings += session.at.len() * session.length();
        if airings > MAX_AIRINGS && !told {
            told = true;
            let place = item_place(places, &session.id, 0);
            let finding = Finding::TooMany { what: Around::Airings, limit: MAX_AIRINGS };
            problems.push(Problem::structural(place, finding, Hint::FewerOrFiles));
        }
        if session.draws().next().is_some() && !session.when.is_weekly() {
            counted += 1;
            if counted == MAX_COUNTED + 1 {
                let finding = Finding::TooMany { what: Around::Drawing, limit: MAX_COUNTED };
                let place = item_place(places, &session.id, 0);
                problems.push(Problem::structural(place, finding, Hint::FewerOrFiles));
            }
            good &= counted <= MAX_COUNTED;
        }
        good && airings <= MAX_AIRINGS
    });
}

/// Adds the built-in holidays that nobody has written anew.
fn holidays(reading: &mut Reading) {
    let written = std::mem::take(&mut reading.schedule.holidays);
    let built_in = built_in().into_iter().filter(|one| !written.iter().any(|other| other.id == one.id));
    reading.schedule.holidays = built_in.chain(written.iter().cloned()).collect();
}

/// The segments that a session names, and where.
fn names<'s>(session: &'s Session, places: &Places) -> Vec<(&'s Id, Place)> {
    let end = |key: &str| {
        let of_session = places.sessions.get(&session.id).and_then(|keys| keys.get(key));
        of_session.cloned().unwrap_or(Place { file: 0, span: 0..0 })
    };
    let items = session.play.iter().enumerate().filter_map(|(index, item)| match item {
        Item::Segment(id) => Some((id, item_place(places, &session.id, index))),
        Item::Draw(_) | Item::Relay(_) => None,
    });
    let opening = session.opening.iter().map(|id| (id, end("opening")));
    opening.chain(items).chain(session.closing.iter().map(|id| (id, end("closing")))).collect()
}

fn no_such_segment(problems: &mut Vec<Problem>, segments: &[Segment], id: &Id, place: Place) {
    // Searching costs; nobody reads this many.
    let names = segments.iter().take(if problems.len() < 100 { 500 } else { 0 });
    let hint = match nearest(id.as_str(), names.map(|s| s.id.as_str())) {
        Some(name) => Hint::DidYouMean { name },
        None => Hint::DefineSegment,
    };
    let finding = Finding::NoSuchSegment { id: id.to_string() };
    problems.push(Problem::structural(place, finding, hint));
}

fn item_place(places: &Places, session: &Id, index: usize) -> Place {
    places.items.get(session).and_then(|items| items.get(index)).cloned().unwrap_or(Place { file: 0, span: 0..0 })
}
