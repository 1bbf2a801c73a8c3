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

/// Renders the parts of the screen that change. `day` is what the log says about today.
pub(super) fn today_parts(answer: &DaemonAnswer, day: &DayAnswer, lang: Lang) -> Markup {
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
    html! {
        div data-part="gio" {
            @if let Ok(status) = answer { p { (text(PageText::Clock { at: format_instant(&status.at, lang) })) } }
        }
        div data-part="bang" aria-live="polite" { p class=(class) { (first) } }
        div data-part="lenh" { @if let Ok(status) = answer { (order_links(status, lang)) } }
        div data-part="tinh-trang" {
            @if !sentences.is_empty() {
                h2 { (text(PageText::AlsoSaid {})) }
                ul { @for sentence in &sentences { li { (sentence) } } }
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
pub(super) fn today_screen(name: &str, answer: &DaemonAnswer, day: &DayAnswer, lang: Lang) -> String {
    let content = html! {
        p #mat-lien-lac .banner.critical role="alert" hidden { (PageText::PageLost {}.to_plain(lang)) }
        (today_parts(answer, day, lang))
        footer { p { a.action href="/" { (PageText::LookAgain {}.to_plain(lang)) } } }
    };
    screen(name, Screen::Today, &content, lang)
}
