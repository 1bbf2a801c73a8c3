//! The work list: what somebody in the department must do, each with whom to call.
use chrono::{DateTime, FixedOffset, NaiveDate};

use super::{MissedTarget, StationRow, UnansweredNotes};
use crate::department::journal::history::IncidentHistory;
use crate::department::report::incident_list::ListedIncident;
use crate::department::report::second_logs::LogOverlap;
use crate::text::proof::FaultText;

/// Something that somebody must do.
#[derive(Debug, Clone, PartialEq)]
pub enum Duty {
    /// A log was refused or is contradictory.
    Incident(Box<IncidentHistory>),
    /// A log in the store, or its line in the registry, is not as it was accepted.
    NotCounted(FaultText),
    /// The store has evidence against a log that no incident names.
    Evidence(String),
    /// Two logs of the station ran at the same time.
    Overlap(LogOverlap),
    /// Somebody changed the station in the registry, and nobody has accepted it.
    Registration,
    /// The station has a new log beside an earlier one. The department must know why, such as a new disk.
    NewLog {
        /// The number of the log, from 1.
        number: usize,
        /// The day on which it was enrolled.
        enrolled_on: NaiveDate,
    },
    /// The station has sent nothing new for some days.
    Silent {
        /// The time of the newest entry.
        since: DateTime<FixedOffset>,
        /// The number of whole days since then.
        days: i64,
    },
    /// No log of the station was ever collected.
    NeverSent,
    /// A target was not met in the last whole week.
    BelowTarget(Box<MissedTarget>),
    /// Missed airings have a note that nobody has answered.
    Notes(UnansweredNotes),
    /// Something was refused that no station is known to have made, or happened to the department's own store.
    Unattributed(Box<ListedIncident>),
}

impl Duty {
    /// Returns the name in JSON and CSV.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Incident(_) | Self::Unattributed(_) => "incident",
            Self::NotCounted(_) => "not-counted",
            Self::Evidence(_) => "evidence",
            Self::Overlap(_) => "overlap",
            Self::Registration => "registration",
            Self::NewLog { .. } => "new-log",
            Self::Silent { .. } => "silent",
            Self::NeverSent => "never-sent",
            Self::BelowTarget(_) => "below-target",
            Self::Notes(_) => "unanswered-note",
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Incident(_) => 0,
            Self::NotCounted(_) => 1,
            Self::Evidence(_) => 2,
            Self::Overlap(_) => 3,
            Self::Registration => 4,
            Self::NewLog { .. } => 5,
            Self::Silent { .. } => 6,
            Self::NeverSent => 7,
            Self::BelowTarget(_) => 8,
            Self::Notes(_) => 9,
            // Anybody with a stick can cause them, so they must not push the stations off the screen.
            Self::Unattributed(_) => 10,
        }
    }
}

/// A row of the work list.
#[derive(Debug, Clone, PartialEq)]
pub struct DutyRow {
    /// The station's id; empty if it is not known.
    pub station: String,
    /// The station's name; may be empty.
    pub name: String,
    /// Whom to call; empty if nobody is known.
    pub contact: String,
    /// What is to be done.
    pub duty: Duty,
}

/// Returns the work list, the worst first. `unattributed` are the unsettled incidents that belong to no station.
#[must_use]
pub fn duties(rows: &[StationRow], unattributed: Vec<ListedIncident>) -> Vec<DutyRow> {
    let of_stations = rows.iter().flat_map(|row| {
        station_duties(row).into_iter().map(|duty| DutyRow {
            station: row.facts.station.clone(),
            name: row.facts.name.clone(),
            contact: row.facts.contact.clone(),
            duty,
        })
    });
    let of_nobody = unattributed.into_iter().map(|listed| DutyRow {
        station: String::new(),
        name: String::new(),
        contact: String::new(),
        duty: Duty::Unattributed(Box::new(listed)),
    });
    let mut duties: Vec<DutyRow> = of_stations.chain(of_nobody).collect();
    // The order of the stations, which are already sorted, decides between duties of one kind.
    duties.sort_by_key(|row| row.duty.rank());
    duties
}

/// Returns everything to be done about one station.
fn station_duties(row: &StationRow) -> Vec<Duty> {
    let facts = &row.facts;
    let mut duties: Vec<Duty> = Vec::new();
    duties.extend(facts.incidents.iter().map(|history| Duty::Incident(Box::new(history.clone()))));
    duties.extend(facts.faults.iter().cloned().map(Duty::NotCounted));
    if !facts.evidence.is_empty() {
        duties.push(Duty::Evidence(facts.evidence.join(", ")));
    }
    duties.extend(facts.overlaps.iter().cloned().map(Duty::Overlap));
    duties.extend(facts.is_registration_disputed.then_some(Duty::Registration));
    let new_logs = facts.new_logs.iter();
    duties.extend(new_logs.map(|(number, enrolled_on)| Duty::NewLog { number: *number, enrolled_on: *enrolled_on }));
    duties.extend(row.silence.map(|silence| Duty::Silent { since: silence.since, days: silence.days }));
    // A log that was collected but is not counted was sent.
    if facts.newest_at.is_none() && facts.faults.is_empty() {
        duties.push(Duty::NeverSent);
    }
    duties.extend(facts.missed_targets.iter().map(|missed| Duty::BelowTarget(Box::new(missed.clone()))));
    duties.extend(facts.notes.clone().map(Duty::Notes));
    duties
}
