//! The stations of a registry at a glance, and what the department must do about them.
//!
//! [`StationRecord`] holds what is known about a station. [`StationRow`] judges it: a row of `loa stations`. [`duty`]
//! lists what somebody must do, [`due`] computes when the next log is due, and [`wording`] says both in words.
pub mod due;
pub mod duty;
#[cfg(test)]
mod tests;
pub mod wording;

use std::cmp::Reverse;

use chrono::{DateTime, FixedOffset, NaiveDate};

use self::due::HandIn;
use crate::department::journal::history::IncidentHistory;
use crate::department::journal::incident::IncidentCode;
use crate::department::report::second_logs::LogOverlap;
use crate::department::target::Target;
use crate::department::target::week::TargetWeek;
use crate::text::proof::FaultText;

/// The number of days for which a new log of a station that has another one must be cleared up.
pub const NEW_LOG_DAYS: i64 = 30;

/// A target that a station did not meet in a week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissedTarget {
    /// The target.
    pub target: Target,
    /// The week.
    pub week: TargetWeek,
}

/// The notes of a station on missed airings that the department has not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnansweredNotes {
    /// The number of missed airings that have a note.
    pub airings: u64,
    /// The date of the latest of these airings.
    pub date: NaiveDate,
    /// The newest note on it.
    pub text: String,
}

/// What is known about a station.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StationRecord {
    /// The id.
    pub station: String,
    /// The name; may be empty.
    pub name: String,
    /// The names of the commune, the district and the province on this day.
    pub place: String,
    /// Whom to call; empty if the registry does not say.
    pub contact: String,
    /// The number of enrolled logs.
    pub log_count: usize,
    /// The day on which the first log was enrolled, in Vietnam.
    pub enrolled_on: Option<NaiveDate>,
    /// The time of the newest collected entry of all logs, by the station's clock.
    pub newest_at: Option<DateTime<FixedOffset>>,
    /// The version of loa that wrote this log, according to its last `boot` or `genesis` entry.
    pub program: Option<String>,
    /// Why logs of the station are not counted.
    pub faults: Vec<FaultText>,
    /// The unsettled incidents.
    pub incidents: Vec<IncidentHistory>,
    /// The folders in the store with evidence against the station's logs that no incident names.
    pub evidence: Vec<String>,
    /// The logs that ran at the same time.
    pub overlaps: Vec<LogOverlap>,
    /// The logs after the first one that were enrolled in the last [`NEW_LOG_DAYS`] days: the number of each, from 1, and
    /// the day.
    pub new_logs: Vec<(usize, NaiveDate)>,
    /// True if somebody changed the station in the registry, and nobody has accepted it.
    pub is_registration_disputed: bool,
    /// The targets that were not met in the last whole week.
    pub missed_targets: Vec<MissedTarget>,
    /// The notes on missed airings.
    pub notes: Option<UnansweredNotes>,
}

/// The state of a station. The worst one counts if several apply.
#[derive(Debug, Clone, PartialEq)]
pub enum StationState {
    /// A log was refused or contradicts itself, and that is not settled.
    Refused(Box<IncidentHistory>),
    /// A log is not counted.
    NotCounted(FaultText),
    /// The store has evidence against a log.
    Evidence,
    /// Two logs ran at the same time.
    Overlap,
    /// There is nothing new for a longer time than is allowed.
    Silent,
    /// No log was ever collected.
    NeverSent,
    /// All is well.
    Whole,
}

impl StationState {
    /// Returns the name in JSON and CSV: that of the incident for a refused log.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(history) => history.incident.code.name(),
            Self::NotCounted(_) => "not-counted",
            Self::Evidence => "evidence",
            Self::Overlap => "overlap",
            Self::Silent => "silent",
            Self::NeverSent => "never-sent",
            Self::Whole => "whole",
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Refused(_) => 0,
            Self::NotCounted(_) => 1,
            Self::Evidence => 2,
            Self::Overlap => 3,
            Self::Silent => 4,
            Self::NeverSent => 5,
            Self::Whole => 6,
        }
    }

    fn incident_code(&self) -> Option<IncidentCode> {
        if let Self::Refused(history) = self { Some(history.incident.code) } else { None }
    }
}

/// The time since which a station has sent nothing new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// The time of its newest entry.
    pub since: DateTime<FixedOffset>,
    /// The number of whole days since then.
    pub days: i64,
}

/// What a department expects of its stations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StationRules {
    /// The age in days up to which the newest entry of a station does not make it silent.
    pub max_silence_days: i64,
    /// The number of days after the end of a month within which its log is due.
    pub due_days: u32,
}

/// A station with its state: a row of `loa stations`.
#[derive(Debug, Clone, PartialEq)]
pub struct StationRow {
    /// The facts.
    pub facts: StationRecord,
    /// The state.
    pub state: StationState,
    /// `None` unless the station is silent.
    pub silence: Option<Silence>,
    /// The log that is due next.
    pub hand_in: Option<HandIn>,
}

impl StationRow {
    /// Judges a station.
    #[must_use]
    pub fn new(mut facts: StationRecord, now: DateTime<FixedOffset>, rules: StationRules) -> Self {
        // The logs themselves say more about an overlap than the incident that was recorded about it.
        if !facts.overlaps.is_empty() {
            facts.incidents.retain(|history| history.incident.code != IncidentCode::Overlap);
        }
        let silence = facts.newest_at.and_then(|since| {
            let age = now.signed_duration_since(since);
            (age.num_seconds() > rules.max_silence_days.saturating_mul(86_400))
                .then(|| Silence { since, days: age.num_days() })
        });
        let worst = facts.incidents.iter().min_by_key(|history| (history.incident.code, history.seq));
        let state = match (worst, facts.faults.first()) {
            (Some(history), _) => StationState::Refused(Box::new(history.clone())),
            (None, Some(fault)) => StationState::NotCounted(fault.clone()),
            (None, None) if !facts.evidence.is_empty() => StationState::Evidence,
            (None, None) if !facts.overlaps.is_empty() => StationState::Overlap,
            (None, None) if silence.is_some() => StationState::Silent,
            (None, None) if facts.newest_at.is_none() => StationState::NeverSent,
            (None, None) => StationState::Whole,
        };
        let newest_on = facts.newest_at.map(|at| at.date_naive());
        let hand_in = HandIn::next(newest_on.or(facts.enrolled_on), now.date_naive(), rules.due_days);
        Self { facts, state, silence, hand_in }
    }
}

/// Judges the stations of a registry, and orders them, worst first.
#[must_use]
pub fn judge_stations(facts: Vec<StationRecord>, now: DateTime<FixedOffset>, rules: StationRules) -> Vec<StationRow> {
    let mut rows: Vec<StationRow> = facts.into_iter().map(|facts| StationRow::new(facts, now, rules)).collect();
    rows.sort_by_cached_key(|row| {
        let silent_days = row.silence.map_or(0, |silence| silence.days);
        (row.state.rank(), row.state.incident_code(), Reverse(silent_days), row.facts.station.clone())
    });
    rows
}
