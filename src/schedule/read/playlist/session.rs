//! `[[session]]`, and what ties sessions to segments.
use std::ops::Range;

use chrono::{NaiveDate, NaiveTime};
use toml::de::DeValue;

use super::super::fields::{Fields, nearest};
use super::super::values::{date, days, id, late, list, times, title};
use super::super::{MAX_AIRINGS, Places, Reading};
use super::{Belongs, required_id, unique};
use crate::plan::until as until_days;
use crate::schedule::problem::{Place, Problem};
use crate::schedule::{Campaign, Id, Late, Session};
use crate::text::problem::{Around, Finding, Hint};

/// Starts of one session a day.
const MAX_TIMES: usize = 100;
/// Items of one session.
const MAX_PLAY: usize = 500;

/// Reads one `[[session]]`. One that has an error anywhere is left out: half of it could play the wrong things, or on
/// the wrong days.
pub fn read(reading: &mut Reading, mut fields: Fields<'_, '_>, belongs: &Belongs) {
    let campaign = belongs.campaign();
    let id = required_id(&mut fields, "id = \"sang\"");
    let title = title(&mut fields, "title");
    let at = fields.need("at", "at = \"05:15\"").map(|value| times(&mut fields, value, MAX_TIMES));
    let days = days(&mut fields);
    let own_from = date(&mut fields, "from");
    let own_until = date(&mut fields, "until");
    let play = play(&mut fields);
    let late = late(&mut fields);
    let (from, until) = bounds(&mut fields, own_from, own_until, campaign, id.as_ref());
    if let (Some((Late::Until(limit), Some(span))), Some(at)) = (&late, &at)
        && let Some(finding) = odd_limit(*limit, at)
    {
        fields.warning(span.clone(), finding, Hint::IfMeant);
    }
    let play_places = play.iter().flatten().map(|(_, span)| fields.place(span.clone())).collect();
    let (problems, places) = fields.finish();
    let usable = belongs.usable(&problems);
    reading.problems.extend(problems);
    let (true, Some(id), Some(at), Some(days), Some(play), Some((late, _))) = (usable, id, at, days, play, late) else {
        return;
    };
    if !unique(&mut reading.problems, &reading.places.sessions, &id, &places) {
        return;
    }
    reading.places.sessions.insert(id.clone(), places);
    reading.places.items.insert(id.clone(), play_places);
    let play = play.into_iter().map(|(id, _)| id).collect();
    let title = title.unwrap_or_else(|| id.to_string());
    let campaign = campaign.map(|c| c.id.clone());
    reading.schedule.sessions.push(Session { id, title, at, days, from, until, play, late, campaign });
}

/// What is odd about an `until`: it means the next day, or comes before every start.
fn odd_limit(limit: NaiveTime, at: &[NaiveTime]) -> Option<Finding> {
    let text = limit.format("%H:%M").to_string();
    let days: Vec<_> = at.iter().filter_map(|start| until_days(limit, *start)).collect();
    if days.contains(&1) {
        Some(Finding::NextDay { text })
    } else if days.is_empty() && !at.is_empty() {
        Some(Finding::LateNever { text })
    } else {
        None
    }
}

/// The days of a session: its own within its campaign's.
fn bounds(
    fields: &mut Fields<'_, '_>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    campaign: Option<&Campaign>,
    id: Option<&Id>,
) -> (Option<NaiveDate>, Option<NaiveDate>) {
    if let (Some(first), Some(last)) = (from, until)
        && first > last
    {
        let span = fields.places["from"].span.clone();
        fields.structural(span, Finding::FromAfterUntil, Hint::SwapDates);
        return (from, until);
    }
    let (outer_from, outer_until) = campaign.map_or((None, None), |c| (c.from, c.until));
    let both = (from.max(outer_from), [until, outer_until].into_iter().flatten().min());
    let good_outside = outer_from.zip(outer_until).is_none_or(|(first, last)| first <= last);
    if let (Some(first), Some(last)) = both
        && first > last
        && good_outside
    {
        let place = fields.places.get("from").or(fields.places.get("until")).or(fields.places.get(""));
        let span = place.map_or(0..0, |p| p.span.clone());
        let finding = Finding::OutsideCampaign { id: id.map_or(String::new(), Id::to_string) };
        fields.structural(span, finding, Hint::CheckDays);
    }
    both
}

fn play(fields: &mut Fields<'_, '_>) -> Option<Vec<(Id, Range<usize>)>> {
    let example = "play = [\"nhac-hieu\", \"tin-sang\"]";
    let value = fields.need("play", example)?;
    if !matches!(value.get_ref(), DeValue::Array(_)) {
        fields.wrong("play", value.span(), Around::ListOfText, example);
        return None;
    }
    let items = list(value);
    if items.is_empty() {
        let hint = Hint::Write { example: example.to_owned() };
        fields.structural(value.span(), Finding::EmptyList { key: "play".to_owned() }, hint);
        return None;
    }
    if items.len() > MAX_PLAY {
        fields.structural(value.span(), Finding::TooMany { what: Around::Items, limit: MAX_PLAY }, Hint::FewerOrFiles);
        return None;
    }
    let mut play = Vec::new();
    for item in items {
        let (text, span) = fields.as_text("play", item, example)?;
        play.push((id(fields, "play", &text, span.clone())?, span));
    }
    Some(play)
}

/// Once all files are read: every id that a session plays must be a segment's. A session that names none is left out.
/// One whose segment is written but broken plays the rest: it is the segment that is told, and every other item
/// keeps its position.
pub fn resolve(reading: &mut Reading) {
    let Reading { schedule, problems, places } = reading;
    let segments = &schedule.segments;
    let known: std::collections::HashSet<&Id> = segments.iter().map(|s| &s.id).collect();
    let mut airings = 0;
    let mut told = false;
    schedule.sessions.retain(|session| {
        let mut good = true;
        for (index, id) in session.play.iter().enumerate() {
            if known.contains(id) || places.unreadable.contains(id) || places.unparsed {
                continue;
            }
            good = false;
            let finding = Finding::NoSuchSegment { id: id.to_string() };
            // Searching costs; nobody reads this many.
            let names = segments.iter().take(if problems.len() < 100 { 500 } else { 0 });
            let hint = match nearest(id.as_str(), names.map(|s| s.id.as_str())) {
                Some(name) => Hint::DidYouMean { name },
                None => Hint::DefineSegment,
            };
            problems.push(Problem::structural(item_place(places, &session.id, index), finding, hint));
        }
        airings += session.at.len() * session.play.len();
        if airings > MAX_AIRINGS && !told {
            told = true;
            let place = item_place(places, &session.id, 0);
            let finding = Finding::TooMany { what: Around::Airings, limit: MAX_AIRINGS };
            problems.push(Problem::structural(place, finding, Hint::FewerOrFiles));
        }
        good && airings <= MAX_AIRINGS
    });
}

fn item_place(places: &Places, session: &Id, index: usize) -> Place {
    places.items.get(session).and_then(|items| items.get(index)).cloned().unwrap_or(Place { file: 0, span: 0..0 })
}
