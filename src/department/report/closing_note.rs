//! What a report says about the closing of its range.
use chrono::NaiveDate;

use super::figures::format_date;
use super::period::DateRange;
use crate::text::closing::ClosingText;
use crate::text::count::Grouped;
use crate::text::{Lang, Localize};

/// The closing of a report's range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClosingNote {
    /// The report is the one that is kept.
    Kept {
        /// The post of who has made it.
        made_by: String,
        /// The post of who has checked it.
        checked_by: String,
    },
    /// The range was closed earlier.
    Closed {
        /// The sentence that says when, and by whom, in the language of the report.
        line: String,
        /// How the numbers of the report compare with the closed ones.
        numbers: ClosedNumbers,
    },
}

/// How the numbers of a report compare with the closed ones of the same range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedNumbers {
    /// They are equal.
    Same,
    /// They differ in this many rows.
    Differ(usize),
    /// The closing is faulty, so they were not compared.
    Faulty,
    /// The report is about one campaign, or has the numbers of another range too, so they cannot be compared.
    NotComparable,
}

impl ClosingNote {
    /// Returns true if somebody must look at it.
    #[must_use]
    pub fn is_alarming(&self) -> bool {
        matches!(self, Self::Closed { numbers: ClosedNumbers::Faulty, .. })
    }

    /// Returns the sentences of a report of this range and this date. `store` is the name of the store.
    #[must_use]
    pub fn lines(&self, range: DateRange, made_on: NaiveDate, store: &str, lang: Lang) -> Vec<String> {
        match self {
            Self::Kept { made_by, checked_by } => {
                let date = format_date(made_on);
                let (made_by, checked_by) = (made_by.clone(), checked_by.clone());
                vec![ClosingText::ClosingLine { date, made_by, checked_by }.to_plain(lang)]
            }
            Self::Closed { line, numbers } => {
                let (store, period) = (store.to_owned(), range.to_string());
                let text = match numbers {
                    ClosedNumbers::Same => ClosingText::SameNumbers {},
                    ClosedNumbers::Differ(rows) => {
                        ClosingText::OtherNumbers { rows: Grouped((*rows).into()), store, period }
                    }
                    ClosedNumbers::Faulty => ClosingText::FaultyClosing { store },
                    ClosedNumbers::NotComparable => ClosingText::NotComparable { store, period },
                };
                vec![line.clone(), text.to_plain(lang)]
            }
        }
    }
}
