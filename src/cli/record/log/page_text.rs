//! Formats a page of the log book as text.
use super::book::{Book, BookDay, full_answer, next_session_sentence, range_answer};
use super::book_table::{RIGHT_ALIGNED, TableSection, day_sections, headings};
use super::page::{LogPage, LoggedAiring};
use super::remarks::event_lines;
use crate::airlog::entry::Outcome;
use crate::cli::table::{align_columns, format_in_words, strip_unprintable};
use crate::cli::words::fault_text;
use crate::text::count::AiringCount;
use crate::text::log::TableText;
use crate::text::log_book::BookText;
use crate::text::proof::ProofText;
use crate::text::{Lang, Localize};

/// Returns what a page says at its head: its warnings, and the answer of each day.
#[cfg(feature = "page")]
#[must_use]
pub fn day_sentences(page: &LogPage, lang: Lang) -> Vec<String> {
    let book = Book::new(page);
    let mut sentences = warnings(page, lang);
    sentences.extend(book.days.iter().map(|day| full_answer(page, day, lang)));
    if book.days.is_empty() {
        let answer = range_answer(&book, lang).filter(|_| page.extent.is_some());
        sentences.push(answer.unwrap_or_else(|| empty_page_sentence(page, lang)));
    }
    sentences
}

/// Returns the page as text.
#[must_use]
pub fn page_text(page: &LogPage, lang: Lang) -> String {
    let mut out = String::new();
    for warning in warnings(page, lang) {
        out.push_str(&format!("{warning}\n"));
    }
    let book = Book::new(page);
    let mut heading = None;
    let heading_line =
        |station: &str| format!("{}\n", TableText::LogBook { station: strip_unprintable(station) }.localized(lang));
    if book.days.is_empty() {
        out.push_str(&heading_line(&page.name));
    }
    for (index, day) in book.days.iter().enumerate() {
        // Each day appears under the name that the station had on that day.
        if heading != Some(day.station.0) {
            out.push_str(&format!("{}{}", if index > 0 { "\n" } else { "" }, heading_line(day.station.0)));
            heading = Some(day.station.0);
        }
        if index == 0
            && let Some(answer) = range_answer(&book, lang)
        {
            out.push_str(&format!("\n{answer}\n"));
        }
        out.push_str(&day_text(&book, day, lang));
    }
    if book.days.is_empty() {
        let answer = range_answer(&book, lang).filter(|_| page.extent.is_some());
        out.push_str(&format!("\n{}\n", answer.unwrap_or_else(|| empty_page_sentence(page, lang))));
        return out;
    }
    if page.outcomes().is_empty() {
        // A day with only relays needs the signature line too.
        if book.days.iter().any(BookDay::has_finished_relay) {
            out.push_str(&format!("\n{}\n", TableText::Signature {}.localized(lang)));
        }
        return out;
    }
    out.push_str(&format!(
        "\n{}\n{}\n{}\n\n{}\n",
        totals(&book, lang),
        BookText::NumberHint {}.localized(lang),
        TableText::WhatItProves {}.localized(lang),
        TableText::Signature {}.localized(lang)
    ));
    out
}

/// Returns the only sentence of a page without days.
pub(super) fn empty_page_sentence(page: &LogPage, lang: Lang) -> String {
    if page.extent.is_none()
        && page.damage.is_none()
        && let Some(log) = &page.missing_log
    {
        return log.to_text(lang).localized(lang).to_string();
    }
    match (&page.extent, next_session_sentence(page, lang)) {
        (None, Some(next)) if page.damage.is_none() => {
            format!("{} {next}", BookText::NothingYet {}.localized(lang))
        }
        (None, None) if page.damage.is_none() => BookText::NothingYet {}.localized(lang).to_string(),
        _ => TableText::NothingLogged {}.localized(lang).to_string(),
    }
}

/// Returns the warnings at the top of a page.
pub(super) fn warnings(page: &LogPage, lang: Lang) -> Vec<String> {
    let fault = page.fault.as_ref().map(|fault| ProofText::Changed { fault: fault_text(fault) }.to_plain(lang));
    let rehearsal = page.rehearsal.then(|| format!("*** {} ***", TableText::Rehearsal {}.localized(lang)));
    let waiting = (page.waiting_entries > 0)
        .then(|| TableText::Waiting { count: page.waiting_entries.into() }.localized(lang).to_string());
    fault.into_iter().chain(rehearsal).chain(waiting).collect()
}

fn day_text(book: &Book<'_>, day: &BookDay<'_>, lang: Lang) -> String {
    let mut out = format!("\n{}\n", full_answer(book.page, day, lang));
    out.push_str(&table_text(&day_sections(day, lang), lang));
    for line in day_notes(book, day, lang) {
        out.push_str(&format!("{line}\n"));
    }
    out
}

