//! What `loa add --format json` prints, and the station's page reads.
use std::io::{self, Write};

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::cli::station::messages::Message;
use crate::schedule::Id;

/// The result of `loa add --format json`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::cli::station) struct AddReport {
    /// The segments that were added, or that would be.
    pub(in crate::cli::station) added: Vec<AddedSegment>,
    /// True if a file was refused that `--anyway` would add.
    pub(in crate::cli::station) anyway_helps: bool,
    /// What was said, in the order in which it was said.
    pub(in crate::cli::station) messages: Vec<Message>,
}

/// A segment that was added, or that would be.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::cli::station) struct AddedSegment {
    /// Its id.
    pub(in crate::cli::station) segment: Id,
    /// Its title.
    pub(in crate::cli::station) title: String,
    /// Its file in `audio/`.
    pub(in crate::cli::station) file: String,
    /// The playlist that defines it.
    pub(in crate::cli::station) playlist: String,
    /// Its length, in milliseconds.
    pub(in crate::cli::station) duration_ms: i64,
    /// The session that plays it.
    pub(in crate::cli::station) session: Option<Id>,
    /// The title of that session.
    pub(in crate::cli::station) session_title: Option<String>,
    /// The first date on which it airs in the session.
    pub(in crate::cli::station) first_date: Option<NaiveDate>,
    /// The starts of the session on that date.
    pub(in crate::cli::station) first_times: Vec<NaiveTime>,
    /// In a preview: what changes in the coming days, in sentences.
    pub(in crate::cli::station) changes: Vec<String>,
    /// In a preview: the session as it will be on the first date, at its first time.
    pub(in crate::cli::station) items: Vec<PreviewItem>,
}

/// An item of a session, as it will be.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::cli::station) struct PreviewItem {
    /// The segment.
    pub(in crate::cli::station) segment: Id,
    /// The planned time of day.
    pub(in crate::cli::station) start: NaiveTime,
    /// The title.
    pub(in crate::cli::station) title: String,
    /// The length, in milliseconds.
    pub(in crate::cli::station) duration_ms: i64,
    /// True for the new item.
    pub(in crate::cli::station) is_new: bool,
}

impl AddReport {
    /// Prints the report as JSON.
    ///
    /// # Errors
    /// If standard output cannot be written.
    pub(super) fn print(&self) -> io::Result<()> {
        writeln!(io::stdout(), "{}", serde_json::to_string_pretty(self)?)
    }
}
