//! Results of collecting one export.
use std::io;

use crate::logstore::export::ExportSummary;
use crate::proof::verify::VerifyError;

/// What came of one export.
#[derive(Debug)]
pub enum CollectOutcome {
    /// It was taken and countersigned.
    Taken {
        /// What was taken.
        exported: Box<ExportSummary>,
        /// Whether the export had not been finished: the log goes on, and the rest has not come yet.
        unfinished: bool,
        /// Why the countersignature could not be given back, if it could not.
        return_error: Option<io::Error>,
        /// Whether what was remembered of the log bore no signature of the station, and was put aside.
        unsigned_state: bool,
    },
    /// The store does not give back what was put there: nothing was signed, and nothing remembered.
    StoreMismatch {
        /// The log's name.
        origin: String,
        /// The file that is another one.
        name: String,
    },
    /// A copy of what was collected earlier, which has gone on since.
    OlderCopy {
        /// Its name.
        origin: String,
        /// Entries in the copy.
        size: u64,
    },
    /// No person has enrolled this log.
    NotEnrolled {
        /// Its name.
        origin: String,
    },
    /// It is not whole, or does not go on from what was taken before.
    Refused {
        /// Its name, as far as it says one.
        origin: String,
        /// Why.
        error: VerifyError,
        /// Where in the store both heads are kept, when they contradict each other.
        evidence: Option<String>,
    },
}
