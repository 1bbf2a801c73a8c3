//! Closing a period: its numbers stay as they were reported, however many logs, answers and corrections come later.
//!
//! A closing is a folder of the store with the inputs (the heads of the logs as they were counted, the registry, the
//! targets, the stated rows) and the results (the CSV of every table, the documents), and an entry of the department's
//! journal with the hash of each file. [`manifest`] is the list of the inputs, [`kept`] reads a closing and finds its
//! faults. [`compare`] finds what differs between the closed tables and those of now, [`cause`] says why, and
//! [`addendum`] puts both into words; [`document`] makes a document of them.
pub mod addendum;
pub mod cause;
pub mod compare;
pub mod document;
pub mod fault;
pub mod kept;
pub mod manifest;
pub mod since;
#[cfg(test)]
mod tests;

use crate::department::journal::Journal;
use crate::department::journal::entry::JournalBody;
use crate::department::journal::period_closing::{Addendum, PeriodClosing};
use crate::department::report::period::DateRange;

/// The folder of all closings in a store.
pub const CLOSINGS_FOLDER: &str = "closings";
/// The folder, in [`CLOSINGS_FOLDER`], of files that no entry of the journal names.
pub const SET_ASIDE_FOLDER: &str = "set-aside";

/// The program that counts, with its version.
pub const PROGRAM: &str = concat!("loa ", env!("CARGO_PKG_VERSION"));

/// A closing that the journal records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedClosing {
    /// The number of its entry.
    pub seq: u64,
    /// The time of its entry: RFC 3339 in UTC.
    pub at: String,
    /// The dates.
    pub range: DateRange,
    /// The contents of its entry.
    pub closing: PeriodClosing,
    /// Its addenda, each with the time of its entry.
    pub addenda: Vec<(String, Addendum)>,
    /// The numbers of later entries that close the same dates. There must not be any.
    pub repeated_by: Vec<u64>,
}

impl RecordedClosing {
    /// Returns the folder of the closing, below the store.
    #[must_use]
    pub fn folder(&self) -> String {
        folder_of(self.range)
    }
}

/// Returns the folder of a closing of these dates, below the store.
#[must_use]
pub fn folder_of(range: DateRange) -> String {
    format!("{CLOSINGS_FOLDER}/{range}")
}

/// Returns the name of the folder of an addendum, in the folder of its closing.
#[must_use]
pub fn addendum_folder(number: u64) -> String {
    format!("addendum-{number}")
}

/// Returns the closings of a journal, in the order of their entries. Of several entries about the same dates, the first
/// one counts.
#[must_use]
pub fn recorded_closings(journal: &Journal) -> Vec<RecordedClosing> {
    let mut closings: Vec<RecordedClosing> = Vec::new();
    for entry in journal.entries() {
        match &entry.body {
            JournalBody::PeriodClosing(closing) => {
                let (Ok(from), Ok(until)) = (closing.from.parse(), closing.until.parse()) else { continue };
                let range = DateRange { from, until };
                match closings.iter_mut().find(|closing| closing.range == range) {
                    Some(first) => first.repeated_by.push(entry.seq),
                    None => closings.push(RecordedClosing {
                        seq: entry.seq,
                        at: entry.at.clone(),
                        range,
                        closing: (**closing).clone(),
                        addenda: Vec::new(),
                        repeated_by: Vec::new(),
                    }),
                }
            }
            JournalBody::Addendum(addendum) => {
                if let Some(closing) = closings.iter_mut().find(|closing| closing.seq == addendum.closing) {
                    closing.addenda.push((entry.at.clone(), (**addendum).clone()));
                }
            }
            _ => {}
        }
    }
    closings
}
