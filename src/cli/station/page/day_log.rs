//! The screen "Nhật ký": was it aired on that day? A sentence first, then the page of the log book for printing.
use std::path::Path;

use chrono::{Days, NaiveDate};
use maud::html;

use super::frame::{Screen, screen};
use crate::cli::record::log::{day_page, day_sentences, page_document};
use crate::cli::table::format_date;
use crate::paper::html::document_html;
use crate::text::page::PageText;
use crate::text::{Lang, Localize};

/// Returns what the log says about a day.
pub(super) fn answer_of_day(station: &Path, date: NaiveDate, lang: Lang) -> Vec<String> {
    day_page(station, date)
        .map_or_else(|_| vec![PageText::LogUnreadable {}.to_plain(lang)], |page| day_sentences(&page, lang))
}

/// Renders the screen of a day; `None` for a text that is no date.
pub(super) fn day_log_screen(name: &str, station: &Path, date: Option<NaiveDate>, lang: Lang) -> String {
    let text = |text: PageText| text.to_plain(lang);
    let link = |date: NaiveDate| format!("/nhat-ky?ngay={date}");
    let content = html! {
        form method="get" action="/nhat-ky" {
            label for="ngay" { (text(PageText::WhichDay {})) }
            div.row {
                input #ngay type="date" name="ngay" value=[date.map(|date| date.to_string())] required;
                button type="submit" { (text(PageText::Show {})) }
            }
        }
        @match date {
            Some(date) => {
                h2 { (format_date(date, lang)) }
                @for sentence in answer_of_day(station, date, lang) { p { (sentence) } }
                div.row {
                    a.action href=(format!("/nhat-ky/in?ngay={date}")) { (text(PageText::PrintedPage {})) }
                    @if let Some(previous) = date.checked_sub_days(Days::new(1)) {
                        a.action href=(link(previous)) { (text(PageText::ThePreviousDay {})) }
                    }
                    @if let Some(next) = date.checked_add_days(Days::new(1)) {
                        a.action href=(link(next)) { (text(PageText::TheNextDay {})) }
                    }
                }
            }
            None => p.banner.warning { (text(PageText::BadDay {})) },
        }
    };
    screen(name, Screen::DayLog, None, &content, lang)
}

/// Renders the page of the log book for printing; `None` if the log cannot be read.
pub(super) fn printed_day(station: &Path, date: NaiveDate, lang: Lang) -> Option<String> {
    day_page(station, date).ok().map(|page| document_html(&page_document(&page, lang), lang))
}
