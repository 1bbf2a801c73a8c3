//! The answers in a journal.
use std::collections::BTreeMap;

use super::Journal;
use super::answer::AnswerRecord;
use super::entry::{JournalBody, JournalEntry};
use crate::proof::origin::station_in_origin;

/// An answer with its entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalAnswer {
    /// The number of its entry.
    pub seq: u64,
    /// The time of its entry: RFC 3339 in UTC.
    pub at: String,
    /// The contents.
    pub record: AnswerRecord,
}

/// Returns all answers of a journal, in the order of their entries.
#[must_use]
pub fn all_answers(journal: &Journal) -> Vec<JournalAnswer> {
    let answer = |entry: &JournalEntry| match &entry.body {
        JournalBody::Answer(record) => {
            Some(JournalAnswer { seq: entry.seq, at: entry.at.clone(), record: (**record).clone() })
        }
        _ => None,
    };
    journal.entries().iter().filter_map(answer).collect()
}

/// The newest answer about each airing.
#[derive(Debug, Clone, Default)]
pub struct AiringAnswers {
    answers: BTreeMap<(String, u64), JournalAnswer>,
}

impl AiringAnswers {
    /// Selects the answers of a journal.
    #[must_use]
    pub fn of(journal: &Journal) -> Self {
        let mut answers = BTreeMap::new();
        for answer in all_answers(journal) {
            if let Some(outcome) = answer.record.outcome {
                answers.insert((answer.record.origin.clone(), outcome), answer);
            }
        }
        Self { answers }
    }

    /// Returns true if somebody has answered this note of a station on an airing, or a later one.
    #[must_use]
    pub fn has_answered(&self, station: &str, airing: &str, note: u64) -> bool {
        self.answers.values().any(|JournalAnswer { record, .. }| {
            record.airing == airing && station_in_origin(&record.origin) == Some(station) && record.note >= Some(note)
        })
    }

    /// Returns the answer to the explanation of an airing; `None` if nobody has answered its newest note, which has the
    /// number `note`.
    #[must_use]
    pub fn to_note(&self, origin: &str, outcome: u64, note: u64) -> Option<&JournalAnswer> {
        let answer = self.answers.get(&(origin.to_owned(), outcome))?;
        (answer.record.note >= Some(note)).then_some(answer)
    }
}
