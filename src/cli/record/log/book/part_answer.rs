//! The answer for a part of a day, as in `sáng nay`. It comes before the answer for the whole day.
use chrono::{DateTime, FixedOffset, Timelike};

use super::answer::{day_answer, day_parts, day_verdict};
use super::{BookDay, BookSession, planned_start};
use crate::cli::args::DayPart;
use crate::cli::record::log::page::LogPage;
use crate::cli::table::{format_date, strip_unprintable};
use crate::text::log_book::{BookText, DayPartText};
use crate::text::{Lang, Localize};

/// Returns the answer at the head of a day: for the part of the day that was asked for, then for the whole day.
pub fn full_answer(page: &LogPage, day: &BookDay<'_>, lang: Lang) -> String {
    let answer = day_answer(page, day, lang);
    match page.day_part.and_then(|part| part_answer(page, day, part, lang)) {
        Some(part_answer) => format!("{part_answer} {answer}"),
        None => answer,
    }
}

/// Returns the answer for a part of a day; `None` if the answer for the whole day says as much: the log was changed, or
/// the day has no airings on the page.
fn part_answer(page: &LogPage, day: &BookDay<'_>, part: DayPart, lang: Lang) -> Option<String> {
    if page.fault.is_some() || (day.sessions.is_empty() && day.unplanned.is_empty()) {
        return None;
    }
    let is_in_part = |at: DateTime<FixedOffset>| part.hours().contains(&at.hour());
    let mut part_day = BookDay::new(page, day.date, day.records.clone());
    part_day.sessions.retain(|session| BookSession::starts_at(session).is_some_and(is_in_part));
    part_day.unplanned.retain(|airing| is_in_part(planned_start(airing)));
    part_day.lost_airing_count = 0;
    let (part_text, date) = (part_name(part), format_date(day.date, lang));
    let began_at = page.extent.as_ref().map(|extent| extent.first_at).filter(|at| at.date_naive() == day.date);
    let has_unknown_hours = began_at.is_some_and(|at| at.hour() >= part.hours().start);
    let text = match (part_day.sessions.is_empty() && part_day.unplanned.is_empty(), began_at) {
        (true, Some(at)) if has_unknown_hours => {
            BookText::PartUnknown { part: part_text, day: date, time: at.format("%H:%M").to_string() }
        }
        (true, _) => BookText::PartBlank { part: part_text, day: date },
        (false, _) => BookText::PartAnswer {
            part: part_text,
            day: date,
            verdict: day_verdict(page, &part_day),
            parts: day_parts(page, &part_day, lang),
        },
    };
    Some(strip_unprintable(&text.localized(lang).to_string()))
}

fn part_name(part: DayPart) -> DayPartText {
    match part {
        DayPart::Morning => DayPartText::Morning {},
        DayPart::Afternoon => DayPartText::Afternoon {},
        DayPart::Evening => DayPartText::Evening {},
    }
}
