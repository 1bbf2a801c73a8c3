//! The airings of a day as rows of cells: for the terminal, and for paper.
use super::book::{BookDay, BookRow, BookSession, UnloggedState};
use super::page::LoggedAiring;
use crate::airlog::entry::{Body, Outcome, OutcomeEntry, RelayEntry};
use crate::cli::table::{format_hms, format_in_words, format_seconds, strip_unprintable};
use crate::cli::words::{outcome_text, reason_text};
use crate::text::log::TableText;
use crate::text::log_book::BookText;
use crate::text::{Lang, Localize};

/// The indices of the right-aligned columns: the number and the length.
pub(super) const RIGHT_ALIGNED: [usize; 2] = [0, 3];
/// The index of the column with the actual start.
const STARTED_COLUMN: usize = 2;
/// A start that differs from the plan by less than this is not mentioned.
const MIN_MENTIONED_OFFSET_US: i64 = 1_000_000;

/// The rows under one heading: a session, or what was played outside the plan.
pub(super) struct TableSection {
    /// The title of the session and its time.
    pub heading: String,
    /// The cells of its airings.
    pub rows: Vec<Vec<String>>,
}

/// Returns the headings of the columns.
pub(super) fn headings(lang: Lang) -> Vec<String> {
    let columns = [TableText::Planned {}, TableText::Started {}, TableText::Length {}, TableText::Outcome {}];
    let number = BookText::Number {}.localized(lang).to_string();
    let columns = columns.into_iter().chain([TableText::Title {}]).map(|text| text.localized(lang).to_string());
    std::iter::once(number).chain(columns).collect()
}

/// Returns the sections of a day.
pub(super) fn day_sections(day: &BookDay<'_>, lang: Lang) -> Vec<TableSection> {
    let mut sections: Vec<TableSection> = day.sessions.iter().map(|session| session_section(session, lang)).collect();
    if !day.unplanned.is_empty() {
        sections.push(TableSection {
            heading: BookText::OutsideHead {}.localized(lang).to_string(),
            rows: day.unplanned.iter().map(|airing| unplanned_cells(airing, day, lang)).collect(),
        });
    }
    sections
}

pub(super) fn session_section(session: &BookSession<'_>, lang: Lang) -> TableSection {
    let title = strip_unprintable(session.title.unwrap_or(session.id));
    let rows = session.rows.iter().map(|row| match row {
        BookRow::Logged(airing) => logged_cells(airing, !session.is_rehearsed, lang),
        BookRow::Relayed(relay) => relay_cells(relay, lang),
        BookRow::Unlogged(airing, state) => {
            let state = match state {
                UnloggedState::Withdrawn => BookText::NoLongerPlanned {},
                UnloggedState::Upcoming => BookText::AwaitsTime {},
                UnloggedState::OnAir if airing.relay => BookText::Relaying {},
                UnloggedState::OnAir => BookText::AwaitsEnd {},
                UnloggedState::AwaitsClock | UnloggedState::Unwritten => BookText::AwaitsOutcome {},
            };
            let planned = airing.start.format("%H:%M:%S").to_string();
            let state = state.localized(lang).to_string();
            vec![dash(), planned, dash(), dash(), state, strip_unprintable(&airing.title)]
        }
        BookRow::Moved(row) => {
            let number = row.seq.map_or_else(dash, |seq| seq.to_string());
            let planned = row.planned_at.format("%H:%M:%S").to_string();
            let state = BookText::Moved {}.localized(lang).to_string();
            vec![number, planned, dash(), dash(), state, strip_unprintable(row.title)]
        }
    });
    TableSection {
        heading: BookText::SessionHead { title, time: strip_unprintable(&session.time) }.localized(lang).to_string(),
        rows: rows.collect(),
    }
}

fn dash() -> String {
    "-".to_owned()
}

/// Returns the cells of a relay slot. It has no number, because it is not an airing.
fn relay_cells(relay: &RelayEntry, lang: Lang) -> Vec<String> {
    let planned = relay.planned_at.map_or_else(dash, |at| at.format("%H:%M:%S").to_string());
    let length = if relay.held_ms > 0 { length_cell(relay.held_ms, lang) } else { dash() };
    let why = relay.reason.map(|reason| reason_text(reason).localized(lang).to_string());
    let text = match why {
        None => BookText::RelayDone {},
        Some(why) if relay.held_ms > 0 => BookText::RelayPart { why },
        Some(why) => BookText::RelayMissed { why },
    };
    vec![dash(), planned, dash(), length, text.localized(lang).to_string(), strip_unprintable(&relay.title)]
}

