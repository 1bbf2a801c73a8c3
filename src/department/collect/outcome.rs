//! Results of collecting one export.
use std::io;

use crate::logstore::export::ExportSummary;
use crate::proof::verify::VerifyError;

/// The result of collecting one export.
#[derive(Debug)]
pub enum CollectOutcome {
    /// The export was stored and countersigned.
    Taken {
        /// The stored entries and what is known of them.
        exported: Box<ExportSummary>,
        /// Whether the export was unfinished: the log goes on, and the rest is still to come.
        unfinished: bool,
        /// Why the countersignature could not be given back; none when it was.
        return_error: Option<io::Error>,
        /// Whether the recorded head had no signature of the station, and was ignored.
        unsigned_state: bool,
    },
    /// The store did not return the bytes that were written. Nothing was signed or recorded.
    StoreMismatch {
        /// The log's name.
        origin: String,
        /// The file that differs.
        name: String,
    },
    /// The export is a copy of an earlier state of the collected log.
    OlderCopy {
        /// The log's name.
        origin: String,
        /// Entries in the copy.
        size: u64,
    },
    /// Nobody has enrolled the log.
    NotEnrolled {
        /// The log's name.
        origin: String,
    },
    /// The export does not verify, or does not go on from the recorded head.
    Refused {
        /// The log's name; empty when its head cannot be read.
        origin: String,
        /// The fault of the export.
        error: VerifyError,
        /// The folder of the store that keeps both heads, when they contradict each other.
        evidence: Option<String>,
    },
}
