//! A log that cannot be continued, with the reason.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use super::bodies::PredecessorLog;
use super::highwater::HighWaterMark;
use super::words::PredecessorFault;

/// The description of a log that was moved to `damaged/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DamagedLog {
    /// Folder in `airlog/` to which it was moved.
    #[serde(rename = "kept_as")]
    pub set_aside_as: String,
    /// Number of complete entries before the damage.
    pub entries: u64,
    /// Its newest signed head, if it could be read.
    pub head: Option<String>,
    /// Largest number of entries that the lines, the head or the high-water mark prove.
    pub size: u64,
    /// High-water mark of the log, if this machine has one.
    #[serde(rename = "newest")]
    pub high_water: Option<HighWaterMark>,
    /// The reason why the log cannot be continued.
    #[serde(rename = "why")]
    pub reason: DamageReason,
}

/// The reason why a log cannot be continued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DamageReason {
    /// Some of the entries that the head covers are missing: the files are in an old state, or the disk lost writes.
    Rewound {
        /// Number of complete lines.
        lines: u64,
        /// Number of entries under the head.
        size: u64,
    },
    /// The entries do not hash to the root in the head.
    Changed,
    /// The head is missing or not a signed checkpoint.
    NoHead,
    /// The closings do not match the entries.
    Closings,
    /// The keys are not on this machine: the folder is a copy, or the disk is new.
    NoKeys,
    /// The log is intact, but ends before the high-water mark: an older copy was restored.
    OlderCopy {
        /// Number of entries under its head.
        size: u64,
        /// Number of entries under the high-water mark.
        newest: u64,
    },
    /// The log is intact, but differs from what this machine has signed: it was continued elsewhere from an older copy.
    Forked {
        /// Number of entries under the high-water mark.
        newest: u64,
    },
}

impl DamageReason {
    /// Returns the code for the `follows` field of the next log's `genesis` entry.
    #[must_use]
    pub fn code(&self) -> PredecessorFault {
        match self {
            Self::Rewound { .. } => PredecessorFault::Rewound,
            Self::Changed => PredecessorFault::Changed,
            Self::NoHead => PredecessorFault::NoHead,
            Self::Closings => PredecessorFault::Closings,
            Self::NoKeys => PredecessorFault::NoKeys,
            Self::OlderCopy { .. } => PredecessorFault::OlderCopy,
            Self::Forked { .. } => PredecessorFault::Forked,
        }
    }
}

impl DamagedLog {
    /// Creates the description of a log with this head. The caller fills in the other fields.
    #[must_use]
    pub fn of(head: Option<String>) -> Self {
        Self { set_aside_as: String::new(), entries: 0, head, size: 0, high_water: None, reason: DamageReason::NoHead }
    }
}

impl From<DamagedLog> for PredecessorLog {
    fn from(damage: DamagedLog) -> Self {
        let DamagedLog { set_aside_as, entries, head, size, high_water, reason } = damage;
        let newest_root = high_water.map(|mark| BASE64.encode(mark.root));
        let newest_size = high_water.map(|mark| mark.size);
        Self { set_aside_as, entries, signed_head: head, why: reason.code(), size, newest_root, newest_size }
    }
}
