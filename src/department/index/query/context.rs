//! The data that a query loads before it reads airings.
use std::collections::{BTreeSet, HashMap};

use crate::base::instant::WallTime;
use crate::department::report::fact::{Fact, Symbol};
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
    /// For each log, the withdrawn airings that stand for another recording, by id.
    pub(super) stand_ins: HashMap<i64, HashMap<String, StandIn>>,
    /// For stations with several logs: the log and the entry whose outcome counts, by station and airing id.
    pub(super) counted_entries: HashMap<(Symbol, String), (i64, i64)>,
    /// The logs of stations that have several logs.
    pub(super) logs_with_siblings: BTreeSet<i64>,
}

/// The labels of a recording that an edit withdrew, and whose own id belongs to another airing.
#[derive(Debug, Clone)]
pub(super) struct StandIn {
    pub(super) planned_at: String,
    pub(super) segment: Symbol,
    pub(super) title: Symbol,
    pub(super) campaign: Symbol,
    pub(super) topic: Option<u16>,
    pub(super) language: Symbol,
    pub(super) planned_ms: i64,
}

impl StandIn {
    /// Gives a fact the labels of the recording.
    pub(super) fn relabel(&self, fact: &mut Fact) {
        (fact.segment, fact.title, fact.campaign) = (self.segment, self.title, self.campaign);
        (fact.topic, fact.language, fact.planned_ms) = (self.topic, self.language, self.planned_ms);
    }
}

impl QueryContext {
    /// Returns the recording for which a withdrawn airing stands; `None` if it stands for its own.
    pub(super) fn stand_in(&self, log: i64, id: &str) -> Option<&StandIn> {
        self.stand_ins.get(&log)?.get(id)
    }

    /// Returns the earliest known time at which the department countersigned an entry, in microseconds since 1970;
    /// `None` if it has not.
    pub(super) fn countersigned_at_us(&self, log: i64, seq: i64) -> Option<i64> {
        let heads = self.cosigned_heads.get(&log)?;
        let index = heads.partition_point(|(size, _)| *size <= seq);
        heads.get(index).map(|(_, seconds)| seconds.saturating_mul(1_000_000))
    }
}
