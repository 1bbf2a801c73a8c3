//! The result of collecting one export.
use std::io;

use crate::logstore::export::ExportSummary;
use crate::proof::verify::VerifyError;

/// The result of collecting one export.
#[derive(Debug)]
pub enum CollectOutcome {
    /// The export was stored and countersigned.
    Collected {
        /// The result of verifying and storing the export.
        summary: Box<ExportSummary>,
        /// True when the export is unfinished: it has closings newer than its head, so a later copy will have more
        /// entries.
        is_unfinished: bool,
        /// The number of the first entry that was read from the source. Those before it were collected earlier.
        read_from: u64,
        /// The error that occurred when the countersignature was returned to the source; `None` if there was none.
        return_error: Option<io::Error>,
        /// True when the recorded head was ignored because it lacked the station's signature.
        ignored_unsigned_head: bool,
    },
    /// The bytes read back from the store differ from those that were written. Nothing was signed or recorded.
    StoreMismatch {
        /// The origin of the log.
        origin: String,
        /// The name of the file that differs.
        name: String,
    },
    /// The export is a copy of an earlier state of the collected log.
    OlderCopy {
        /// The origin of the log.
        origin: String,
        /// The number of entries in the copy.
        size: u64,
    },
    /// The log is not enrolled.
    NotEnrolled {
        /// The origin of the log.
        origin: String,
    },
    /// The export does not verify, or does not extend the recorded head.
    Refused {
        /// The origin of the log; empty if its head cannot be read.
        origin: String,
        /// The fault of the export.
        error: VerifyError,
        /// The folder in the store with both heads, if they contradict each other.
        evidence: Option<String>,
    },
}

impl CollectOutcome {
    /// Sets the number of the first entry that was read, if the export was stored.
    #[must_use]
    pub(super) fn with_read_from(mut self, first_entry: u64) -> Self {
        if let Self::Collected { read_from, .. } = &mut self {
            *read_from = first_entry;
        }
        self
    }
}
