//! Stations with several logs: the time in which two of them ran at once, and the airings about which they disagree.
use chrono::NaiveDate;

use super::fact::FactState;
use crate::base::id::Id;
use crate::department::journal::Journal;
use crate::department::journal::history::incident_histories;
use crate::department::journal::settled_overlaps::is_overlap_settled;
use crate::department::registry::Registry;

/// The maximum number of contradictions that a report lists.
pub const MAX_LISTED_CONTRADICTIONS: usize = 100;

/// Two logs of a station that ran at the same time: two computers wrote them. `docs/report.md` defines the numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogOverlap {
    /// The station's id.
    pub station: String,
    /// The numbers of the logs, counted from 1 in the order of their enrolment.
    pub numbers: (usize, usize),
    /// The first day of the time in which both ran.
    pub from: NaiveDate,
    /// The last day of that time.
    pub until: NaiveDate,
    /// The number of dates with outcomes of both logs in that time.
    pub days: u64,
    /// The number of outcomes of each log in that time.
    pub outcomes: (u64, u64),
}

/// What one log says about an airing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The number of the log, counted from 1 in the order of enrolment.
    pub number: usize,
    /// The result and its reason.
    pub state: FactState,
    /// The length on air, in milliseconds.
    pub played_ms: i64,
    /// The SHA-256 of the file, in hex.
    pub recording: Option<String>,
}

/// An airing about which two logs of its station disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The station's id.
    pub station: String,
    /// The airing's id.
    pub airing: String,
    /// The title of the segment.
    pub title: String,
    /// The planned time, as the log has it; `None` for an airing outside the plan.
    pub planned_at: Option<String>,
    /// What the report counts.
    pub counted: Claim,
    /// What another log says.
    pub other: Claim,
}

/// All that a report says about stations with several logs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecondLogs {
    /// The logs that ran at the same time, whatever the range of the report.
    pub overlaps: Vec<LogOverlap>,
    /// The first contradictions in the range of the report.
    pub contradictions: Vec<Contradiction>,
    /// The number of all contradictions in that range.
    pub contradiction_count: u64,
}

impl SecondLogs {
    /// Leaves out the logs about whose simultaneous running the department has decided. The contradictions stay.
    pub fn drop_settled(&mut self, registry: &Registry, journal: &Journal) {
        if self.overlaps.is_empty() {
            return;
        }
        let histories = incident_histories(journal);
        self.overlaps.retain(|overlap| {
            let Some(station) = Id::new(&overlap.station) else { return true };
            let origins: Vec<&str> = registry.logs_of_station(&station).map(|log| log.key.name.as_str()).collect();
            let origin = |number: usize| number.checked_sub(1).and_then(|index| origins.get(index)).copied();
            let pair = origin(overlap.numbers.0).zip(origin(overlap.numbers.1));
            !pair.is_some_and(|(first, second)| is_overlap_settled(&histories, [first, second]))
        });
    }
}
