//! One row of the table of a collection.
use serde_json::json;

use crate::text::department::DepartmentText;
use crate::text::{Lang, Localize};

/// One row of the table.
pub(super) struct CollectRow {
    pub(super) station: String,
    pub(super) name: String,
    pub(super) origin: String,
    pub(super) place: Option<String>,
    pub(super) new: u64,
    pub(super) entries: u64,
    pub(super) span: Option<(String, String)>,
    pub(super) state: CollectState,
    pub(super) remarks: Vec<DepartmentText>,
    pub(super) newest: Option<String>,
    pub(super) evidence: Option<String>,
    pub(super) exposed: Option<String>,
    pub(super) plausibility_json: Option<serde_json::Value>,
    pub(super) good: bool,
}

/// The state of a log after a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CollectState {
    /// Whole, and countersigned.
    Whole,
    /// Whole, but its times or contents cannot be true.
    Implausible,
    /// An older copy of what was collected before.
    OldCopy,
    /// No source holds a log of the station.
    Nothing,
    /// A log that was removed from the registry.
    TakenOut,
    /// A log whose entry in the registry nobody on this machine has accepted.
    NotAccepted,
    /// A log that is not enrolled.
    UnknownKey,
    /// The store does not hold what was collected.
    StoreLies,
    /// The store is full.
    NoSpace,
    /// Reading or writing failed.
    Failed,
    /// Fewer entries than were collected before.
    RolledBack,
    /// Other entries than were collected before.
    Fork,
    /// No log that can be collected.
    NoLog,
    /// Not signed with the key of the log it claims to be.
    NotSigned,
    /// Entries were altered.
    Tampered,
}

impl CollectState {
    /// Returns the code in the JSON output.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Implausible => "implausible",
            Self::OldCopy => "old-copy",
            Self::Nothing => "nothing",
            Self::TakenOut => "taken-out",
            Self::NotAccepted => "not-accepted",
            Self::UnknownKey => "unknown-key",
            Self::StoreLies => "store-lies",
            Self::NoSpace => "no-space",
            Self::Failed => "failed",
            Self::RolledBack => "rolled-back",
            Self::Fork => "fork",
            Self::NoLog => "no-log",
            Self::NotSigned => "not-signed",
            Self::Tampered => "tampered",
        }
    }
}

pub(super) fn json_row(row: &CollectRow) -> serde_json::Value {
    let says: Vec<String> = row.remarks.iter().map(|text| text.localized(Lang::En).to_string()).collect();
    json!({
        "station": row.station, "name": row.name, "origin": row.origin, "place": row.place,
        "new": row.new, "entries": row.entries,
        "from": row.span.as_ref().map(|span| &span.0), "until": row.span.as_ref().map(|span| &span.1),
        "newest": row.newest, "exposed_since": row.exposed,
        "state": row.state.code(), "detail": says, "evidence": row.evidence, "good": row.good,
        "plausibility": row.plausibility_json,
    })
}
