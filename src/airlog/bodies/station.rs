//! The bodies of entries about the station: its schedule, its clock, its devices and its operators.
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::airlog::outcome::TrustReason;
use crate::airlog::words::{ConcernTransition, LineChange, OperatorAction, ShutdownCause, SwitchTarget};
use crate::plan::airtime_change::AirtimeChange;
use crate::plan::diff::PlanChange;

/// The user who gave a command over the control socket, as reported by the kernel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerUser {
    /// User id.
    pub uid: u32,
    /// User name, if the system has one.
    pub name: Option<String>,
    /// The device through which the user gave it, as the station's page says: `phone:K3`. `None`: no page was involved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
}

/// `boot`: the daemon started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BootEntry {
    /// Wall clock at the last heartbeat of the previous run under a trusted clock, if any.
    pub last_seen: Option<DateTime<FixedOffset>>,
    /// Boot clock at the last heartbeat of that run, in microseconds. Heartbeats under an untrusted clock are included.
    pub alive_us: Option<i64>,
    /// Seconds since `last_seen`; `None` while the clock is untrusted.
    pub off_s: Option<i64>,
    /// True when the previous run shut down cleanly.
    pub orderly: bool,
    /// True when the machine was rebooted since the previous run.
    pub machine_restarted: bool,
    /// True when the clock is trusted.
    pub trusted: bool,
    /// Reason why the clock is trusted or not.
    pub trust: TrustReason,
    /// Name and version of the program.
    pub program: String,
}

/// `shutdown`: the daemon shut down cleanly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShutdownEntry {
    /// Cause of the shutdown: `signal`, `idle` or `rehearsal-end`.
    pub cause: ShutdownCause,
}

/// A kept file of a schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFileRef {
    /// Name in the station's folder: `station.toml` or `playlists/NAME.toml`.
    pub name: String,
    /// SHA-256 of its bytes, which is also the name of its copy in `airlog/kept/`.
    pub sha256: String,
}

/// `schedule`: a schedule was adopted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScheduleEntry {
    /// Files of the schedule, kept as `kept/<sha256>.toml`.
    pub files: Vec<KeptFileRef>,
    /// SHA-256 of the library when the schedule was adopted, kept as `kept/<sha256>.json`.
    pub library: String,
    /// Number of sessions.
    pub sessions: u64,
    /// Number of segments.
    pub segments: u64,
}

/// `plan`: a date was planned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanEntry {
    /// Date of the plan.
    pub date: NaiveDate,
    /// Number of planned airings.
    pub count: u64,
    /// Number of rows that get an outcome or a `relay` entry: planned airings, relay slots and withdrawn airings.
    #[serde(default)]
    pub rows: u64,
    /// SHA-256 of the plan, kept as `kept/<sha256>.json`.
    pub sha256: String,
}

/// `edit`: an adopted edit of the schedule changed the plans of upcoming dates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditEntry {
    /// First date that was compared.
    pub date: NaiveDate,
    /// Number of dates that were compared.
    pub days: u64,
    /// The changes, up to a maximum number.
    pub changes: Vec<PlanChange>,
    /// Number of changes that are not listed.
    pub more: u64,
    /// The changes of planned airtime by date, topic and language, on the compared dates that had no plan yet. Earlier
    /// versions did not write them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub airtime: Vec<AirtimeChange>,
    /// Number of changes of airtime that are not listed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub airtime_more: u64,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// `operator`: an operator gave a command over the control socket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatorEntry {
    /// Command: `play`, `urgent`, `skip`, `stop`, `clock-confirm`, `amplifier-on`, `amplifier-off` or `accept-removal`.
    pub action: OperatorAction,
    /// Id of the airing or segment that the command concerned, or a file name, if any.
    pub id: Option<String>,
    /// User who gave the command.
    pub who: PeerUser,
}

/// `clock-step`: the wall clock moved relative to the boot clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockStepEntry {
    /// Time that the clock would have shown without the step.
    pub from: DateTime<FixedOffset>,
    /// Size of the step, in microseconds; negative when the clock went back.
    pub by_us: i64,
}

/// `clock-trust`: the clock became trusted, or untrusted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockTrustEntry {
    /// True when the clock is trusted from this entry on.
    pub trusted: bool,
    /// Reason why the clock is trusted or not.
    pub trust: TrustReason,
}

/// `device`: the line was opened or lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceEntry {
    /// Change of the line: `opened` or `lost`.
    pub state: LineChange,
    /// Name of the device, if it was opened.
    pub device: Option<String>,
    /// Sound card or sound-server sink that the device plays to, if it could be determined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sink: Option<String>,
    /// True when that card or sink is hardware; `None` if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware: Option<bool>,
    /// Error message from the system. If a fallback device was opened, the error from the preferred device.
    pub detail: Option<String>,
}

/// The `detail` of an `amplifier` entry while the switch commands have not been tried on this machine.
pub const UNTRIED: &str = "untried";

/// `amplifier`: the amplifier was switched, or could not be switched. Identical failures in a row are logged only once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AmplifierEntry {
    /// Intended state: `on` or `off`.
    pub to: SwitchTarget,
    /// True when the command succeeded.
    pub done: bool,
    /// Run time of the command, in milliseconds.
    pub took_ms: i64,
    /// `untried` before the first try; otherwise, if the command failed, the message from the system or the command.
    pub detail: Option<String>,
}

/// `concern`: a concern was raised, or is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConcernEntry {
    /// `raised` or `cleared`.
    pub news: ConcernTransition,
    /// The code of the condition.
    pub code: String,
    /// The subject of the concern: a session with its start, a file, or a campaign. Empty for a condition that can
    /// exist only once.
    pub subject: String,
    /// The time at which the condition began.
    pub since: DateTime<FixedOffset>,
    /// `critical`, `warning` or `notice`; absent with `cleared`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
}