/// Returns the sections as one table, so that the columns of all sessions have the same width.
fn table_text(sections: &[TableSection], lang: Lang) -> String {
    if sections.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> = std::iter::once(headings(lang))
        .chain(sections.iter().flat_map(|section| section.rows.iter().cloned()))
        .collect();
    let table = align_columns(&rows, &RIGHT_ALIGNED);
    let mut lines = table.lines();
    let mut out = lines.next().map(|headings| format!("{headings}\n")).unwrap_or_default();
    for section in sections {
        out.push_str(&format!("{}\n", section.heading));
        for line in lines.by_ref().take(section.rows.len()) {
            out.push_str(&format!("{line}\n"));
        }
    }
    out
}

/// Returns the lines below the table of a day: unsynchronised times, other events, and the head code.
pub(super) fn day_notes(book: &Book<'_>, day: &BookDay<'_>, lang: Lang) -> Vec<String> {
    let airings = day.records.iter().copied().filter_map(LoggedAiring::from_record);
    let unsynchronised_count = airings.filter(|airing| airing.has_unsynchronised_time()).count();
    let mut lines = Vec::new();
    if unsynchronised_count > 0 {
        lines.push(TableText::TimedUnsynchronised { count: unsynchronised_count.into() }.localized(lang).to_string());
    }
    if day.has_finished_relay() {
        lines.push(BookText::WhatIsRelay {}.localized(lang).to_string());
    }
    lines.extend(event_lines(book, day, lang).iter().map(|line| strip_unprintable(line)));
    if let Some((code, entries)) = book.page.head_codes.get(&day.date).filter(|_| book.page.fault.is_none()) {
        let (code, entries) = (code.clone(), *entries);
        lines.push(TableText::HeadCode { code, entries: entries.into() }.localized(lang).to_string());
    }
    lines
}

/// Returns the totals of the planned airings, followed by those of the unplanned airings if there are any.
pub(super) fn totals(book: &Book<'_>, lang: Lang) -> String {
    let (planned, unplanned): (Vec<_>, Vec<_>) = book
        .page
        .outcomes()
        .into_iter()
        .filter(|airing| !book.page.is_outcome_of_moved_airing(airing.outcome))
        .partition(|airing| airing.outcome.labels.planned_at.is_some());
    let open_count: u64 = book.days.iter().map(BookDay::open_count).sum();
    let planned_count = AiringCount(planned.len() as u64 + open_count);
    let OutcomeTotals { aired, partial, missed, length } = OutcomeTotals::new(&planned, lang);
    let planned_totals = match open_count {
        0 => TableText::Totals { planned: planned_count, aired, partial, missed, length },
        open => TableText::OpenTotals { planned: planned_count, aired, partial, missed, open, length },
    };
    let mut text = with_silent_total(planned_totals, &planned, book.page, lang);
    if !unplanned.is_empty() {
        let OutcomeTotals { aired, partial, missed, length } = OutcomeTotals::new(&unplanned, lang);
        let unplanned_totals =
            TableText::UnplannedTotals { count: unplanned.len().into(), aired, partial, missed, length };
        text.push_str(&format!("\n{}", with_silent_total(unplanned_totals, &unplanned, book.page, lang)));
    }
    text
}

/// The numbers of airings by their outcome, and the total playing time, in words.
struct OutcomeTotals {
    aired: usize,
    partial: usize,
    missed: usize,
    length: String,
}

impl OutcomeTotals {
    fn new(airings: &[LoggedAiring<'_>], lang: Lang) -> Self {
        let count = |result| airings.iter().filter(|airing| airing.outcome.result == result).count();
        let ms = airings.iter().map(|airing| airing.outcome.played_ms).fold(0, i64::saturating_add);
        Self {
            aired: count(Outcome::Aired),
            partial: count(Outcome::Partial),
            missed: count(Outcome::Missed),
            length: format_in_words(ms.saturating_add(500) / 1000, lang),
        }
    }
}

/// Returns the totals of these airings, with the number of silent ones. A rehearsal has no sound at all, so its page
/// omits that number.
fn with_silent_total(totals: TableText, airings: &[LoggedAiring<'_>], page: &LogPage, lang: Lang) -> String {
    let totals = totals.localized(lang);
    match airings.iter().filter(|airing| airing.is_silent()).count() {
        count if count > 0 && !page.rehearsal => {
            format!("{totals} {}", BookText::SilentTotal { count }.localized(lang))
        }
        _ => totals.to_string(),
    }
}
