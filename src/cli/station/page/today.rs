//! The screen "Hôm nay": one banner with what matters most, then all that `loa status` says, and how the day has gone.
use std::sync::Arc;

use axum::Router;
use axum::extract::{Extension, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};

use super::access::PageDevice;
use super::condition::shown_condition;
use super::consent::waiting_sentences;
use super::daemon_answer::DaemonAnswer;
use super::day_answer::DayAnswer;
use super::day_log::session_head;
use super::frame::{Screen, screen};
use super::orders::order_links;
use super::state::{PageState, SharedState, html as html_body, on_reader};
use crate::cli::station::when::format_instant;
use crate::text::page::PageText;
use crate::text::page_phone::PhonePageText;
use crate::text::{Lang, Localize};

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<PageState>> {
    Router::new().route("/", get(show)).route("/hom-nay", get(show_parts))
}

/// Shows the screen.
async fn show(State(state): SharedState, Extension(device): Extension<PageDevice>) -> Response {
    on_reader(move || {
        html_body(today_screen(
            &state.name(),
            &state.ask_daemon(),
            &state.day_so_far(),
            &wishes(&state, &device),
            state.lang,
        ))
        .into_response()
    })
    .await
}

/// Returns what telephones ask for, if this browser can answer.
fn wishes(state: &PageState, device: &PageDevice) -> Vec<String> {
    if *device == PageDevice::Station { waiting_sentences(state) } else { Vec::new() }
}

/// Answers the script, which puts the parts into the screen.
async fn show_parts(State(state): SharedState, Extension(device): Extension<PageDevice>) -> Response {
    on_reader(move || {
        html_body(
            today_parts(&state.ask_daemon(), &state.day_so_far(), &wishes(&state, &device), state.lang).into_string(),
        )
        .into_response()
    })
    .await
}

/// Renders the parts of the screen that change. `day` is what the log says about today.
fn today_parts(answer: &DaemonAnswer, day: &DayAnswer, wishes: &[String], lang: Lang) -> Markup {
    let text = |text: PageText| text.to_plain(lang);
    let shown = shown_condition(answer, lang);
    html! {
        div data-part="gio" {
            @if let Ok(status) = answer { p { (text(PageText::Clock { at: format_instant(&status.at, lang) })) } }
        }
        div data-part="xin" aria-live="polite" {
            @if !wishes.is_empty() {
                @for wish in wishes { p.banner.warning { (wish) } }
                div.row { a.action.urgent href="/xin-phep" { (PhonePageText::Answer {}.to_plain(lang)) } }
            }
        }
        div data-part="bang" aria-live="polite" { p class=(shown.class) { (shown.banner) } }
        div data-part="lenh" {
            @if let Ok(status) = answer { (order_links(status, lang)) }
            @if !shown.ways.is_empty() {
                div.row { @for (path, label) in &shown.ways { a.action href=(path) { (text(label.clone())) } } }
            }
        }
        div data-part="tinh-trang" {
            @if !shown.others.is_empty() {
                h2 { (text(PageText::AlsoSaid {})) }
                ul { @for sentence in &shown.others { li { (sentence) } } }
            }
        }
        div data-part="ngay" {
            h2 { (text(PageText::TodaysAnswer {})) }
            @for sentence in &day.sentences { p { (sentence) } }
            ul.sessions {
                @for (number, session) in day.sessions.iter().enumerate() {
                    li { a href=(format!("/nhat-ky#buoi-{number}")) { (session_head(session, lang)) } }
                }
            }
        }
    }
}

/// Renders the screen.
fn today_screen(name: &str, answer: &DaemonAnswer, day: &DayAnswer, wishes: &[String], lang: Lang) -> String {
    let content = html! {
        p #mat-lien-lac .banner.critical role="alert" hidden { (PageText::PageLost {}.to_plain(lang)) }
        (today_parts(answer, day, wishes, lang))
        footer { p { a.action href="/" { (PageText::LookAgain {}.to_plain(lang)) } } }
    };
    screen(name, Screen::Today, &content, lang)
}
