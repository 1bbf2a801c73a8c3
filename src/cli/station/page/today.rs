//! The screen "Hôm nay": one banner with what matters most, then all that `loa status` says, and how the day has gone.
use maud::{Markup, html};

use super::day_log::{DayAnswer, session_head};
use super::frame::{Screen, screen};
use crate::cli::station::status::status_sentences;
use crate::cli::station::when::format_instant;
use crate::concern::ConcernSeverity;
use crate::playout::control::ControlError;
use crate::playout::engine::StationStatus;
use crate::text::page::PageText;
use crate::text::{Lang, Localize};

/// The number of seconds after which the browser asks again.
const RENEWED_AFTER_S: u32 = 10;

/// The answer of the daemon, or why there is none.
pub(super) type DaemonAnswer = Result<Box<StationStatus>, PageText>;

/// Returns the sentence about a daemon that does not answer.
pub(super) fn no_answer_text(error: &ControlError) -> PageText {
    match error {
        ControlError::NotRunning => PageText::NotRunning {},
        ControlError::NotAllowed { user } => PageText::OtherUser { user: user.clone() },
        ControlError::Unreachable | ControlError::NoAnswer(_) => PageText::NoContact {},
    }
}

/// Returns the worst severity of what is wrong; `None` if all is well, or there are only notices.
pub(super) fn worst_severity(answer: &DaemonAnswer) -> Option<ConcernSeverity> {
    match answer {
        Ok(status) => {
            let mut severities = status.concerns.iter().map(|concern| concern.severity);
            let is_critical = severities.clone().any(|severity| severity == ConcernSeverity::Critical);
            let has_warning = severities.any(|severity| severity == ConcernSeverity::Warning);
            match (is_critical, has_warning) {
                (true, _) => Some(ConcernSeverity::Critical),
                (false, true) => Some(ConcernSeverity::Warning),
                (false, false) => None,
            }
        }
        Err(_) => Some(ConcernSeverity::Critical),
    }
}

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
