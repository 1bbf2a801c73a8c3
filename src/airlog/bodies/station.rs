//! Bodies about the station: its schedule, its clock, its devices and its operators.
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::airlog::outcome::TrustReason;
use crate::airlog::words::{LineChange, OperatorAction, ShutdownCause, SwitchTarget};
use crate::plan::diff::PlanChange;

/// User who gave a command over the control socket, as reported by the kernel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerUser {
    /// User id.
    pub uid: u32,
    /// User name, if the system has one.
    pub name: Option<String>,
}

/// `boot`: the daemon started.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BootEntry {
    /// Last sign of life of the previous run, if there was one.
    pub last_seen: Option<DateTime<FixedOffset>>,
    /// The same by the boot clock of that machine boot, in microseconds, also when the clock was untrusted.
    pub alive_us: Option<i64>,
    /// Seconds since then; none while the clock is untrusted.
    pub off_s: Option<i64>,
    /// Whether the previous run shut down cleanly.
    pub orderly: bool,
    /// Whether the machine was rebooted.
    pub machine_restarted: bool,
    /// Whether the clock is trusted.
    pub trusted: bool,
    /// Why the clock is trusted or not.
    pub trust: TrustReason,
    /// Program and version.
    pub program: String,
}

/// `shutdown`: the daemon ended in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShutdownEntry {
    /// `signal`, `idle` or `rehearsal-end`.
    pub cause: ShutdownCause,
}

/// Kept file of the schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFileRef {
    /// `station.toml` or `playlists/NAME.toml`.
    pub name: String,
    /// SHA-256 of its bytes, which is also the name of its copy in `airlog/kept/`.
    pub sha256: String,
}

/// `schedule`: a schedule was adopted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScheduleEntry {
    /// The files, kept as `kept/<sha256>.toml`.
    pub files: Vec<KeptFileRef>,
    /// SHA-256 of the library at that moment, kept as `kept/<sha256>.json`.
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

/// `edit`: effects of an adopted edit on the next dates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditEntry {
    /// First date that was compared.
    pub date: NaiveDate,
    /// Number of dates that were compared.
    pub days: u64,
    /// Changes, up to a limit.
    pub changes: Vec<PlanChange>,
    /// Number of further changes.
    pub more: u64,
}

/// `operator`: a command over the control socket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatorEntry {
    /// `play`, `urgent`, `skip`, `stop`, `clock-confirm`, `amplifier-on`, `amplifier-off`, `accept-removal`.
    pub action: OperatorAction,
    /// Id of the airing or segment that it concerned, or a file name.
    pub id: Option<String>,
    /// User who gave the command.
    pub who: PeerUser,
}

/// `clock-step`: the wall clock moved against the boot clock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockStepEntry {
    /// Time that the clock would have shown.
    pub from: DateTime<FixedOffset>,
    /// Size of the step, in microseconds; negative when it went back.
    pub by_us: i64,
}

/// `clock-trust`: the clock became trusted, or untrusted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockTrustEntry {
    /// Whether the clock is trusted from now on.
    pub trusted: bool,
    /// Why the clock is trusted or not.
    pub trust: TrustReason,
}

/// `device`: the line was opened or lost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceEntry {
    /// `opened` or `lost`.
    pub state: LineChange,
    /// Name of the device, if it was opened.
    pub device: Option<String>,
    /// Sound card or sound-server sink that the device leads to, if it could be determined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sink: Option<String>,
    /// Whether that is hardware; none when unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware: Option<bool>,
    /// Error of the system; if a fallback device was opened, why the preferred one was not.
    pub detail: Option<String>,
}

/// `detail` of an `amplifier` entry while the commands are untried on this machine.
pub const UNTRIED: &str = "untried";

/// `amplifier`: the amplifier was switched, or could not be. Equal failures in a row make one entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AmplifierEntry {
    /// `on` or `off`: the intended state.
    pub to: SwitchTarget,
    /// True when the command exited with success.
    pub done: bool,
    /// Run time of the command, in milliseconds.
    pub took_ms: i64,
    /// Error, if it failed: `untried`, or the message of the system or the command.
    pub detail: Option<String>,
}
