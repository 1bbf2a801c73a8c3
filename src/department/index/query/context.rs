//! The data that a query loads before it reads airings.
use std::collections::{BTreeSet, HashMap};

use crate::base::instant::WallTime;
use crate::department::report::fact::Symbol;
use crate::department::report::tally::ReportContext;

/// The data that a query loads before it reads airings. Logs are identified by their row ids.
#[derive(Debug, Default)]
pub struct QueryContext {
    /// The data that the report also needs.
    pub report_context: ReportContext,
    /// The origin of each log.
    pub origins: HashMap<i64, String>,
    /// The time of this machine's clock; `None` if the clock is not synchronised. An airing more than a day later is
    /// not plausible.
    pub(super) now: Option<WallTime>,
    /// The station of each log.
    pub(super) stations: HashMap<i64, Symbol>,
    /// The time at which each log was enrolled, in microseconds since 1970.
    pub(super) enrolled_at_us: HashMap<i64, i64>,
    /// The countersigned heads of each log: the size of each, and the earliest time at which the department
    /// countersigned a head of at least this size, in seconds since 1970. Sizes and times ascend.
    pub(super) cosigned_heads: HashMap<i64, Vec<(i64, i64)>>,
    /// For stations with several logs: the log and the entry whose outcome counts, by station and airing id.
    pub(super) counted_entries: HashMap<(Symbol, String), (i64, i64)>,
    /// The logs of stations that have several logs.
    pub(super) logs_with_siblings: BTreeSet<i64>,
}

impl QueryContext {
    /// Returns the earliest known time at which the department countersigned an entry, in microseconds since 1970;
    /// `None` if it has not.
    pub(super) fn countersigned_at_us(&self, log: i64, seq: i64) -> Option<i64> {
        let heads = self.cosigned_heads.get(&log)?;
        let index = heads.partition_point(|(size, _)| *size <= seq);
        heads.get(index).map(|(_, seconds)| seconds.saturating_mul(1_000_000))
    }
}
