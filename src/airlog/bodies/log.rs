//! Bodies about the log itself.
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::airlog::words::{GapCause, LostFileKind, PredecessorFault};
use crate::schedule::Id;

/// `genesis`: the first entry of a log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GenesisEntry {
    /// Name of the log; begins with `rehearsal/` in a rehearsal.
    pub origin: String,
    /// Verifier key of the log.
    pub key: String,
    /// Verifier key of the first epoch.
    pub epoch_key: String,
    /// Station id.
    pub station: Id,
    /// Name of the station.
    pub name: String,
    /// Agency that runs the station.
    pub agency: String,
    /// Time zone.
    pub timezone: String,
    /// Program and version.
    pub program: String,
    /// The previous log, if it could not be continued.
    pub follows: Option<PredecessorLog>,
}

/// The previous log, which a new one replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PredecessorLog {
    /// Folder in `airlog/` in which it was set aside.
    pub kept_as: String,
    /// Complete entries before the damage.
    pub entries: u64,
    /// Its newest signed head, if it had one.
    pub head: Option<String>,
    /// Why it was not continued: `rewound`, `changed`, `no-head`, `closings`, `no-keys`, `older-copy` or `forked`.
    #[serde(default)]
    pub why: PredecessorFault,
    /// Entries that it is known to have had, from its lines, its head and the high-water mark.
    #[serde(default)]
    pub size: u64,
    /// Root of the high-water mark, base64; none without a mark.
    pub newest_root: Option<String>,
    /// Entries under that root.
    pub newest_size: Option<u64>,
}

/// `epoch`: the last entry of an epoch announces the next key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochEntry {
    /// Number of the epoch that begins with the next entry.
    pub epoch: u64,
    /// Its verifier key.
    pub epoch_key: String,
}

/// `anchor` and `cosigned`: notes that the department has signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignedNoteEntry {
    /// The complete signed note.
    pub note: String,
}

/// `gap`: the disk refused entries for a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GapEntry {
    /// `disk-full`, `read-only`, `sync-failed`, `write-failed`, `too-long`.
    pub cause: GapCause,
    /// When the first write failed.
    pub since: DateTime<FixedOffset>,
    /// Entries that were written late.
    pub waited: u64,
    /// Entries that were dropped.
    pub lost: u64,
    /// Error of the system, in English.
    pub detail: String,
}

/// `lost`: neither copy of a kept file is left. The airings of a lost plan stay owed, and unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostFileEntry {
    /// `plan` or `schedule`.
    pub what: LostFileKind,
    /// Date of a lost plan.
    pub date: Option<NaiveDate>,
    /// Planned airings of a lost plan, as in its `plan` entry.
    pub count: u64,
    /// Rows of a lost plan, as in its `plan` entry.
    pub rows: u64,
    /// Rows of a lost plan that have no outcome yet.
    pub lacking: u64,
    /// SHA-256 of the file; for a schedule, of its first lost file.
    pub sha256: String,
}
