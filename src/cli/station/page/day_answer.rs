//! The answer of the log to "was it aired on that day?".
use std::path::Path;

use chrono::NaiveDate;

use crate::cli::record::log::{DaySession, day_page, day_sentences, day_sessions};
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
