//! The answer at the top of a day: whether the planned airings were aired.
use chrono::{DateTime, FixedOffset, TimeDelta};

use super::session::{BookRow, BookSession, SessionCounts, SessionProgress};
use super::{BlankDayReason, BookDay};
use crate::airlog::entry::Reason;
use crate::cli::lost_log::moment_text;
use crate::cli::record::log::page::{LogExtent, LogPage, LoggedAiring};
use crate::cli::table::{format_date, format_in_words, strip_unprintable};
use crate::cli::words::reason_text;
use crate::text::count::{AiringCount, ItemCount};
use crate::text::log_book::{BookText, BookVerdict};
use crate::text::{Lang, Localize};

/// The maximum number of sessions that are all named. If a day has more, the answer names only the incomplete ones.
const MAX_FULLY_LISTED_SESSIONS: usize = 8;
/// The maximum number of reasons for one session.
const MAX_REASONS: usize = 3;

/// Returns the verdict on a day; `Changed` if the log was changed.
pub fn day_verdict(page: &LogPage, day: &BookDay<'_>) -> BookVerdict {
    let was_played = |airing: &LoggedAiring<'_>| airing.outcome.played_ms > 0;
    let was_heard = |airing: &LoggedAiring<'_>| was_played(airing) && !airing.is_silent();
    let planned: Vec<LoggedAiring<'_>> = day.sessions.iter().flat_map(BookSession::logged).collect();
    let has_gap = day.lost_airing_count > 0 || day.sessions.iter().any(|s| s.progress == SessionProgress::Unwritten);
    let is_open = day.lost_airing_count > 0 || day.sessions.iter().any(|s| s.progress != SessionProgress::Complete);
    let has_entries = !planned.is_empty() || !day.unplanned.is_empty() || day.has_finished_relay();
    match () {
        () if page.fault.is_some() => BookVerdict::Changed {},
        () if page.rehearsal && has_entries => BookVerdict::Rehearsed {},
        () if planned.iter().any(was_heard) => BookVerdict::Yes {},
        () if day.unplanned.iter().any(was_heard) && is_open => BookVerdict::OutsidePlanSoFar {},
        () if day.unplanned.iter().any(was_heard) => BookVerdict::OutsidePlan {},
        () if planned.iter().chain(&day.unplanned).any(was_played) => BookVerdict::Silent {},
        () if !is_open && day.sessions.iter().any(|session| session.counts().relayed_ms > 0) => BookVerdict::Relayed {},
        () if page.follows_other_log_on(day.date) => BookVerdict::Unknown {},
        () if is_open && planned.is_empty() && has_gap => BookVerdict::Unknown {},
        () if is_open => BookVerdict::NotYet {},
        () if !day.sessions.is_empty() => BookVerdict::No {},
        // The log does not show what happened before it began.
        () if day.blank_reason == BlankDayReason::NothingSinceStart => BookVerdict::Unknown {},
        () if !day.unplanned.is_empty() || day.blank_reason == BlankDayReason::NothingPlanned => BookVerdict::No {},
        () if day.blank_reason == BlankDayReason::Future => BookVerdict::ToCome {},
        () => BookVerdict::Unknown {},
    }
}

/// Returns the answer for a day, in one sentence or two.
pub fn day_answer(page: &LogPage, day: &BookDay<'_>, lang: Lang) -> String {
    let (date, verdict) = (format_date(day.date, lang), day_verdict(page, day));
    let text = if verdict == (BookVerdict::Changed {}) {
        BookText::Answer { day: date, verdict }
    } else if day.sessions.is_empty() && day.unplanned.is_empty() {
        BookText::AnswerBecause { day: date, verdict, why: blank_reason_text(page, day, lang) }
    } else {
        BookText::AnswerParts { day: date, verdict, parts: day_parts(page, day, lang) }
    };
    let is_blank = matches!(text, BookText::AnswerBecause { .. });
    let mut answer = strip_unprintable(&text.localized(lang).to_string());
    if day.blank_reason == BlankDayReason::DoubtfulDate && !is_blank {
        answer.push_str(&format!(" {}", BookText::DoubtfulTimes {}.localized(lang)));
    }
    if let Some(beginning) = beginning_text(page, day, lang) {
        answer.push_str(&format!(" {beginning}"));
    }
    match next_session_sentence(page, lang).filter(|_| day.should_name_next_session(page)) {
        Some(next) => format!("{answer} {next}"),
        None => answer,
    }
}

