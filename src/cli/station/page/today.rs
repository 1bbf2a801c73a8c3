//! The screen "Hôm nay": one banner with what matters most, then all that `loa status` says, and how the day has gone.
use maud::{Markup, html};

use super::daemon_answer::{DaemonAnswer, worst_severity};
use super::day_log::{DayAnswer, session_head};
use super::frame::{Screen, screen};
use super::orders::order_links;
use crate::cli::station::status::status_sentences;
use crate::cli::station::when::format_instant;
use crate::concern::ConcernSeverity;
use crate::text::page::PageText;
use crate::text::{Lang, Localize};

/// The number of seconds after which the browser asks again.
const RENEWED_AFTER_S: u32 = 10;

/// Renders the screen. `day` is what the log says about today.
pub(super) fn today_screen(name: &str, answer: &DaemonAnswer, day: &DayAnswer, lang: Lang) -> String {
    let text = |text: PageText| text.to_plain(lang);
    let mut sentences: Vec<String> = match answer {
        Ok(status) => status_sentences(status, lang).iter().map(|sentence| sentence.to_plain(lang)).collect(),
        Err(sentence) => vec![sentence.to_plain(lang)],
    };
    let first = if sentences.is_empty() { String::new() } else { sentences.remove(0) };
    let class = match worst_severity(answer) {
        Some(ConcernSeverity::Critical) => "banner critical",
        Some(ConcernSeverity::Warning) => "banner warning",
        Some(ConcernSeverity::Notice) | None => "banner",
    };
    let content: Markup = html! {
        @if let Ok(status) = answer { p { (text(PageText::Clock { at: format_instant(&status.at, lang) })) } }
        p class=(class) role="status" { (first) }
        @if let Ok(status) = answer { (order_links(status, lang)) }
        @if !sentences.is_empty() {
            h2 { (text(PageText::AlsoSaid {})) }
            ul { @for sentence in &sentences { li { (sentence) } } }
        }
        h2 { (text(PageText::TodaysAnswer {})) }
        @for sentence in &day.sentences { p { (sentence) } }
        ul.sessions {
            @for (number, session) in day.sessions.iter().enumerate() {
                li { a href=(format!("/nhat-ky#buoi-{number}")) { (session_head(session, lang)) } }
            }
        }
        footer { p { (text(PageText::Renewed {})) } }
    };
    screen(name, Screen::Today, Some(RENEWED_AFTER_S), &content, lang)
}
