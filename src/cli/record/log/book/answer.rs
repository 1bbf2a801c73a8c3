//! The answer at the head of a day: was it aired?
use super::session::{BookSession, SessionCounts, SessionProgress};
use super::{BookDay, DayBlank};
use crate::airlog::entry::Reason;
use crate::cli::record::log::page::{LogPage, LoggedAiring};
use crate::cli::table::{format_date, strip_unprintable};
use crate::cli::words::reason_text;
use crate::text::log_book::{BookText, BookVerdict};
use crate::text::{Lang, Localize};

/// The maximum number of sessions that the answer names. Of more, it names those with a lack first.
const MAX_NAMED_SESSIONS: usize = 8;
/// The maximum number of reasons for one session.
const MAX_REASONS: usize = 3;

/// Returns whether a day was aired. A page whose log was changed has no answer.
pub fn day_verdict(page: &LogPage, day: &BookDay<'_>) -> BookVerdict {
    let played = |airing: &LoggedAiring<'_>| airing.outcome.played_ms > 0;
    let sounded = |airing: &LoggedAiring<'_>| played(airing) && !airing.is_silent();
    let planned: Vec<LoggedAiring<'_>> = day.sessions.iter().flat_map(BookSession::logged).collect();
    let has_gap = day.unknown_rows > 0 || day.sessions.iter().any(|s| s.progress == SessionProgress::Unwritten);
    let is_open = day.unknown_rows > 0 || day.sessions.iter().any(|s| s.progress != SessionProgress::Complete);
    match () {
        () if page.fault.is_some() => BookVerdict::Changed {},
        () if page.rehearsal && !(planned.is_empty() && day.unplanned.is_empty()) => BookVerdict::Rehearsed {},
        () if planned.iter().any(sounded) => BookVerdict::Yes {},
        () if day.unplanned.iter().any(sounded) => BookVerdict::OutsidePlan {},
        () if planned.iter().chain(&day.unplanned).any(played) => BookVerdict::Silent {},
        () if is_open && planned.is_empty() && has_gap => BookVerdict::Unknown {},
        () if is_open => BookVerdict::NotYet {},
        () if !planned.is_empty() || !day.unplanned.is_empty() => BookVerdict::No {},
        () if day.blank == DayBlank::NothingPlanned => BookVerdict::No {},
        () => BookVerdict::Unknown {},
    }
}

/// Returns the answer for a day, in one sentence or two.
pub fn day_answer(page: &LogPage, day: &BookDay<'_>, lang: Lang) -> String {
    let (date, verdict) = (format_date(day.date, lang), day_verdict(page, day));
    let text = if verdict == (BookVerdict::Changed {}) {
        BookText::Answer { day: date, verdict }
    } else if day.sessions.is_empty() && day.unplanned.is_empty() {
        BookText::AnswerBecause { day: date, verdict, why: blank_reason(page, day, lang) }
    } else {
        BookText::AnswerParts { day: date, verdict, parts: day_parts(page, day, lang) }
    };
    strip_unprintable(&text.localized(lang).to_string())
}

/// Returns why a day has no airings.
fn blank_reason(page: &LogPage, day: &BookDay<'_>, lang: Lang) -> String {
    let text = match (day.blank, &page.extent) {
        _ if day.unknown_rows > 0 => BookText::WhyLostPlan { count: day.unknown_rows },
        (DayBlank::NothingPlanned, _) => BookText::WhyNotPlanned {},
        (DayBlank::Damaged, _) => BookText::WhyDamaged {},
        (DayBlank::Future, _) => BookText::WhyFuture {},
        (DayBlank::BeforeLog, Some(extent)) => {
            let first_day = format_date(extent.first_at.date_naive(), lang);
            match &extent.follows {
                Some(folder) => BookText::WhyBeforeOther { day: first_day, folder: folder.clone() },
                None => BookText::WhyBefore { day: first_day },
            }
        }
        (DayBlank::NotRun, Some(extent)) => BookText::WhyNotRun {
            time: extent.last_at.format("%H:%M").to_string(),
            day: format_date(extent.last_at.date_naive(), lang),
        },
        (_, None) => BookText::WhyNoLog {},
        _ => BookText::WhyNoPlan {},
    };
    text.localized(lang).to_string()
}