/// Returns the sentence that says when the log began, because earlier sessions are not on the page. Returns `None` if
/// the log began before this day, if it began later and follows no other log, or if the rest of the answer says it.
fn beginning_text(page: &LogPage, day: &BookDay<'_>, lang: Lang) -> Option<String> {
    let is_told = |extent: &&LogExtent| day.date <= extent.first_at.date_naive() && !page.is_doubtful_date(day.date);
    let extent = page.extent.as_ref().filter(is_told)?;
    let time = moment_text(extent.first_at, lang);
    let is_blank = day.sessions.is_empty() && day.unplanned.is_empty();
    let begins_on_day = day.date == extent.first_at.date_naive();
    let text = match (&extent.previous_log_folder, &page.missing_log) {
        (Some(folder), _) if !is_blank => BookText::BeganAfterOther { time, folder: strip_unprintable(folder) },
        (None, Some(log)) => {
            BookText::BeganAfterMissing { time, entries: log.entries.into(), at: log.signed_at_text(lang) }
        }
        (None, None) if !is_blank && begins_on_day && !page.rehearsal => {
            BookText::Began { time: extent.first_at.format("%H:%M").to_string() }
        }
        _ => return None,
    };
    Some(text.localized(lang).to_string())
}

/// Returns when the next session is; `None` if it was not looked up, or none is planned.
pub fn next_session_sentence(page: &LogPage, lang: Lang) -> Option<String> {
    let next = page.next_session.as_ref()?;
    let (title, time) = (strip_unprintable(&next.title), next.starts_at.format("%H:%M").to_string());
    let session = BookText::TitledSession { title, time }.localized(lang).to_string();
    let day = format_date(next.starts_at.date_naive(), lang);
    Some(BookText::NextSession { session, day }.localized(lang).to_string())
}

/// Returns why a day has no airings.
fn blank_reason_text(page: &LogPage, day: &BookDay<'_>, lang: Lang) -> String {
    let text = match (day.blank_reason, &page.extent) {
        _ if day.lost_airing_count > 0 => BookText::WhyLostPlan { count: day.lost_airing_count.into() },
        (BlankDayReason::NothingPlanned, _) => BookText::WhyNotPlanned {},
        (BlankDayReason::NothingSinceStart, Some(extent)) => {
            let time = extent.first_at.format("%H:%M").to_string();
            match &extent.previous_log_folder {
                Some(folder) => BookText::WhyNothingSinceOther { time, folder: folder.clone() },
                None => BookText::WhyNothingSince { time },
            }
        }
        (BlankDayReason::Damaged, _) => BookText::WhyDamaged {},
        (BlankDayReason::DoubtfulDate, _) => BookText::WhyDoubtfulDate {},
        (BlankDayReason::Future, _) => BookText::WhyFuture { date: day.date.format("%-d/%-m/%Y").to_string() },
        (BlankDayReason::BeforeLog, Some(extent)) => {
            let first_day = format_date(extent.first_at.date_naive(), lang);
            match &extent.previous_log_folder {
                Some(folder) => BookText::WhyBeforeOther { day: first_day, folder: folder.clone() },
                None => BookText::WhyBefore { day: first_day },
            }
        }
        (BlankDayReason::NotRun, Some(extent)) => BookText::WhyNotRun {
            time: extent.last_at.format("%H:%M").to_string(),
            day: format_date(extent.last_at.date_naive(), lang),
        },
        (_, None) => match &page.missing_log {
            Some(log) => BookText::WhyMissingLog { entries: log.entries.into(), at: log.signed_at_text(lang) },
            None => BookText::WhyNoLog {},
        },
        _ => BookText::WhyNoPlan {},
    };
    text.localized(lang).to_string()
}

