//! The screen "Nhật ký": was it aired on that day? A sentence first, then the page of the log book for printing.
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{Days, NaiveDate};
use maud::{Markup, html};
use serde::Deserialize;

use super::day_answer::answer_of_day;
use super::frame::{Screen, screen};
use super::guard::BOOK_POLICY;
use super::note::note_link;
use super::state::{PageState, SharedState, html as html_body, on_reader};
use crate::cli::record::log::{DaySession, SessionState, day_page, page_document};
use crate::cli::table::format_date;
use crate::cli::today::station_today;
use crate::paper::html::document_html;
use crate::text::page::PageText;
use crate::text::page_month::MonthPageText;
use crate::text::{Lang, Localize};

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<PageState>> {
    Router::new().route("/nhat-ky", get(show)).route("/nhat-ky/in", get(show_to_print))
}

/// The day in the address of a screen, as a date field sends it.
#[derive(Debug, Deserialize)]
struct AskedDay {
    ngay: Option<String>,
}

impl AskedDay {
    /// Returns the date; today without one, and `None` for a text that is no date.
    fn date(&self, state: &PageState) -> Option<NaiveDate> {
        match self.ngay.as_deref() {
            None | Some("") => Some(station_today(&state.station)),
            Some(text) => text.parse().ok(),
        }
    }
}

/// Shows the log of a day.
async fn show(State(state): SharedState, Query(asked): Query<AskedDay>) -> Response {
    on_reader(move || {
        let date = asked.date(&state);
        let status = if date.is_some() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
        (status, html_body(day_log_screen(&state.name(), &state.station, date, state.lang))).into_response()
    })
    .await
}

/// Shows the page of the log book.
async fn show_to_print(State(state): SharedState, Query(asked): Query<AskedDay>) -> Response {
    on_reader(move || {
        let Some(date) = asked.date(&state) else {
            return state.message(StatusCode::BAD_REQUEST, &PageText::BadDay {});
        };
        match printed_day(&state.station, date, state.lang) {
            Some(page) => ([(header::CONTENT_SECURITY_POLICY, BOOK_POLICY)], html_body(page)).into_response(),
            None => state.message(StatusCode::SERVICE_UNAVAILABLE, &PageText::LogUnreadable {}),
        }
    })
    .await
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
fn day_log_screen(name: &str, station: &Path, date: Option<NaiveDate>, lang: Lang) -> String {
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
                    a.action href=(format!("/nhat-ky/thang?thang={}", date.format("%Y-%m"))) {
                        (MonthPageText::WholeMonth {}.to_plain(lang))
                    }
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
fn printed_day(station: &Path, date: NaiveDate, lang: Lang) -> Option<String> {
    day_page(station, date).ok().map(|page| document_html(&page_document(&page, lang), lang))
}
