//! A row of the table that `loa collect` prints.
use serde_json::json;

use crate::department::collect::RefusedLog;
use crate::proof::verify::VerifyError;
use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize};

/// A row of the table. It is about one log, or about an enrolled station without a log.
pub(super) struct CollectRow {
    pub(super) station: String,
    pub(super) name: String,
    pub(super) origin: String,
    /// The source in which the log was found; `None` for a row without a source.
    pub(super) location: Option<String>,
    /// The number of entries that this collection added.
    pub(super) new_entries: u64,
    /// The number of entries in the store.
    pub(super) entries: u64,
    /// The times of the first and the last new entry, as written in the log.
    pub(super) new_entries_span: Option<(String, String)>,
    pub(super) state: CollectState,
    pub(super) remarks: Vec<DepartmentText>,
    /// The time of the newest entry, as written in the log.
    pub(super) newest_entry_at: Option<String>,
    /// The path of the evidence against a refused log, relative to the log's folder in the store.
    pub(super) evidence_path: Option<String>,
    /// The time since which the log's key counts as exposed.
    pub(super) exposed_since: Option<String>,
    pub(super) plausibility_json: Option<serde_json::Value>,
    /// The number of the first entry that was read from the source; `None` if none was taken.
    pub(super) read_from: Option<u64>,
    /// The fault of a refused log, or of the first kept file.
    pub(super) fault: Option<VerifyError>,
    /// The bytes of a refused log.
    pub(super) refused: Option<RefusedLog>,
    /// The size and the root of what was collected before a refused log.
    pub(super) known_head: Option<(u64, String)>,
    /// The number of findings in the entries that are not plausible.
    pub(super) finding_count: u64,
    /// The file that the store returned with other bytes.
    pub(super) false_file: Option<String>,
    /// The number of files in the store that were repaired.
    pub(super) files_repaired: u64,
    /// False when someone must look at the row. The exit code is then 1.
    pub(super) is_good: bool,
}

/// The state of a log after a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CollectState {
    /// The log is whole and countersigned.
    Whole,
    /// The log is whole, but its times or contents cannot be true.
    Implausible,
    /// The log is whole, but another log of the station runs at the same time.
    Overlap,
    /// The source holds an older copy of a collected log.
    OldCopy,
    /// No source holds a log of the station.
    NoSourceHasLog,
    /// The log was removed from the registry.
    RemovedFromRegistry,
    /// The log's line in the registry was added or changed, and nobody on this machine has accepted the change.
    NotAccepted,
    /// The log is not enrolled.
    UnknownKey,
    /// The store does not hold the entries that were collected.
    StoreMismatch,
    /// The store is full.
    NoSpace,
    /// Reading or writing failed.
    Failed,
    /// The log has fewer entries than were collected before.
    RolledBack,
    /// The log's entries differ from those that were collected before.
    Fork,
    /// The source has no log that can be collected.
    NoCollectableLog,
    /// The log is not signed with the key of the log that it claims to be.
    NotSigned,
    /// Entries were altered.
    Tampered,
}

impl CollectState {
    /// Returns true if the log's entries are in the store now, so that the summary counts them.
    pub(super) fn counts_as_collected(self) -> bool {
        match self {
            Self::Whole | Self::Implausible | Self::Overlap => true,
            Self::OldCopy
            | Self::NoSourceHasLog
            | Self::RemovedFromRegistry
            | Self::NotAccepted
            | Self::UnknownKey
            | Self::StoreMismatch
            | Self::NoSpace
            | Self::Failed
            | Self::RolledBack
            | Self::Fork
            | Self::NoCollectableLog
            | Self::NotSigned
            | Self::Tampered => false,
        }
    }

    /// Returns the code in the JSON output.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Implausible => "implausible",
            Self::Overlap => "overlap",
            Self::OldCopy => "old-copy",
            Self::NoSourceHasLog => "nothing",
            Self::RemovedFromRegistry => "taken-out",
            Self::NotAccepted => "not-accepted",
            Self::UnknownKey => "unknown-key",
            Self::StoreMismatch => "store-lies",
            Self::NoSpace => "no-space",
            Self::Failed => "failed",
            Self::RolledBack => "rolled-back",
            Self::Fork => "fork",
            Self::NoCollectableLog => "no-log",
            Self::NotSigned => "not-signed",
            Self::Tampered => "tampered",
        }
    }
}

pub(super) fn json_row(row: &CollectRow) -> serde_json::Value {
    let remarks: Vec<String> = row.remarks.iter().map(|text| text.localized(Lang::En).to_string()).collect();
    json!({
        "station": row.station, "name": row.name, "origin": row.origin, "place": row.location,
        "new": row.new_entries, "entries": row.entries,
        "from": row.new_entries_span.as_ref().map(|span| &span.0),
        "until": row.new_entries_span.as_ref().map(|span| &span.1),
        "newest": row.newest_entry_at, "exposed_since": row.exposed_since,
        "state": row.state.code(), "detail": remarks, "evidence": row.evidence_path, "good": row.is_good,
        "plausibility": row.plausibility_json, "read_from": row.read_from,
    })
}
