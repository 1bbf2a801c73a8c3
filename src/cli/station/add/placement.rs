//! The session into which `loa add` puts the new segments, and the dates on which they air there.
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::args::AddArgs;
use crate::cli::exit::{EXIT_CONFIG, EXIT_PROBLEMS, EXIT_USAGE};
use crate::cli::table::strip_unprintable;
use crate::schedule::calendar::{Calendar, DateSpan};
use crate::schedule::named::{NameMatch, match_name};
use crate::schedule::problem::line_and_column;
use crate::schedule::{Id, ItemContent, ParsedSchedule, Schedule, Segment, Session, SourceFile};
use crate::text::library::ScanText;

/// The maximum number of sessions that an error message lists.
const MAX_LISTED_SESSIONS: usize = 20;
/// The maximum number of characters of a name that an error message quotes.
const MAX_QUOTED_CHARS: usize = 80;
/// The number of days, from the first of the given dates on, that are searched for an airing.
const SEARCHED_DAYS: usize = 400;

/// The item beside which the new segments are placed at the end of `play`.
#[derive(Debug, Clone)]
pub(super) enum Neighbour {
    /// They come before the session's `closing`, with this title.
    Closing(String),
    /// They come after this last item, which may be a sign-off.
    LastItem(String),
}

/// A place for new segments in a session's `play`.
pub(super) struct Placement {
    pub(super) session: Id,
    pub(super) session_title: String,
    /// The index in the station's files of the playlist that defines the session.
    pub(super) file_index: usize,
    /// The segment before whose item the new items go; `None` for the end of `play`.
    pub(super) before: Option<Id>,
    /// The item beside the new ones; `None` if `--before` names their place.
    pub(super) neighbour: Option<Neighbour>,
    /// The dates on which the new items air; empty for every date of the session.
    pub(super) dates: Vec<DateSpan>,
    /// The first date on which the session airs with the new items, and its remaining starts on that date.
    pub(super) first_starts: Option<(NaiveDate, Vec<NaiveTime>)>,
}

/// Why there is no place: the message for the operator, and the exit code.
pub(super) type PlaceRefusal = (Box<ScanText>, u8);

pub(super) fn refusal(text: ScanText, code: u8) -> PlaceRefusal {
    (Box::new(text), code)
}

/// Returns the place that `--session`, `--on` and `--before` name; `None` if none of them is given. The new items must
/// air on each single date, and on at least one day of each range. `now` is the local time at the station.
///
/// # Errors
/// Returns the message for the operator and the exit code.
pub(super) fn choose_placement(
    labels: &AddArgs,
    files: &[SourceFile],
    parsed_schedule: &ParsedSchedule,
    now: NaiveDateTime,
) -> Result<Option<Placement>, PlaceRefusal> {
    let (name, date_args) = (labels.session.as_deref(), &labels.on);
    if name.is_none() && date_args.is_empty() && labels.before.is_none() {
        return Ok(None);
    }
    let schedule = &parsed_schedule.schedule;
    let session =
        choose_session(schedule, name).map_err(|text| match broken_session(parsed_schedule, files, name) {
            Some(broken) => refusal(broken, EXIT_CONFIG),
            None => refusal(text, EXIT_USAGE),
        })?;
    let before = labels.before.as_deref().map(|name| find_item(schedule, session, name)).transpose();
    // The place before the closing is the end of `play`, which needs no `before`.
    let before = before.map_err(|text| refusal(text, EXIT_USAGE))?.filter(|id| plays_item(session, id));
    let neighbour = if before.is_some() { None } else { neighbour_at_end(schedule, session) };
    let span = parsed_schedule.spans.sessions.get(&session.id).and_then(|spans| spans.get("id"));
    let file_index = span.map_or(0, |span| span.file_index);
    if parsed_schedule.problems.iter().any(|p| p.is_structural && p.span.file_index == file_index) {
        return Err(refusal(ScanText::FixPlaylistFirst { name: files[file_index].name.clone() }, EXIT_CONFIG));
    }
    let mut dates: Vec<DateSpan> = Vec::new();
    for date in date_args {
        let span = date.resolve(now.date()).ok_or_else(|| refusal(ScanText::DatesSwapped {}, EXIT_USAGE))?;
        if first_starts(schedule, session, span, now).is_none() {
            return Err(refusal(no_start_text(schedule, session, span, now), EXIT_PROBLEMS));
        }
        if !dates.contains(&span) {
            dates.push(span);
        }
    }
    let all_days = DateSpan { first: now.date(), last: NaiveDate::MAX };
    let spans = if dates.is_empty() { std::slice::from_ref(&all_days) } else { &dates };
    let first_starts = spans.iter().filter_map(|span| first_starts(schedule, session, *span, now)).min();
    let (session, session_title) = (session.id.clone(), session.title.clone());
    Ok(Some(Placement { session, session_title, file_index, before, neighbour, dates, first_starts }))
}

