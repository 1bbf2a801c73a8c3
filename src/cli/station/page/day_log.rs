//! The screen "Nhật ký": was it aired on that day? A sentence first, then the page of the log book for printing.
use std::path::Path;

use chrono::{Days, NaiveDate};
use maud::{Markup, html};

use super::frame::{Screen, screen};
use super::note::note_link;
use crate::cli::record::log::{DaySession, SessionState, day_page, day_sentences, day_sessions, page_document};
use crate::cli::table::format_date;
use crate::paper::html::document_html;
use crate::text::page::PageText;
use crate::text::{Lang, Localize};

/// What the log says about a day.
pub(super) struct DayAnswer {
    /// The answer, and warnings.
    pub(super) sentences: Vec<String>,
    /// The sessions, sorted by start.
    pub(super) sessions: Vec<DaySession>,
}

/// Reads what the log says about a day.
pub(super) fn answer_of_day(station: &Path, date: NaiveDate, lang: Lang) -> DayAnswer {
    match day_page(station, date) {
        Ok(page) => DayAnswer { sentences: day_sentences(&page, lang), sessions: day_sessions(&page, lang) },
        Err(_) => DayAnswer { sentences: vec![PageText::LogUnreadable {}.to_plain(lang)], sessions: Vec::new() },
    }
}

/// Returns the one word for a session, and the class of its style.
pub(super) fn session_word(state: SessionState) -> (PageText, &'static str) {
    match state {
        SessionState::Upcoming => (PageText::Upcoming {}, "state"),
        SessionState::OnAir => (PageText::OnAir {}, "state now"),
        SessionState::Complete => (PageText::Complete {}, "state good"),
        SessionState::Partial => (PageText::Partial {}, "state warning"),
        SessionState::Missed => (PageText::Missed {}, "state critical"),
        SessionState::NotHeard => (PageText::NotHeard {}, "state critical"),
        SessionState::AwaitsClock => (PageText::AwaitsClock {}, "state warning"),
        SessionState::Unwritten => (PageText::Unwritten {}, "state warning"),
        SessionState::Withdrawn => (PageText::Withdrawn {}, "state"),
    }
}

/// Renders the head of a session: its time, its title, the number of its items, and its word.
pub(super) fn session_head(session: &DaySession, lang: Lang) -> Markup {
    let (word, class) = session_word(session.state);
    let count = PageText::Items { count: session.items.len().into() };
    html! {
        span.time { (session.time) } " " (session.title) " · " (count.to_plain(lang)) " · "
        strong class=(class) { (word.to_plain(lang)) }
    }
}

fn session_items(session: &DaySession, lang: Lang) -> Markup {
    html! {
        ol.items {
            @for item in &session.items {
                li {
                    span.time { (item.time) } " " (item.title) ": " (item.outcome) " "
                    @if let Some(id) = &item.id {
                        a.action href=(note_link(id, &item.title)) aria-label=(PageText::NoteOn { title: item.title.clone() }.to_plain(lang)) {
                            (PageText::AddNote {}.to_plain(lang))
                        }
                    }
                }
            }
        }
    }
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
                @let answer = answer_of_day(station, date, lang);
                h2 { (format_date(date, lang)) }
                @for sentence in &answer.sentences { p { (sentence) } }
                div.row {
                    a.action href=(format!("/nhat-ky/in?ngay={date}")) { (text(PageText::PrintedPage {})) }
                    @if let Some(previous) = date.checked_sub_days(Days::new(1)) {
                        a.action href=(link(previous)) { (text(PageText::ThePreviousDay {})) }
                    }
                    @if let Some(next) = date.checked_add_days(Days::new(1)) {
                        a.action href=(link(next)) { (text(PageText::TheNextDay {})) }
                    }
                }
                @for (number, session) in answer.sessions.iter().enumerate() {
                    section id=(format!("buoi-{number}")) {
                        h3 { (session_head(session, lang)) }
                        (session_items(session, lang))
                    }
                }
            }
            None => p.banner.warning { (text(PageText::BadDay {})) },
        }
    };
    screen(name, Screen::DayLog, &content, lang)
}

/// Renders the page of the log book for printing; `None` if the log cannot be read.
pub(super) fn printed_day(station: &Path, date: NaiveDate, lang: Lang) -> Option<String> {
    day_page(station, date).ok().map(|page| document_html(&page_document(&page, lang), lang))
}
