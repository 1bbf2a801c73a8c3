//! The status report of a station.
use serde::{Deserialize, Serialize};

use super::switching::AmplifierStatus;
use crate::airlog::entry::TrustReason;
use crate::concern::{CheckedArea, ConcernSeverity, Condition};
use crate::playout::clock::ClockSync;
use crate::schedule::Id;
use crate::schedule::finding::SuspectReason;

/// The status of a station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationStatus {
    /// The station's id.
    pub station: Id,
    /// The time of its wall clock, in RFC 3339 format.
    pub at: String,
    /// The synchronisation of the clock, as the system reports it.
    pub clock: ClockSync,
    /// True when the clock is trusted.
    pub clock_trusted: bool,
    /// The reason for trust or distrust.
    pub clock_trust: TrustReason,
    /// True in quiet hours.
    pub quiet: bool,
    /// The current quiet hours, as `21:00–05:00`; `None` outside quiet hours.
    #[serde(default)]
    pub quiet_hours: Option<String>,
    /// The state of the line: `closed`, `opening`, `open` or `lost`.
    pub line: String,
    /// The amplifier; `None` where loa switches none.
    pub amplifier: Option<AmplifierStatus>,
    /// The airing that is sounding, if any.
    pub on_air: Option<OnAir>,
    /// The title of the session that has begun and waits for its next item, while nothing sounds.
    #[serde(default)]
    pub between_items: Option<String>,
    /// The title of the urgent message that waits for a sound device.
    #[serde(default)]
    pub urgent_waiting: Option<String>,
    /// The airings that seem to have been missed and whose outcomes wait for a correction of the clock.
    #[serde(default)]
    pub clock_wait: Option<ClockWaitStatus>,
    /// The airing that starts next, within a week; `None` while the clock is not trusted.
    pub next: Option<NextAiring>,
    /// The airing that would start next if the distrusted clock were right; `None` while the clock is trusted, and while
    /// it is certainly wrong.
    #[serde(default)]
    pub next_if_clock_right: Option<NextAiring>,
    /// The number of planned airings that have no outcome yet.
    pub waiting: u64,
    /// True when a newer schedule waits until the clock is trusted.
    pub schedule_waits: bool,
    /// The files of the schedule in force that are missing or damaged. That schedule stays in force in the meantime.
    #[serde(default, rename = "away")]
    pub suspect_files: Vec<SuspectFileStatus>,
    /// The present and expected problems, worst first.
    #[serde(default)]
    pub concerns: Vec<ConcernStatus>,
    /// The areas that have not been checked yet. Until the list is empty, it is not certain that all is well.
    #[serde(default)]
    pub unchecked: Vec<CheckedArea>,
    /// The hand-ins of the log; `None` if no department expects it.
    #[serde(default)]
    pub hand_in: Option<HandInStatus>,
    /// The number of sessions in the schedule in force; `None` when there is no schedule.
    pub sessions: Option<u64>,
    /// The newest root of the log as 16 symbols; `None` before the first root.
    pub head_code: Option<String>,
    /// The number of entries under that root.
    pub entries: u64,
    /// The number of entries that wait in memory because they cannot be written.
    #[serde(default)]
    pub unwritten: usize,
    /// True when entries wait because the log's folder was moved, deleted or replaced.
    #[serde(default)]
    pub log_moved: bool,
}

/// Outcomes that wait for a correction of the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockWaitStatus {
    /// The number of airings.
    pub airings: u64,
    /// The latest time at which the outcomes are logged, RFC 3339.
    pub until: String,
}

/// The hand-ins of the log to the department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandInStatus {
    /// The last copy for the department.
    pub last: Option<LastHandIn>,
    /// How far the department has confirmed the log.
    pub confirmed: Option<ConfirmationStatus>,
}

/// The last copy of the log for the department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastHandIn {
    /// When it was made, RFC 3339.
    pub at: String,
    /// The number of entries in it.
    pub entries: u64,
    /// The time of its last entry, RFC 3339.
    pub through: Option<String>,
}

/// How far the department has confirmed the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmationStatus {
    /// The number of confirmed entries.
    pub entries: u64,
    /// When the department signed, RFC 3339; `None` if its key is not known, because then the signature cannot be
    /// checked.
    pub at: Option<String>,
}

/// A concern in a status report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConcernStatus {
    /// The severity of the problem.
    pub severity: ConcernSeverity,
    /// The time at which the problem began, RFC 3339.
    pub since: String,
    /// The present or expected problem.
    pub condition: Condition,
}

/// The airing that is sounding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnAir {
    /// The airing's id.
    pub id: String,
    /// The airing's title.
    pub title: String,
    /// The length that the device has taken, in milliseconds.
    pub played_ms: i64,
    /// The planned length, in milliseconds.
    pub planned_ms: i64,
    /// The title of its session; `None` for an airing outside the plan.
    #[serde(default)]
    pub session_title: Option<String>,
    /// Its place among the repeats of one command; `None` if the command requested one airing.
    #[serde(default)]
    pub repeat: Option<RepeatPlace>,
    /// True when it is being cut, so that it ends in a moment.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_being_cut: bool,
}

impl OnAir {
    /// Returns true if the airing is an urgent message.
    #[must_use]
    pub fn is_urgent(&self) -> bool {
        self.id.starts_with("urgent@") && !self.id.contains('#')
    }
}

/// The place of an airing among the repeats of one command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepeatPlace {
    /// The airing's number among the repeats, from 1.
    pub number: u16,
    /// The number of airings that the command requested.
    pub count: u16,
}

/// The airing that starts next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextAiring {
    /// The airing's id.
    pub id: String,
    /// The airing's title.
    pub title: String,
    /// The title of its session.
    #[serde(default)]
    pub session_title: Option<String>,
    /// The planned start, in RFC 3339 format.
    pub start: String,
}

/// A suspect file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspectFileStatus {
    /// The file's name.
    pub file: String,
    /// The reason for the suspicion.
    #[serde(rename = "why")]
    pub reason: SuspectReason,
    /// The time when this run of the daemon first found the file suspect, in RFC 3339 format.
    pub since: String,
    /// True when the operator is allowed to confirm that the file was removed on purpose.
    pub may_be_meant: bool,
}
