//! `closing.json`: what the numbers of a closed period were counted from.
use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::base::hash::hex;
use crate::department::index::closed_logs::ClosedLog;
use crate::department::index::kept_topics::LoggedCampaign;
use crate::department::report::LogEvidence;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::Note;

/// The name of the file.
pub const MANIFEST_FILE: &str = "closing.json";
/// The name of the file with the registry.
pub const REGISTRY_COPY: &str = "registry.toml";
/// The name of the file with the targets; absent if there were none.
pub const TARGETS_COPY: &str = "targets.toml";
/// The name of the file with the stated rows; absent if there were none in the period.
pub const STATED_COPY: &str = "stated.jsonl";
/// The format of the file.
const FORMAT: &str = "loa/closing/v1";

/// The contents of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosingManifest {
    /// `loa/closing/v1`.
    pub format: String,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub until: NaiveDate,
    /// The name of the administrative period by which the table by period splits the dates.
    pub period: String,
    /// The date of the report.
    pub closed_on: NaiveDate,
    /// The time of the machine's clock in microseconds since 1970; `None` if it was not synchronised.
    pub clock_us: Option<i64>,
    /// The language of the documents.
    pub language: String,
    /// The program that has counted, with its version.
    pub program: String,
    /// The post of who has made the report.
    pub made_by: String,
    /// The post of who has checked it.
    pub checked_by: String,
    /// The number of entries that the journal had.
    pub journal_entries: u64,
    /// The names of the tables, as `loa report --by` takes them. Each is a file with the extension `csv`.
    pub tables: Vec<String>,
    /// The logs.
    pub logs: Vec<CountedLog>,
    /// The titles of campaigns and topics; `None` in closings of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaigns: Option<Vec<LoggedCampaign>>,
}

/// A log as it was counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedLog {
    /// The id of its station.
    pub station: String,
    /// The name of the log.
    pub origin: String,
    /// The number of entries.
    pub entries: u64,
    /// The root of the tree over them, in hex.
    pub root: String,
    /// The signed head.
    pub head: String,
    /// The hashes of the plans whose kept files were missing.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub missing_plans: BTreeSet<String>,
}

impl CountedLog {
    /// Describes a counted log; `None` for a log that is not counted.
    #[must_use]
    pub fn new(evidence: &LogEvidence, missing_plans: &BTreeMap<String, BTreeSet<String>>) -> Option<Self> {
        let head = Checkpoint::parse(&Note::parse(evidence.head.as_bytes())?.text)?;
        evidence.fault.is_none().then(|| Self {
            station: evidence.station.clone(),
            origin: evidence.origin.clone(),
            entries: head.size,
            root: hex(&head.root),
            head: evidence.head.clone(),
            missing_plans: missing_plans.get(&evidence.origin).cloned().unwrap_or_default(),
        })
    }
}

impl ClosingManifest {
    /// The format that this version writes.
    #[must_use]
    pub fn current_format() -> String {
        FORMAT.to_owned()
    }

    /// Parses the file; `None` if it is not one of this format.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok().filter(|manifest: &Self| manifest.format == FORMAT)
    }

    /// Returns the bytes of the file.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // The type has no map with keys that are no strings, so this cannot fail.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Returns the logs with their closed heads, by origin.
    #[must_use]
    pub fn closed_logs(&self) -> BTreeMap<String, ClosedLog> {
        let closed = |log: &CountedLog| {
            let head = Note::parse(log.head.as_bytes())?;
            Some((log.origin.clone(), ClosedLog { head, absent_plans: log.missing_plans.clone() }))
        };
        self.logs.iter().filter_map(closed).collect()
    }
}

/// A file of stated rows, as it was added to the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedCopy {
    /// The name of the file below the store.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Returns the files of stated rows as one file: a line of JSON for each.
#[must_use]
pub fn stated_to_bytes(files: &[StatedCopy]) -> Vec<u8> {
    files.iter().flat_map(|file| [serde_json::to_vec(file).unwrap_or_default(), b"\n".to_vec()].concat()).collect()
}

/// Parses the files of stated rows; `None` if a line is not one of them.
#[must_use]
pub fn stated_from_bytes(bytes: &[u8]) -> Option<Vec<StatedCopy>> {
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).ok()).collect()
}
