//! Evidence for the logs of a store, and stations without a log.
use super::period::DateRange;
use super::table::UnloggedDays;
use crate::airlog::plausibility::PlausibilityFinding;
use crate::text::proof::FaultText;

/// A station that sent no log for some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilentStation {
    /// The station's id.
    pub station: String,
    /// The station's name.
    pub name: String,
    /// The days without a log, as ranges in order.
    pub spans: Vec<DateRange>,
    /// Estimated airings for these days, from the last known plans.
    pub unlogged: UnloggedDays,
}

impl SilentStation {
    /// Returns the number of days.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.spans.iter().map(DateRange::days).sum()
    }
}

/// Evidence for one log of the store.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogEvidence {
    /// The station's id.
    pub station: String,
    /// The station's name.
    pub name: String,
    /// The log's name.
    pub origin: String,
    /// Number of entries covered by its newest collected head.
    pub entries: u64,
    /// Root of the tree over them, in hex.
    pub root: String,
    /// Time of the newest entry by the station's clock; RFC 3339.
    pub newest_at: Option<String>,
    /// When the department countersigned that head, RFC 3339 in UTC; none if it has not, or if the department's
    /// key is not on this machine.
    pub cosigned_at: Option<String>,
    /// The head as a signed note, with all signatures.
    pub head: String,
    /// The time from which others are known to have the log's keys; RFC 3339.
    pub exposed_since: Option<String>,
    /// What is wrong with the log in the store, if anything. A faulty log is not counted.
    pub fault: Option<FaultText>,
    /// Entries of the log that this one follows, as this one says, and how many of them are in the store.
    pub preceding_entries: Option<(u64, u64)>,
    /// Plans whose kept files are missing from the store.
    pub missing_plans: u64,
    /// Number of findings that do not belong to a single airing.
    pub finding_count: u64,
    /// The first of those findings.
    pub findings: Vec<PlausibilityFinding>,
}
