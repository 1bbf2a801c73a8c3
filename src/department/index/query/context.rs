//! Everything a query needs to know before it reads airings.
use std::collections::{BTreeSet, HashMap};

use crate::base::instant::WallTime;
use crate::department::report::fact::Symbol;
use crate::department::report::tally::ReportContext;

/// Everything a query needs to know before it reads airings.
#[derive(Debug, Default)]
pub struct QueryContext {
    /// The part that the report uses as well.
    pub report_context: ReportContext,
    /// The origin of each log.
    pub origins: HashMap<i64, String>,
    /// This machine's clock, when it is synchronised: an airing more than a day later has not happened yet.
    pub(super) now: Option<WallTime>,
    pub(super) stations: HashMap<i64, Symbol>,
    /// When each log was enrolled, microseconds since 1970.
    pub(super) enrolled_us: HashMap<i64, i64>,
    /// For each log, sizes and the earliest times when the department had seen so many entries; both ascend.
    pub(super) seen_sizes: HashMap<i64, Vec<(i64, i64)>>,
    /// For stations with several logs, the log and entry that count for each id.
    pub(super) counted_entries: HashMap<(Symbol, String), (i64, i64)>,
    pub(super) multi_log: BTreeSet<i64>,
}

impl QueryContext {
    /// Returns when the department had seen an entry, microseconds since 1970.
    pub(super) fn seen_by_us(&self, log: i64, seq: i64) -> Option<i64> {
        let seen = self.seen_sizes.get(&log)?;
        let at = seen.partition_point(|(size, _)| *size <= seq);
        seen.get(at).map(|(_, at)| at.saturating_mul(1_000_000))
    }
}
