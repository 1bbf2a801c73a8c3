//! A log that cannot be gone on with, and why.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};

use super::bodies::PredecessorLog;
use super::highwater::HighWaterMark;
use super::words::PredecessorFault;

/// A log that was set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DamagedLog {
    /// Where it is now, in `airlog/`.
    pub kept_as: String,
    /// Whole entries before the damage.
    pub entries: u64,
    /// Its newest signed head, as far as it could be read.
    pub head: Option<String>,
    /// Entries that it is known to have had: by its lines, its head, and what this machine remembers.
    pub size: u64,
    /// The newest head that this machine remembers of it.
    pub newest: Option<HighWaterMark>,
    /// What is wrong.
    pub why: DamageReason,
}

/// Why a log cannot be gone on with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DamageReason {
    /// Entries are lacking that the head covers: an old state of the files, or a disk that forgot.
    Rewound {
        /// Whole lines.
        lines: u64,
        /// Entries by the head.
        size: u64,
    },
    /// Entries are not those that the head covers.
    Changed,
    /// The head is lacking or is none.
    NoHead,
    /// The closings do not fit the entries.
    Closings,
    /// Its keys are not on this machine: a copy, or a new disk.
    NoKeys,
    /// It is whole, and ends before the newest head that this machine has signed: an older copy was put back.
    OlderCopy {
        /// Entries by its head.
        size: u64,
        /// Entries by the newest head.
        newest: u64,
    },
    /// It is whole, and is not what this machine has signed: it went on elsewhere from an older copy.
    Forked {
        /// Entries by the newest head that this machine remembers.
        newest: u64,
    },
}

impl DamageReason {
    /// The code for it, in `follows`.
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
    /// Of a log with this head.
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
