//! Bodies about the log itself.
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::airlog::words::{GapCause, LostFileKind, PredecessorFault};
use crate::schedule::Id;

/// `genesis`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GenesisEntry {
    /// What this log is; begins with `rehearsal/` when no sound was meant.
    pub origin: String,
    /// Its verifier key.
    pub key: String,
    /// The verifier key of its first epoch.
    pub epoch_key: String,
    /// Station id.
    pub station: Id,
    /// Station's name.
    pub name: String,
    /// Its agency.
    pub agency: String,
    /// Its zone.
    pub timezone: String,
    /// Program and version.
    pub program: String,
    /// The log before it, if that could not be gone on with.
    pub follows: Option<PredecessorLog>,
}

/// The log that a new one takes the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PredecessorLog {
    /// Where it is, in `airlog/`.
    pub kept_as: String,
    /// Its whole entries before the damage.
    pub entries: u64,
    /// Its newest signed head, if one was there.
    pub head: Option<String>,
    /// Why it was not gone on with: `rewound`, `changed`, `no-head`, `closings`, `no-keys`, `older-copy`, `forked`.
    #[serde(default)]
    pub why: PredecessorFault,
    /// Entries that it is known to have had, by its lines, its head, and what this machine remembers.
    #[serde(default)]
    pub size: u64,
    /// The root over `newest_size` entries that this machine remembers to have signed, base64; none when it remembers
    /// nothing of it.
    pub newest_root: Option<String>,
    /// How many those were.
    pub newest_size: Option<u64>,
}

/// `epoch`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochEntry {
    /// The epoch that begins with the next entry.
    pub epoch: u64,
    /// Its verifier key.
    pub epoch_key: String,
}

/// `anchor`, `cosigned`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignedNoteEntry {
    /// The signed note, whole.
    pub note: String,
}

/// `gap`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GapEntry {
    /// `disk-full`, `read-only`, `sync-failed`, `write-failed`, `too-long`.
    pub cause: GapCause,
    /// Since when entries could not be written.
    pub since: DateTime<FixedOffset>,
    /// Entries that waited and were written late.
    pub waited: u64,
    /// Entries that were lost.
    pub lost: u64,
    /// What the system said; English.
    pub detail: String,
}

/// `lost`: neither copy of a kept file is left. What a plan named of which nothing else is known is owed, and unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostFileEntry {
    /// `plan` or `schedule`.
    pub what: LostFileKind,
    /// Of a plan: its date.
    pub date: Option<NaiveDate>,
    /// Of a plan: planned airings, as its entry said.
    pub count: u64,
    /// Of a plan: rows, as its entry said.
    pub rows: u64,
    /// Of a plan: rows that have no end in the log so far.
    pub lacking: u64,
    /// SHA-256 of the file; of a schedule, of the first of its files that is lost.
    pub sha256: String,
}
