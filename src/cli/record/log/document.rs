//! The page of the log book as a document for A4 paper.
use chrono::{DateTime, Datelike, NaiveDate};

use super::book::{Book, BookDay, full_answer, range_answer, range_name};
use super::book_table::{RIGHT_ALIGNED, day_sections, headings};
use super::page::LogPage;
use super::page_text::{day_notes, empty_page_sentence, totals, warnings};
use crate::cli::table::{format_date, strip_unprintable};
use crate::paper::document::{Document, DocumentBlock, DocumentForm, DocumentTable};
use crate::text::log::TableText;
use crate::text::log_book::BookText;
use crate::text::report::ReportText;
use crate::text::{Lang, Localize};

/// The relative widths of the columns.
const COLUMN_WIDTHS: [u16; 6] = [9, 12, 12, 11, 28, 28];

/// Builds the document of a page. The signatures, the place and the number are left blank.
#[must_use]
pub fn page_document(page: &LogPage, lang: Lang) -> Document {
    let localize = |text: BookText| text.localized(lang).to_string();
    let report_word = |text: ReportText| text.localized(lang).to_string();
    let book = Book::new(page);
    let (name, agency) = book.days.first().map_or((page.name.as_str(), page.agency.as_str()), |day| day.station);
    let made_on = made_on(page);
    let is_on_page =
        |date: NaiveDate| !page.is_doubtful_date(date) && page.requested_dates.is_none_or(|(_, until)| date <= until);
    let last_code = page.head_codes.iter().rfind(|(date, _)| is_on_page(**date));
    let running_foot = match last_code.filter(|_| page.fault.is_none()) {
        Some((_, (code, entries))) => localize(BookText::PageFoot { code: code.clone(), entries: (*entries).into() }),
        None => strip_unprintable(name),
    };
    Document {
        form: DocumentForm::Book { foot: running_foot },
        agency: (agency.to_owned(), name.to_owned()),
        motto: (report_word(ReportText::Motto1 {}), report_word(ReportText::Motto2 {})),
        place_date: report_word(ReportText::PlaceDate {
            place: report_word(ReportText::PlaceBlank {}),
            day: made_on.format("%d").to_string(),
            // The decree requires a leading zero for January and February only.
            month: if made_on.month() < 3 { made_on.format("%m") } else { made_on.format("%-m") }.to_string(),
            year: made_on.format("%Y").to_string(),
        }),
        title: localize(BookText::PageTitle {}),
        subject: subtitle(&book, lang).into_iter().collect(),
        draft: warnings(page, lang).join(" "),
        blocks: blocks(&book, lang),
        signatures: vec![
            (localize(BookText::OperatorSignature {}), localize(BookText::SignHere {})),
            (localize(BookText::StationHeadSignature {}), localize(BookText::SignAndSeal {})),
        ],
        made_on,
        ..Document::default()
    }
}

/// Returns the date on which the page is made, or the log's last date if the page does not have the present time.
fn made_on(page: &LogPage) -> NaiveDate {
    let last_at = page.extent.as_ref().map(|extent| extent.last_at);
    page.now().or(last_at).map_or_else(|| DateTime::UNIX_EPOCH.date_naive(), |at| at.date_naive())
}

fn subtitle(book: &Book<'_>, lang: Lang) -> Option<String> {
    let (from, until) = book.extent()?;
    Some(if from == until { format_date(from, lang) } else { range_name(from, until, lang) })
}

fn blocks(book: &Book<'_>, lang: Lang) -> Vec<DocumentBlock> {
    let mut blocks: Vec<DocumentBlock> = range_answer(book, lang).into_iter().map(DocumentBlock::Text).collect();
    let mut name = book.days.first().map(|day| day.station.0);
    for day in &book.days {
        if name != Some(day.station.0) {
            let station = strip_unprintable(day.station.0);
            blocks.push(DocumentBlock::Heading(TableText::LogBook { station }.localized(lang).to_string()));
            name = Some(day.station.0);
        }
        blocks.push(DocumentBlock::Heading(full_answer(book.page, day, lang)));
        blocks.extend(day_table(day, lang).map(DocumentBlock::Table));
        blocks.extend(day_notes(book, day, lang).into_iter().map(DocumentBlock::Text));
    }
    if book.days.is_empty() && blocks.is_empty() {
        blocks.push(DocumentBlock::Text(empty_page_sentence(book.page, lang)));
    }
    if !book.page.outcomes().is_empty() {
        blocks.extend(totals(book, lang).lines().map(|line| DocumentBlock::Text(line.to_owned())));
        blocks.push(DocumentBlock::Text(TableText::WhatItProves {}.localized(lang).to_string()));
    }
    blocks
}

/// Returns the table of a day, with a heading over the airings of each session.
fn day_table(day: &BookDay<'_>, lang: Lang) -> Option<DocumentTable> {
    let sections = day_sections(day, lang);
    let (mut rows, mut heading_rows) = (Vec::new(), Vec::new());
    for section in sections {
        heading_rows.push(rows.len());
        rows.push(vec![section.heading]);
        rows.extend(section.rows);
    }
    let headings = headings(lang);
    let right_aligned = (0..headings.len()).map(|column| RIGHT_ALIGNED.contains(&column)).collect();
    let table = DocumentTable {
        headings,
        widths: COLUMN_WIDTHS.to_vec(),
        right_aligned,
        rows,
        heading_rows,
        keeps_widths: true,
        ..DocumentTable::default()
    };
    (!table.rows.is_empty()).then_some(table)
}
