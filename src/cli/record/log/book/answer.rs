//! The answer at the head of a day: was it aired?
use super::session::{BookSession, SessionCounts, SessionProgress};
use super::{BookDay, DayBlank};
use crate::airlog::entry::Reason;
use crate::cli::record::log::page::{LogPage, LoggedAiring};
use crate::cli::table::{format_date, format_in_words, strip_unprintable};
use crate::cli::words::reason_text;
use crate::text::count::{AiringCount, ItemCount};
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
        () if day.sessions.iter().any(|session| session.counts().relayed_ms > 0) => BookVerdict::Relayed {},
        () if is_open && planned.is_empty() && has_gap => BookVerdict::Unknown {},
        () if is_open => BookVerdict::NotYet {},
        () if !day.sessions.is_empty() || !day.unplanned.is_empty() => BookVerdict::No {},
        () => match day.blank {
            DayBlank::NothingPlanned => BookVerdict::No {},
            DayBlank::NothingSinceStart if page.extent.as_ref().is_some_and(|log| log.follows.is_none()) => {
                let is_over = page.now().is_none_or(|now| now.date_naive() > day.date);
                if is_over { BookVerdict::No {} } else { BookVerdict::NotYet {} }
            }
            _ => BookVerdict::Unknown {},
        },
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
    let answer = strip_unprintable(&text.localized(lang).to_string());
    match next_session_sentence(page, lang).filter(|_| day.tells_next_session(page)) {
        Some(next) => format!("{answer} {next}"),
        None => answer,
    }
}

/// Returns when the next session is; `None` if nobody looked, or none is planned.
pub fn next_session_sentence(page: &LogPage, lang: Lang) -> Option<String> {
    let next = page.next_session.as_ref()?;
    let (title, time) = (strip_unprintable(&next.title), next.starts_at.format("%H:%M").to_string());
    let session = BookText::TitledSession { title, time }.localized(lang).to_string();
    let day = format_date(next.starts_at.date_naive(), lang);
    Some(BookText::NextSession { session, day }.localized(lang).to_string())
}

/// Returns why a day has no airings.
fn blank_reason(page: &LogPage, day: &BookDay<'_>, lang: Lang) -> String {
    let text = match (day.blank, &page.extent) {
        _ if day.unknown_rows > 0 => BookText::WhyLostPlan { count: day.unknown_rows.into() },
        (DayBlank::NothingPlanned, _) => BookText::WhyNotPlanned {},
        (DayBlank::NothingSinceStart, Some(extent)) => {
            let time = extent.first_at.format("%H:%M").to_string();
            match &extent.follows {
                Some(folder) => BookText::WhyNothingSinceOther { time, folder: folder.clone() },
                None => BookText::WhyNothingSince { time },
            }
        }
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
        parts.push(localize(BookText::UnknownRows { count: day.unknown_rows.into() }));
    }
    if !day.unplanned.is_empty() {
        let aired = day.unplanned.iter().filter(|airing| airing.outcome.played_ms > 0).count();
        let count = AiringCount::from(day.unplanned.len());
        parts.push(localize(match aired == day.unplanned.len() {
            true => BookText::Unplanned { count },
            false => BookText::UnplannedSome { aired, count },
        }));
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
    if let Some(first) = parts.first_mut() {
        *first = capitalised(first);
    }
    parts.join("; ")
}

/// Returns the sentence with a capital first letter.
pub fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns `true` if all of a session was aired and relayed whole, and nothing speaks against its having sounded.
fn is_whole(session: &BookSession<'_>) -> bool {
    let counts = session.counts();
    session.progress == SessionProgress::Complete
        && counts.missed + counts.partial + counts.silent + counts.withdrawn == 0
        && counts.relay_reasons.is_empty()
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
    let (all, done, count) = (counts.all, counts.done, ItemCount::from(counts.all));
    let is_begun = done + counts.relays > 0;
    if all > 0 && counts.withdrawn == all && session.progress == SessionProgress::Complete && !is_begun {
        return localize(BookText::AllWithdrawn { session: name });
    }
    let mut lacks = outcome_lacks(&counts, lang);
    let open = all - done - counts.withdrawn;
    match session.progress {
        SessionProgress::ToCome if !is_begun && counts.withdrawn == 0 => {
            return localize(BookText::ToCome { session: name });
        }
        SessionProgress::ToCome if !is_begun => lacks.insert(0, localize(BookText::AwaitsTime {})),
        SessionProgress::OnAir if session.is_relaying() => lacks.insert(0, localize(BookText::OnRelay {})),
        SessionProgress::OnAir => lacks.insert(0, localize(BookText::OnAir { done, count })),
        SessionProgress::ToCome | SessionProgress::Unwritten if open > 0 => {
            lacks.push(localize(BookText::Unwritten { open, count }));
        }
        SessionProgress::ToCome | SessionProgress::Unwritten => lacks.push(localize(BookText::RelayUnwritten {})),
        SessionProgress::Complete if lacks.is_empty() && all > 0 => {
            let whole = localize(BookText::Whole { session: name, count });
            return relay_parts(&counts, lang).into_iter().fold(whole, |whole, relay| format!("{whole}, {relay}"));
        }
        SessionProgress::Complete => {}
    }
    lacks.extend(relay_parts(&counts, lang));
    localize(BookText::Lacking { session: name, lack: lacks.join(", ") })
}

/// Returns what is lacking in the outcomes of a session.
fn outcome_lacks(counts: &SessionCounts, lang: Lang) -> Vec<String> {
    let SessionCounts { all, missed, partial, silent, withdrawn, .. } = *counts;
    let count = ItemCount::from(all);
    let mut lacks = Vec::new();
    if missed == all && missed > 0 {
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
    if withdrawn > 0 {
        lacks.push(BookText::SomeWithdrawn { withdrawn, count });
    }
    lacks.into_iter().map(|lack| lack.localized(lang).to_string()).collect()
}

/// Returns what the relay slots of a session did, in one part or none.
fn relay_parts(counts: &SessionCounts, lang: Lang) -> Option<String> {
    let time = || format_in_words((counts.relayed_ms.saturating_add(500)) / 1000, lang);
    let why = || reason_list(&counts.relay_reasons, lang);
    let text = match (counts.relays, counts.relayed_ms, counts.relay_reasons.is_empty()) {
        (0, ..) => return None,
        (_, _, true) => BookText::RelayedFor { time: time() },
        (_, 0, false) => BookText::NotRelayed { why: why() },
        (_, _, false) => BookText::RelayShort { time: time(), why: why() },
    };
    Some(text.localized(lang).to_string())
}

fn reason_list(reasons: &[Reason], lang: Lang) -> String {
    let mut words: Vec<String> =
        reasons.iter().take(MAX_REASONS).map(|reason| reason_text(*reason).localized(lang).to_string()).collect();
    if reasons.len() > MAX_REASONS {
        words.push("…".to_owned());
    }
    words.join(", ")
}
