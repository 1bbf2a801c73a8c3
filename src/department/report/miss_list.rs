//! The airings that were not aired completely, with the station's note and the department's answer.
use std::cmp::Reverse;

use chrono::NaiveDate;

use super::fact::FactState;
use crate::department::journal::answer_list::JournalAnswer;

/// A planned airing with an outcome that was not aired completely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// The id of the station.
    pub station: String,
    /// The name of the station.
    pub name: String,
    /// The origin of the log with its outcome.
    pub origin: String,
    /// The number of the outcome in its log.
    pub outcome: u64,
    /// The id of the airing.
    pub airing: String,
    /// The date in the id.
    pub date: NaiveDate,
    /// The planned start, RFC 3339; the date if the outcome does not say.
    pub planned_at: String,
    /// The segment's id.
    pub segment: String,
    /// The segment's title.
    pub title: String,
    /// The campaign; empty for none.
    pub campaign: String,
    /// The number of the topic.
    pub topic: Option<u16>,
    /// The language code.
    pub language: String,
    /// The state of the airing.
    pub state: FactState,
    /// The planned length, in milliseconds.
    pub planned_ms: i64,
    /// The length on air, in milliseconds.
    pub played_ms: i64,
    /// The newest note of the station; `None` if it has said nothing.
    pub note: Option<String>,
    /// The department's answer to that note.
    pub answer: Option<JournalAnswer>,
}

/// Orders the misses: first those with a note that waits for an answer, then those without a note, then those that are
/// answered; the newest first.
pub fn sort_misses(misses: &mut [Miss]) {
    misses.sort_by_cached_key(|miss| {
        let rank = match (&miss.note, &miss.answer) {
            (Some(_), None) => 0,
            (None, _) => 1,
            (Some(_), Some(_)) => 2,
        };
        let time = (Reverse(miss.date), Reverse(miss.planned_at.clone()));
        (rank, time, miss.station.clone(), miss.origin.clone(), miss.outcome)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::department::journal::answer::{AnswerRecord, Decision};

    fn miss(outcome: u64, day: &str, note: Option<&str>, is_answered: bool) -> Miss {
        let record = AnswerRecord {
            origin: String::new(),
            airing: String::new(),
            outcome: Some(outcome),
            note: Some(9),
            incident: None,
            verdict: Decision::Accepted,
            text: String::new(),
            by: String::new(),
        };
        Miss {
            station: "xa-1".to_owned(),
            name: String::new(),
            origin: String::new(),
            outcome,
            airing: String::new(),
            date: day.parse().expect("parse the date"),
            planned_at: format!("{day}T05:15:00+07:00"),
            segment: String::new(),
            title: String::new(),
            campaign: String::new(),
            topic: None,
            language: String::new(),
            state: FactState::Missed(None),
            planned_ms: 0,
            played_ms: 0,
            note: note.map(str::to_owned),
            answer: is_answered.then(|| JournalAnswer { seq: 1, at: String::new(), record }),
        }
    }

    #[test]
    fn a_note_that_waits_for_an_answer_comes_first() {
        let mut misses = vec![
            miss(1, "2023-03-22", Some("Mất điện"), true),
            miss(2, "2023-03-20", None, false),
            miss(3, "2023-03-21", None, false),
            miss(4, "2023-03-01", Some("Mất điện"), false),
        ];
        sort_misses(&mut misses);
        assert_eq!(misses.iter().map(|miss| miss.outcome).collect::<Vec<_>>(), [4, 3, 2, 1]);
    }
}
