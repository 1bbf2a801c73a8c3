//! Bodies about the station: its schedule, its clock, its devices and its operators.
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::airlog::outcome::TrustReason;
use crate::airlog::words::{LineChange, OperatorAction, ShutdownCause, SwitchTarget};
use crate::plan::diff::PlanChange;

/// Who gave an order over the control socket, as the kernel told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerUser {
    /// User id.
    pub uid: u32,
    /// User name, if the system knows one.
    pub name: Option<String>,
}

/// `boot`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BootEntry {
    /// Last sign of life before, if there was one.
    pub last_seen: Option<DateTime<FixedOffset>>,
    /// The same by the boot clock of that start of the machine, microseconds, believed or not.
    pub alive_us: Option<i64>,
    /// Seconds since then; none when the clock is not believed.
    pub off_s: Option<i64>,
    /// Whether the daemon had ended in order.
    pub orderly: bool,
    /// Whether the machine itself was started anew.
    pub machine_restarted: bool,
    /// Whether the clock is believed.
    pub trusted: bool,
    /// Why.
    pub trust: TrustReason,
    /// Program and version.
    pub program: String,
}

/// `shutdown`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShutdownEntry {
    /// `signal`, `until`, or `rehearsal-end`.
    pub cause: ShutdownCause,
}

/// One kept file that a `schedule` entry names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFileRef {
    /// `station.toml` or `playlists/NAME.toml`.
    pub name: String,
    /// SHA-256 of its bytes, the name of its copy in `airlog/kept/`.
    pub sha256: String,
}

/// `schedule`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScheduleEntry {
    /// The files, kept as `kept/<sha256>.toml`.
    pub files: Vec<KeptFileRef>,
    /// What was known of the audio files, kept as `kept/<sha256>.json`.
    pub library: String,
    /// Sessions in it.
    pub sessions: u64,
    /// Segments in it.
    pub segments: u64,
}

/// `plan`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanEntry {
    /// The date.
    pub date: NaiveDate,
    /// Planned airings of that date.
    pub count: u64,
    /// Rows of the plan that get an end in the log: those airings, relay slots, and what was withdrawn.
    #[serde(default)]
    pub rows: u64,
    /// SHA-256 of the plan, kept as `kept/<sha256>.json`.
    pub sha256: String,
}

/// `edit`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditEntry {
    /// The first day that was compared.
    pub date: NaiveDate,
    /// How many days.
    pub days: u64,
    /// What changes.
    pub changes: Vec<PlanChange>,
    /// Changes beyond those.
    pub more: u64,
}

/// `operator`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatorEntry {
    /// `play`, `urgent`, `skip`, `stop`, `clock-confirm`, `amplifier-on`, `amplifier-off`.
    pub action: OperatorAction,
    /// What it concerned: an airing's or segment's id.
    pub id: Option<String>,
    /// Who.
    pub who: PeerUser,
}

/// `clock-step`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockStepEntry {
    /// What the clock would have said.
    pub from: DateTime<FixedOffset>,
    /// How far it moved, microseconds; negative when back.
    pub by_us: i64,
}

/// `clock-trust`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockTrustEntry {
    /// Whether the clock is believed from now on.
    pub trusted: bool,
    /// Why.
    pub trust: TrustReason,
}

/// `device`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviceEntry {
    /// `opened` or `lost`.
    pub state: LineChange,
    /// The device's name, when open.
    pub device: Option<String>,
    /// What stands behind the device, as far as it could be found out: a sound card's id, a sound server's sink.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sink: Option<String>,
    /// Whether that is hardware; none where nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware: Option<bool>,
    /// What the system said; when open, why it is not the device that the station would rather have.
    pub detail: Option<String>,
}

/// The `detail` of an `amplifier` entry when nobody has tried its commands on this machine.
pub const UNTRIED: &str = "untried";

/// `amplifier`: failures in a row are one entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AmplifierEntry {
    /// `on` or `off`: what it was to be.
    pub to: SwitchTarget,
    /// True when the command exited with success.
    pub done: bool,
    /// Run time of the command, milliseconds.
    pub took_ms: i64,
    /// Why not: `untried`, or what the system or the command said.
    pub detail: Option<String>,
}