/// Formats how long an airing or a relay slot lasted.
fn length_cell(ms: i64, lang: Lang) -> String {
    if ms < 600_000 { format_seconds(ms, lang) } else { format_hms(ms) }
}

/// Returns the cells of an airing outside the plan. Its start is that of its first `start` entry: the id has only the
/// time of the order, which is the same for every repeat of an urgent message.
fn unplanned_cells(airing: &LoggedAiring<'_>, day: &BookDay<'_>, lang: Lang) -> Vec<String> {
    let mut cells = logged_cells(airing, true, lang);
    let started_at = day.records.iter().find_map(|record| match &record.body {
        Some(Body::Start(start)) if start.labels.id == airing.outcome.labels.id => Some(record.at),
        _ => None,
    });
    if let (Some(at), Some(cell)) = (started_at.filter(|_| airing.outcome.played_ms > 0), cells.get_mut(STARTED_COLUMN))
    {
        let asterisk = if airing.has_unsynchronised_time() { "*" } else { "" };
        *cell = format!("{}{asterisk}", at.format("%H:%M:%S"));
    }
    cells
}

/// Returns the cells of an airing with its outcome. `mentions_silence` is false in a rehearsal, which has no sound.
fn logged_cells(airing: &LoggedAiring<'_>, mentions_silence: bool, lang: Lang) -> Vec<String> {
    let OutcomeEntry { labels, played_ms, late_us, .. } = airing.outcome;
    // An airing outside the plan has no planned time; its heading says so.
    let planned = labels.planned_at.map_or_else(dash, |at| at.format("%H:%M:%S").to_string());
    // An asterisk marks a time from an unsynchronised clock. A line below the table explains it.
    let asterisk = if airing.has_unsynchronised_time() { "*" } else { "" };
    let started = match (labels.planned_at, late_us) {
        // Rounded to the nearest second; otherwise a start 1 µs early would appear in the previous second.
        (Some(at), Some(us)) => {
            let started = at.checked_add_signed(chrono::TimeDelta::microseconds(us.saturating_add(500_000)));
            started.map_or_else(dash, |at| at.format("%H:%M:%S").to_string())
        }
        // The id contains the time of the order. An airing that never played has no start.
        (None, _) if *played_ms > 0 => {
            let time = labels.id.split_once('T').map(|(_, time)| time.chars().take(8).collect());
            time.map_or_else(dash, |time: String| strip_unprintable(&time))
        }
        _ => dash(),
    } + asterisk;
    let length = match *played_ms {
        0 => dash(),
        ms => length_cell(ms, lang),
    };
    let number = airing.record.seq.to_string();
    vec![
        number,
        planned,
        started,
        length,
        result_in_words(airing, mentions_silence, lang),
        strip_unprintable(&labels.title),
    ]
}

/// Returns the result and its reason, how late or early the start was, and a remark if nothing proves sound.
pub(in crate::cli::record) fn result_in_words(airing: &LoggedAiring<'_>, mentions_silence: bool, lang: Lang) -> String {
    let outcome = airing.outcome;
    let mut cell = outcome_text(outcome.result).localized(lang).to_string();
    if let Some(reason) = outcome.reason {
        cell.push_str(&format!(": {}", reason_text(reason).localized(lang)));
    }
    let late_us = outcome.late_us.filter(|_| outcome.result != Outcome::Missed).unwrap_or(0);
    if late_us.unsigned_abs() >= MIN_MENTIONED_OFFSET_US.unsigned_abs() {
        let seconds = i64::try_from((late_us.unsigned_abs().saturating_add(500_000)) / 1_000_000).unwrap_or(i64::MAX);
        let time = format_in_words(seconds, lang);
        let text = if late_us > 0 { BookText::Late { time } } else { BookText::Early { time } };
        cell.push_str(&format!(", {}", text.localized(lang)));
    }
    if airing.is_silent() && mentions_silence {
        cell.push_str(&format!("; {}", BookText::SilentAiring {}.localized(lang)));
    }
    cell
}