/// Returns the parts of the answer about the sessions and the unplanned airings of a day.
pub(super) fn day_parts(page: &LogPage, day: &BookDay<'_>, lang: Lang) -> String {
    let localize = |text: BookText| text.localized(lang).to_string();
    let session_parts = day.sessions.iter().map(|session| (session, session_part(session, lang)));
    let (incomplete, whole): (Vec<_>, Vec<_>) = session_parts.partition(|(session, _)| !is_fully_aired(session));
    let mut parts: Vec<String> = if day.sessions.len() <= MAX_FULLY_LISTED_SESSIONS {
        day.sessions.iter().map(|session| session_part(session, lang)).collect()
    } else {
        incomplete.into_iter().map(|(_, part)| part).collect()
    };
    if day.sessions.len() > MAX_FULLY_LISTED_SESSIONS && !whole.is_empty() {
        parts.push(localize(BookText::OtherSessions { count: whole.len() }));
    }
    if day.lost_airing_count > 0 {
        parts.push(localize(BookText::LostPlanRows { count: day.lost_airing_count.into() }));
    }
    if !day.unplanned.is_empty() {
        let aired = day.unplanned.iter().filter(|airing| airing.outcome.played_ms > 0).count();
        let count = AiringCount::from(day.unplanned.len());
        parts.push(localize(match aired == day.unplanned.len() {
            true => BookText::Unplanned { count },
            false => BookText::UnplannedSome { aired, count },
        }));
    }
    if let Some(ends_at) = page.clock_wait_ends_at()
        && day.sessions.iter().any(BookSession::awaits_clock)
    {
        parts.push(localize(BookText::ClockAwaited { time: rounded_up_to_minute(ends_at) }));
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

/// Returns the time of day, rounded up to the minute.
fn rounded_up_to_minute(at: DateTime<FixedOffset>) -> String {
    (at + TimeDelta::seconds(59)).format("%H:%M").to_string()
}

/// Returns the sentence with a capital first letter.
pub fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns `true` if all of a session was aired or relayed in full, and none of it was silent.
fn is_fully_aired(session: &BookSession<'_>) -> bool {
    let counts = session.counts();
    session.progress == SessionProgress::Complete
        && !session.rows.iter().any(BookRow::is_withdrawn)
        && counts.missed + counts.partial + counts.silent == 0
        && counts.relay_reasons.is_empty()
}

/// Returns the session's title and time, with its id in place of a missing title.
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
    let (all, done, count) = (counts.airing_count, counts.outcome_count, ItemCount::from(counts.airing_count));
    let has_begun = done + counts.relays > 0;
    if session.is_withdrawn() {
        return localize(BookText::AllWithdrawn { session: name });
    }
    let mut shortfalls = outcome_shortfalls(&counts, lang);
    let open = counts.open_count();
    match session.progress {
        SessionProgress::Upcoming if !has_begun && counts.withdrawn == 0 => {
            return localize(BookText::ToCome { session: name });
        }
        SessionProgress::Upcoming if !has_begun => shortfalls.insert(0, localize(BookText::AwaitsTime {})),
        SessionProgress::OnAir if session.is_relaying() => shortfalls.insert(0, localize(BookText::OnRelay {})),
        SessionProgress::OnAir => shortfalls.insert(0, localize(on_air_text(&counts))),
        SessionProgress::Upcoming | SessionProgress::Unwritten if open > 0 => {
            shortfalls.push(localize(BookText::Unwritten { open, count }));
        }
        SessionProgress::Upcoming | SessionProgress::Unwritten => {
            shortfalls.push(localize(BookText::RelayUnwritten {}))
        }
        SessionProgress::Complete if shortfalls.is_empty() && all > 0 => {
            let whole = localize(BookText::Whole { session: name, count });
            return relay_part(&counts, lang).into_iter().fold(whole, |whole, relay| format!("{whole}, {relay}"));
        }
        SessionProgress::Complete => {}
    }
    shortfalls.extend(relay_part(&counts, lang));
    localize(BookText::SessionShortfall { session: name, lack: shortfalls.join(", ") })
}

/// Returns that a session is on the air, and how many of its items are done. Items that fell short are counted apart.
fn on_air_text(counts: &SessionCounts) -> BookText {
    match (counts.whole_count(), counts.outcome_count) {
        (0, 1..) => BookText::OnAirNow {},
        (done, _) => BookText::OnAir { done, count: counts.airing_count.into() },
    }
}

/// Returns what is missing from the outcomes of a session.
fn outcome_shortfalls(counts: &SessionCounts, lang: Lang) -> Vec<String> {
    let SessionCounts { airing_count: all, missed, partial, silent, withdrawn, .. } = *counts;
    let count = ItemCount::from(all);
    let mut shortfalls = Vec::new();
    if missed == all && missed > 0 {
        shortfalls.push(BookText::NoneAired { count, why: reason_list(&counts.missed_reasons, lang) });
    } else if missed > 0 {
        shortfalls.push(BookText::SomeMissed { missed, count, why: reason_list(&counts.missed_reasons, lang) });
    }
    if partial > 0 {
        shortfalls.push(BookText::SomePartial { partial, count, why: reason_list(&counts.partial_reasons, lang) });
    }
    if counts.silent_partial > 0 {
        let (partial, why) = (counts.silent_partial, reason_list(&counts.silent_partial_reasons, lang));
        shortfalls.push(BookText::SomeSilentInPart { silent, count, partial, why });
    } else if silent > 0 {
        shortfalls.push(BookText::SomeSilent { silent, count });
    }
    if withdrawn > 0 {
        shortfalls.push(BookText::SomeWithdrawn { withdrawn, count });
    }
    shortfalls.into_iter().map(|lack| lack.localized(lang).to_string()).collect()
}

/// Returns the part of the answer about a session's relay slots; `None` if none is over.
fn relay_part(counts: &SessionCounts, lang: Lang) -> Option<String> {
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