/// Returns what there is to say about the sessions of a day.
fn day_parts(page: &LogPage, day: &BookDay<'_>, lang: Lang) -> String {
    let localize = |text: BookText| text.localized(lang).to_string();
    let named = day.sessions.iter().map(|session| (session, session_part(session, lang)));
    let (lacking, whole): (Vec<_>, Vec<_>) = named.partition(|(session, _)| !is_whole(session));
    let mut parts: Vec<String> = if day.sessions.len() <= MAX_NAMED_SESSIONS {
        day.sessions.iter().map(|session| session_part(session, lang)).collect()
    } else {
        lacking.into_iter().map(|(_, part)| part).collect()
    };
    if day.sessions.len() > MAX_NAMED_SESSIONS && !whole.is_empty() {
        parts.push(localize(BookText::OtherSessions { count: whole.len() }));
    }
    if day.unknown_rows > 0 {
        parts.push(localize(BookText::UnknownRows { count: day.unknown_rows }));
    }
    if !day.unplanned.is_empty() {
        parts.push(localize(BookText::Unplanned { count: day.unplanned.len() }));
    }
    let is_stopped = page.present.is_some_and(|present| !present.is_running);
    if let Some(extent) = &page.extent
        && is_stopped
        && day.sessions.iter().any(|session| session.progress == SessionProgress::Unwritten)
    {
        parts.push(localize(BookText::NotRunning {
            time: extent.last_at.format("%H:%M").to_string(),
            day: format_date(extent.last_at.date_naive(), lang),
        }));
    }
    parts.join("; ")
}

/// Returns `true` if all airings of a session were aired whole, and nothing speaks against their having sounded.
fn is_whole(session: &BookSession<'_>) -> bool {
    let counts = session.counts();
    session.progress == SessionProgress::Complete && counts.missed + counts.partial + counts.silent == 0
}

/// Returns the session's title and time; its id, if no schedule of that day gives a title.
fn session_name(session: &BookSession<'_>, lang: Lang) -> String {
    let time = session.time.clone();
    let name = match session.title {
        Some(title) => BookText::TitledSession { title: title.to_owned(), time },
        None => BookText::UntitledSession { id: session.id.to_owned(), time },
    };
    name.localized(lang).to_string()
}

fn session_part(session: &BookSession<'_>, lang: Lang) -> String {
    let localize = |text: BookText| text.localized(lang).to_string();
    let (name, counts) = (session_name(session, lang), session.counts());
    if session.progress == SessionProgress::ToCome && counts.done == 0 {
        return localize(BookText::ToCome { session: name });
    }
    let mut lacks = outcome_lacks(&counts, lang);
    let (done, count) = (counts.done, counts.all);
    match session.progress {
        SessionProgress::Complete if lacks.is_empty() => return localize(BookText::Whole { session: name, count }),
        SessionProgress::Complete => {}
        SessionProgress::OnAir => lacks.insert(0, localize(BookText::OnAir { done, count })),
        SessionProgress::ToCome | SessionProgress::Unwritten => {
            lacks.push(localize(BookText::Unwritten { open: count - done, count }));
        }
    }
    localize(BookText::Lacking { session: name, lack: lacks.join(", ") })
}

/// Returns what is lacking in the outcomes of a session.
fn outcome_lacks(counts: &SessionCounts, lang: Lang) -> Vec<String> {
    let SessionCounts { all: count, missed, partial, silent, .. } = *counts;
    let mut lacks = Vec::new();
    if missed == count {
        lacks.push(BookText::NoneAired { count, why: reason_list(&counts.missed_reasons, lang) });
    } else if missed > 0 {
        lacks.push(BookText::SomeMissed { missed, count, why: reason_list(&counts.missed_reasons, lang) });
    }
    if partial > 0 {
        lacks.push(BookText::SomePartial { partial, count, why: reason_list(&counts.partial_reasons, lang) });
    }
    if silent > 0 {
        lacks.push(BookText::SomeSilent { silent, count });
    }
    lacks.into_iter().map(|lack| lack.localized(lang).to_string()).collect()
}

fn reason_list(reasons: &[Reason], lang: Lang) -> String {
    let mut words: Vec<String> =
        reasons.iter().take(MAX_REASONS).map(|reason| reason_text(*reason).localized(lang).to_string()).collect();
    if reasons.len() > MAX_REASONS {
        words.push("…".to_owned());
    }
    words.join(", ")
}
