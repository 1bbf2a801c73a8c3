//! The facts about a running station from which its concerns are derived.
use std::sync::Arc;

use chrono::NaiveDate;

use super::{Condition, LocalInstant};
use crate::airlog::entry::TrustReason;
use crate::schedule::finding::SuspectReason;

/// Everything that was checked. While a part is `None`, it has not been checked yet, and it is not certain that all is
/// well.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StationFacts {
    /// The title of the urgent message on the air.
    pub urgent_title: Option<String>,
    /// The wall clock.
    pub clock: Option<ClockFacts>,
    /// The sound device.
    pub line: LineFacts,
    /// The amplifier, if loa controls one.
    pub amplifier: Option<AmplifierFacts>,
    /// The schedule, and the folder that it comes from.
    pub schedule: Option<ScheduleFacts>,
    /// The upcoming sessions; `None` without a schedule or without a trusted clock.
    pub plan: Option<Arc<PlanFacts>>,
    /// The last period in which the station was not running, if airings were missed in it.
    pub absence: Option<AbsenceFacts>,
    /// The airing log.
    pub log: Option<LogFacts>,
    /// The computer.
    pub host: Option<HostFacts>,
    /// Whether the concern about a full disk is still open.
    pub was_disk_full: bool,
    /// Whether the settings name a department, which expects the log.
    pub is_department_named: bool,
    /// The hand-ins of the log; `None` while the date is not known, or before they were first checked.
    pub hand_in: Option<HandInFacts>,
    /// Whether the settings name a way to send alarms.
    pub is_alarm_configured: bool,
    /// The delivery of alarms; `None` before it was first checked.
    pub alarm: Option<AlarmFacts>,
}

/// The wall clock.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClockFacts {
    /// Whether it is trusted.
    pub trusted: bool,
    /// Why it is trusted or not.
    pub reason: TrustReason,
}

/// The sound device.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum LineFacts {
    /// It was not opened in this run.
    #[default]
    Unknown,
    /// The last opening succeeded.
    Works {
        /// The device in use, if it is not the preferred one.
        fallback: Option<String>,
        /// Whether it is a sound device, that is, neither `null` nor a WAV file.
        is_real: bool,
    },
    /// It cannot be opened, or it was lost.
    Lost {
        /// Whether it was open before, in this run.
        was_open: bool,
        /// The error message from the system.
        detail: String,
    },
}

/// The amplifier that loa controls.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AmplifierFacts {
    /// Whether its commands were never tried on this machine.
    pub is_untried: bool,
    /// Whether this run has shown if switching works: one command failed, or both were tried.
    pub is_switching_known: bool,
    /// The error from the last switching attempt, if it failed.
    pub error: Option<String>,
}

/// The schedule in force, and the state of its folder.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ScheduleFacts {
    /// Whether a schedule is in force.
    pub is_in_force: bool,
    /// Whether a newer schedule waits for a trusted clock.
    pub is_waiting: bool,
    /// Whether the folder was read in this run of the program.
    pub is_folder_read: bool,
    /// The schedule in the folder that is not in force because of its errors.
    pub refused: Option<RefusedSchedule>,
    /// Whether the folder cannot be read.
    pub is_unreadable: bool,
    /// The number of files that the schedule needs from `audio/`, if that folder is missing.
    pub files_of_missing_audio: Option<u64>,
    /// The id of the log and the id in `station.toml`, if they differ.
    pub differing_station_ids: Option<(String, String)>,
    /// The sample's id, if the station uses it on a real device.
    pub sample_id: Option<String>,
    /// Playlists in force that are missing from the folder or damaged.
    pub missing_playlists: Vec<(String, SuspectReason)>,
    /// Campaigns in force that have ended: title and last day.
    pub ended_campaigns: Vec<(String, NaiveDate)>,
}

/// A schedule that is not in force because of its errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedSchedule {
    /// The file of the first error.
    pub file: String,
    /// The line of that error, from 1.
    pub line: u64,
}

/// The upcoming sessions.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlanFacts {
    /// Number of airings and relay slots planned today, including those that are over.
    pub rows_today: u64,
    /// Number of airings and relay slots planned in the next seven days, including today.
    pub rows_this_week: u64,
    /// The titles of the sample's recordings that a real device will play in the next seven days, each once.
    pub sample_titles: Vec<String>,
    /// Whether these recordings include the greeting of the former sample, which had the id of a real commune.
    pub plays_former_greeting: bool,
    /// The conditions of the sessions of the next 24 hours.
    pub troubles: Vec<Condition>,
}

/// The result of a check of a file shortly before it is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InspectedFile {
    /// The whole file was read.
    Readable {
        /// SHA-256 of its bytes, lower-case hex.
        sha256: String,
    },
    /// It is missing, or may not be opened.
    Missing,
    /// It cannot be read to its end.
    Unreadable,
}

impl InspectedFile {
    /// Returns true if a cue that requires this hash would be accepted.
    #[must_use]
    pub fn is_playable(&self, required_sha256: Option<&str>) -> bool {
        match self {
            Self::Readable { sha256 } => required_sha256.is_none_or(|required| required == sha256),
            Self::Missing | Self::Unreadable => false,
        }
    }
}

/// A period in which the station was not running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AbsenceFacts {
    /// The length of the period, in minutes.
    pub minutes: i64,
    /// The number of airings that the station missed in it.
    pub airings: u64,
}

/// The airing log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogFacts {
    /// Number of entries that wait in memory.
    pub unwritten: u64,
    /// Whether they wait because the folder was moved, deleted or replaced.
    pub is_moved: bool,
    /// Whether the current key cannot be replaced by the next one.
    pub is_key_rotation_failing: bool,
}

/// The entries that were not handed in to the department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandInFacts {
    /// Whether a department expects this log: the settings name one, or the log was handed in before.
    pub is_expected: bool,
    /// The date of the first entry that was not handed in, and the number of days since then.
    pub waiting: Option<(NaiveDate, i64)>,
    /// The number of days within which entries must be handed in.
    pub limit_days: i64,
}

/// The delivery of alarms, as the queue and the sender's results show it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AlarmFacts {
    /// Whether one of the ways that the settings name has never delivered a message.
    pub is_untried: bool,
    /// The number of messages in the queue.
    pub waiting: u64,
    /// The failure of the last attempts to deliver, if they failed.
    pub failure: Option<AlarmFailure>,
    /// Whether messages have waited for long without any attempt to send them.
    pub is_sender_absent: bool,
}

/// The failure to deliver alarms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlarmFailure {
    /// The local time of the first failed attempt.
    pub since: LocalInstant,
    /// The errors of the last attempt, in English.
    pub detail: String,
}

/// The computer, as the last check found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostFacts {
    /// Free space on the disk of the log, in bytes; `None` if it cannot be read.
    pub free_bytes: Option<u64>,
    /// Whether that disk is read-only.
    pub is_read_only: bool,
    /// Whether the station's folder is missing or was replaced by another one.
    pub is_folder_moved: bool,
    /// Whether the control socket accepts commands.
    pub is_reachable: bool,
    /// Whether a service manager started the station and will restart it.
    pub is_supervised: bool,
    /// Whether the amplifier's commands in force were never tried on this machine; false if there are no commands.
    pub is_amplifier_untried: bool,
    /// A hash of the system's list of sound cards; `None` if the system has no such list.
    pub sound_cards_hash: Option<u64>,
}
