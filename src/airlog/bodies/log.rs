//! The bodies of entries about the log itself.
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::airlog::words::{GapCause, LostFileKind, PredecessorFault};
use crate::schedule::Id;

/// `genesis`: the first entry of a log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GenesisEntry {
    /// Origin, which is the name of the log. It begins with `rehearsal/` in a rehearsal.
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
    /// Name of the station's time zone.
    pub timezone: String,
    /// Name and version of the program.
    pub program: String,
    /// The previous log, if it could not be continued.
    pub follows: Option<PredecessorLog>,
}

/// The previous log, which a new one replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PredecessorLog {
    /// Folder in `airlog/` to which it was moved.
    #[serde(rename = "kept_as")]
    pub set_aside_as: String,
    /// Number of complete entries before the damage.
    pub entries: u64,
    /// Its newest signed head, if it had one.
    #[serde(rename = "head")]
    pub signed_head: Option<String>,
    /// Reason why it was not continued: `rewound`, `changed`, `no-head`, `closings`, `no-keys`, `older-copy` or
    /// `forked`.
    #[serde(default)]
    pub why: PredecessorFault,
    /// Largest number of entries that the lines, the head or the high-water mark prove.
    #[serde(default)]
    pub size: u64,
    /// Root of the high-water mark, in base64; `None` if there was no mark.
    pub newest_root: Option<String>,
    /// Number of entries under that root.
    pub newest_size: Option<u64>,
}

/// `epoch`: the last entry of an epoch, which announces the next key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochEntry {
    /// Number of the epoch that begins with the next entry.
    pub epoch: u64,
    /// Verifier key of that epoch.
    pub epoch_key: String,
}

/// `anchor` and `cosigned`: a note that the department signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignedNoteEntry {
    /// The complete signed note.
    pub note: String,
}

/// `gap`: the disk refused entries for some time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GapEntry {
    /// Cause of the gap: `disk-full`, `read-only`, `sync-failed`, `write-failed` or `too-long`.
    pub cause: GapCause,
    /// Time of the first failed write.
    pub since: DateTime<FixedOffset>,
    /// Number of entries that were written late.
    pub waited: u64,
    /// Number of entries that were dropped.
    pub lost: u64,
    /// Error message from the system, in English.
    pub detail: String,
}

/// `lost`: both copies of a kept file are lost. The airings of a lost plan remain without an outcome, and count as
/// unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostFileEntry {
    /// Kind of the file: `plan` or `schedule`.
    pub what: LostFileKind,
    /// Date of a lost plan; `None` for a schedule.
    pub date: Option<NaiveDate>,
    /// Number of planned airings of a lost plan, as in its `plan` entry.
    pub count: u64,
    /// Number of rows of a lost plan, as in its `plan` entry.
    pub rows: u64,
    /// Number of rows without an outcome in a lost plan.
    pub lacking: u64,
    /// SHA-256 of the file; for a schedule, of its first lost file.
    pub sha256: String,
}