/// Returns the session that a name means; without a name, the only session.
fn choose_session<'a>(schedule: &'a Schedule, name: Option<&str>) -> Result<&'a Session, ScanText> {
    let Some(name) = name else {
        return match &schedule.sessions[..] {
            [only] => Ok(only),
            sessions => Err(ScanText::WhichSession { names: session_names(sessions.iter()) }),
        };
    };
    match schedule.session_named(name) {
        NameMatch::One(session) => Ok(session),
        NameMatch::Several(sessions) => Err(ScanText::WhichSession { names: session_names(sessions.into_iter()) }),
        NameMatch::Nothing => {
            Err(ScanText::NoSuchSession { name: quoted(name), names: session_names(schedule.sessions.iter()) })
        }
    }
}

/// Returns the message for a name that means a session with an error; `None` if the name means no such session.
fn broken_session(parsed_schedule: &ParsedSchedule, files: &[SourceFile], name: Option<&str>) -> Option<ScanText> {
    let broken = &parsed_schedule.spans.broken_sessions;
    let session = match name {
        Some(name) => match match_name(broken, name, |session| (session.id.as_str(), &session.title)) {
            NameMatch::One(session) => session,
            NameMatch::Several(_) | NameMatch::Nothing => return None,
        },
        None => broken.first().filter(|_| parsed_schedule.schedule.sessions.is_empty())?,
    };
    let file = files.get(session.span.file_index)?;
    let (line, _) = line_and_column(&file.text, session.span.range.start);
    Some(ScanText::SessionHasError { session: strip_unprintable(&session.title), file: file.name.clone(), line })
}

/// Returns true if an item of `play` plays the segment.
fn plays_item(session: &Session, id: &Id) -> bool {
    session.play.iter().any(|item| matches!(&item.content, ItemContent::Segment(segment) if segment == id))
}

/// Returns the segment beside an item that is added at the end of `play`; `None` if no segment is there.
fn neighbour_at_end(schedule: &Schedule, session: &Session) -> Option<Neighbour> {
    let title = |id: &Id| schedule.segment(id).map_or_else(|| id.to_string(), |segment| segment.title.clone());
    if let Some(closing) = &session.closing {
        return Some(Neighbour::Closing(title(closing)));
    }
    match &session.play.last()?.content {
        ItemContent::Segment(id) => Some(Neighbour::LastItem(title(id))),
        ItemContent::Draw(_) | ItemContent::Relay(_) => None,
    }
}

/// Returns the segment that a name means, among the session's items and its closing.
fn find_item(schedule: &Schedule, session: &Session, name: &str) -> Result<Id, ScanText> {
    let mut segments: Vec<&Segment> = session
        .play
        .iter()
        .filter_map(|item| match &item.content {
            ItemContent::Segment(id) => schedule.segment(id),
            ItemContent::Draw(_) | ItemContent::Relay(_) => None,
        })
        .chain(session.closing.as_ref().and_then(|id| schedule.segment(id)))
        .collect();
    segments.sort_by_key(|segment| &segment.id);
    segments.dedup_by_key(|segment| &segment.id);
    match match_name(&segments, name, |segment| (segment.id.as_str(), &segment.title)) {
        NameMatch::One(segment) => Ok(segment.id.clone()),
        NameMatch::Several(_) | NameMatch::Nothing => {
            Err(ScanText::NotInSession { name: quoted(name), session: strip_unprintable(&session.title) })
        }
    }
}

/// Lists sessions for a message, each as id and title.
pub(super) fn session_names<'a>(sessions: impl ExactSizeIterator<Item = &'a Session>) -> String {
    let is_shortened = sessions.len() > MAX_LISTED_SESSIONS;
    let mut names: Vec<String> =
        sessions.take(MAX_LISTED_SESSIONS).map(|session| format!("{} (“{}”)", session.id, session.title)).collect();
    if is_shortened {
        names.push("…".to_owned());
    }
    strip_unprintable(&names.join(", "))
}

fn quoted(name: &str) -> String {
    strip_unprintable(name).chars().take(MAX_QUOTED_CHARS).collect()
}

/// Returns the first of these dates on which the session starts after `now`, and its remaining starts on that date.
fn first_starts(
    schedule: &Schedule,
    session: &Session,
    span: DateSpan,
    now: NaiveDateTime,
) -> Option<(NaiveDate, Vec<NaiveTime>)> {
    let calendar = Calendar::new(&schedule.holidays);
    let days = span.first.max(now.date()).iter_days().take_while(|day| *day <= span.last).take(SEARCHED_DAYS);
    let mut airing_days = days.filter(|day| session.recurrence.matches(&calendar.day(*day)));
    airing_days.find_map(|day| {
        let times: Vec<_> = session.start_times.iter().copied().filter(|time| day.and_time(*time) > now).collect();
        (!times.is_empty()).then_some((day, times))
    })
}

/// Returns why the session has no further start on these dates.
fn no_start_text(schedule: &Schedule, session: &Session, span: DateSpan, now: NaiveDateTime) -> ScanText {
    let title = strip_unprintable(&session.title);
    let today = now.date();
    let airs_today = session.recurrence.matches(&Calendar::new(&schedule.holidays).day(today));
    if span.last < today {
        ScanText::DateOver { date: span.last }
    } else if span.last == today && airs_today {
        let at = session.start_times.last().map_or(String::new(), |time| time.format("%H:%M").to_string());
        ScanText::StartedToday { session: title, at }
    } else if span.first == span.last {
        ScanText::NotOnDate { session: title, date: span.first }
    } else {
        ScanText::NotOnDates { session: title, from: span.first, until: span.last }
    }
}
