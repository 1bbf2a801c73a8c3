//! A log that cannot be continued, and why.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use super::bodies::PredecessorLog;
use super::highwater::HighWaterMark;
use super::words::PredecessorFault;

/// A log that was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DamagedLog {
    /// Folder in `airlog/` that holds it now.
    pub kept_as: String,
    /// Complete entries before the damage.
    pub entries: u64,
    /// Its newest signed head, if it could be read.
    pub head: Option<String>,
    /// Entries that it is known to have had, from its lines, its head and the high-water mark.
    pub size: u64,
    /// Its high-water mark, if this machine has one.
    pub newest: Option<HighWaterMark>,
    /// Reason.
    pub why: DamageReason,
}

/// Why a log cannot be continued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DamageReason {
    /// Entries under the head are missing: an old state of the files, or a disk that lost writes.
    Rewound {
        /// Complete lines.
        lines: u64,
        /// Entries under the head.
        size: u64,
    },
    /// The entries are not those under the head.
    Changed,
    /// The head is missing or not a signed checkpoint.
    NoHead,
    /// The closings do not fit the entries.
    Closings,
    /// The keys are not on this machine: the folder is a copy, or the disk is new.
    NoKeys,
    /// The log is intact, but ends before the high-water mark: an older copy was put back.
    OlderCopy {
        /// Number of entries covered by its head.
        size: u64,
        /// Number of entries covered by the high-water mark.
        newest: u64,
    },
    /// The log is intact, but differs from what this machine has signed: it was continued elsewhere from an older copy.
    Forked {
        /// Number of entries covered by the high-water mark.
        newest: u64,
    },
}

impl DamageReason {
    /// Returns the code recorded in the `follows` field of the next log.
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
    /// Describes a log with this head, of which nothing else is known yet.
    #[must_use]
    pub fn of(head: Option<String>) -> Self {
        Self { kept_as: String::new(), entries: 0, head, size: 0, newest: None, why: DamageReason::NoHead }
    }
}

impl From<DamagedLog> for PredecessorLog {
    fn from(damage: DamagedLog) -> Self {
        let DamagedLog { kept_as, entries, head, size, newest, why } = damage;
        let newest_root = newest.map(|newest| BASE64.encode(newest.root));
        let newest_size = newest.map(|newest| newest.size);
        Self { kept_as, entries, head, why: why.code(), size, newest_root, newest_size }
    }
}
