//! The evidence that each log in a store gives, and the stations whose logs do not cover some days.
use super::period::DateRange;
use super::table::UnloggedDays;
use crate::airlog::plausibility::PlausibilityFinding;
use crate::text::proof::FaultText;

/// A station whose logs do not cover some days of the report's range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnloggedStation {
    /// The station's id.
    pub station: String,
    /// The station's name.
    pub name: String,
    /// The days without a log, as ranges in ascending order.
    pub spans: Vec<DateRange>,
    /// The number of these days, and what was probably planned on them according to earlier plans.
    pub unlogged: UnloggedDays,
}

impl UnloggedStation {
    /// Returns the number of days without a log.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.spans.iter().map(DateRange::days).sum()
    }
}

/// The evidence that one log in the store gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogEvidence {
    /// The station's id.
    pub station: String,
    /// The station's name.
    pub name: String,
    /// The origin of the log.
    pub origin: String,
    /// The number of entries under the newest collected head.
    pub entries: u64,
    /// The root of the tree over those entries, in hex.
    pub root: String,
    /// The time of the newest entry according to the station's clock, RFC 3339; `None` if unknown.
    pub newest_at: Option<String>,
    /// The time at which this machine's witness countersigned that head, RFC 3339 in UTC; `None` if it has not.
    pub cosigned_at: Option<String>,
    /// The head as a signed note, with the witness's signature if the store has it.
    pub head: String,
    /// The time from which others are known to have the log's keys, RFC 3339; `None` if the keys are not known to be
    /// exposed.
    pub exposed_since: Option<String>,
    /// The fault of the log in the store, if any. The airings of a faulty log are not counted.
    pub fault: Option<FaultText>,
    /// For a log that continues a preceding log: the number of entries of the preceding log as stated by this log, and
    /// the number of these entries that are in the store. `None` if this log continues none.
    pub preceding_entries: Option<(u64, u64)>,
    /// The folders with evidence against the log, relative to the log's folder in the store. The station once sent a
    /// log that contradicts what was collected, and the matter is not settled.
    pub unsettled_evidence: Vec<String>,
    /// The number of plans whose kept files are missing from the store.
    pub missing_plans: u64,
    /// The number of findings that do not belong to a single airing.
    pub finding_count: u64,
    /// The first of these findings. The index stores a limited number of findings.
    pub findings: Vec<PlausibilityFinding>,
    /// The program and its version that wrote the log, according to its last `boot` or `genesis` entry.
    pub program: Option<String>,
}
