//! What a query needs to know before it reads airings.
use std::collections::{BTreeSet, HashMap};

use crate::base::instant::WallTime;
use crate::department::report::fact::Symbol;
use crate::department::report::tally::ReportContext;

/// What comes before the airings themselves.
#[derive(Debug, Default)]
pub struct QueryContext {
    /// For the report.
    pub report_context: ReportContext,
    /// The origin of each log.
    pub origins: HashMap<i64, String>,
    /// This machine's clock, when something keeps it: what is later by more than a day has not happened yet.
    pub(super) now: Option<WallTime>,
    pub(super) stations: HashMap<i64, Symbol>,
    /// When each log was enrolled, microseconds since 1970.
    pub(super) enrolled_us: HashMap<i64, i64>,
    /// Of each log, sizes and when the department had seen so much, in both orders: the earliest time for each.
    pub(super) seen_sizes: HashMap<i64, Vec<(i64, i64)>>,
    /// Of stations with more than one log, the entry that stands for each id, and how the logs come.
    pub(super) counted_entries: HashMap<(Symbol, String), (i64, i64)>,
    pub(super) multi_log: BTreeSet<i64>,
}

impl QueryContext {
    /// By when the department had seen an entry, microseconds since 1970.
    pub(super) fn seen_by_us(&self, log: i64, seq: i64) -> Option<i64> {
        let seen = self.seen_sizes.get(&log)?;
        let at = seen.partition_point(|(size, _)| *size <= seq);
        seen.get(at).map(|(_, at)| at.saturating_mul(1_000_000))
    }
}
