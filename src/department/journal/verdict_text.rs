//! The words for an answer.
use super::answer::{AnswerRecord, Decision};
use super::answer_list::JournalAnswer;
use super::sentence::format_day;
use crate::text::answer::AnswerText;
use crate::text::journal::IncidentText;
use crate::text::{Lang, Localize, strip_unprintable};

/// Returns the verdict with its reasons and the post of the person who has decided.
#[must_use]
pub fn verdict_text(record: &AnswerRecord, lang: Lang) -> String {
    let verdict = match record.verdict {
        Decision::Accepted => AnswerText::Accepted {},
        Decision::Refused => AnswerText::Refused {},
        Decision::Settled => AnswerText::Settled {},
        Decision::Upheld => AnswerText::Upheld {},
        Decision::Other => AnswerText::OtherVerdict {},
    };
    let mut text = verdict.to_plain(lang);
    if !record.text.is_empty() {
        let reasons = strip_unprintable(&record.text);
        text = AnswerText::WithReasons { verdict: text, reasons }.to_plain(lang);
    }
    if !record.by.is_empty() {
        text = AnswerText::WithPost { verdict: text, post: strip_unprintable(&record.by) }.to_plain(lang);
    }
    text
}

/// Returns the words for the answer to an incident.
#[must_use]
pub fn incident_answer_text(answer: &JournalAnswer, lang: Lang) -> String {
    let verdict = verdict_text(&answer.record, lang);
    IncidentText::Answered { at: format_day(&answer.at), verdict }.to_plain(lang)
}
