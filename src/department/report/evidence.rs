//! What the store holds of each log, and stations without a log.
use super::period::DateRange;
use super::table::UnloggedDays;
use crate::airlog::plausibility::PlausibilityFinding;
use crate::text::proof::FaultText;

/// A station that sent no log for some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilentStation {
    /// Its id.
    pub station: String,
    /// Its name.
    pub name: String,
    /// The days, in order, as ranges.
    pub spans: Vec<DateRange>,
    /// What the last known plans make likely for them.
    pub unlogged: UnloggedDays,
}

impl SilentStation {
    /// How many days.
    #[must_use]
    pub fn days(&self) -> i64 {
        self.spans.iter().map(DateRange::days).sum()
    }
}

/// What the store holds of one log.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogEvidence {
    /// Its station.
    pub station: String,
    /// The station's name.
    pub name: String,
    /// The log's name.
    pub origin: String,
    /// Entries under its newest collected head.
    pub entries: u64,
    /// Root of the tree over them, in hex.
    pub root: String,
    /// The newest entry's time, by the station's clock; RFC 3339.
    pub newest_at: Option<String>,
    /// When the department countersigned that head; RFC 3339 in UTC, none when it has not, or its key is not here.
    pub cosigned_at: Option<String>,
    /// The head whole, with all signatures: a signed note.
    pub head: String,
    /// From when on its keys are known to be in other hands; RFC 3339.
    pub exposed_since: Option<String>,
    /// What is wrong with it in the store; nothing of it is counted then.
    pub fault: Option<FaultText>,
    /// Entries of the log that it takes the place of, as it says, and how many of them are in the store.
    pub preceding_entries: Option<(u64, u64)>,
    /// Plans of it whose kept files are not in the store.
    pub missing_plans: u64,
    /// How many things in it cannot have been so and are no single airing's affair.
    pub finding_count: u64,
    /// The first of these.
    pub findings: Vec<PlausibilityFinding>,
}
