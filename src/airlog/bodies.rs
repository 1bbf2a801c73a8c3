//! The body of each type of entry: one definition both writes and reads it.
//!
//! Logs last for years: a key is never taken away, one that is added has a default, and keys that this program does not know
//! are passed over.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::plan::Priority;
use crate::plan::diff::PlanChange;
use crate::schedule::{Id, InterruptPolicy, SegmentSource};

use super::damage::DamagedLog;
use super::outcome::{Outcome, Reason, TrustReason};

/// Who gave an order over the control socket, as the kernel told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerUser {
    /// User id.
    pub uid: u32,
    /// User name, if the system knows one.
    pub name: Option<String>,
}

/// Labels of an airing. `start` and `outcome` both carry them, so that each entry stands alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiringLabels {
    /// Planned id, `operator@<instant>` or `urgent@<instant>`.
    pub id: String,
    /// Segment id.
    pub segment: Id,
    /// Session id; none for unplanned plays.
    pub session: Option<Id>,
    /// When it was to start; none for unplanned plays.
    pub planned_at: Option<DateTime<FixedOffset>>,
    /// Planned length, milliseconds.
    pub planned_ms: i64,
    /// Its level.
    pub priority: Priority,
    /// Campaign id.
    pub campaign: Option<Id>,
    /// Topic number in the campaign.
    pub topic: Option<u16>,
    /// Language code.
    pub language: String,
    /// Who made it.
    pub source: SegmentSource,
    /// Title, NFC.
    pub title: String,
    /// File name in `audio/`.
    pub file: String,
}

/// One kept file that a `schedule` entry names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFileRef {
    /// `station.toml` or `playlists/NAME.toml`.
    pub name: String,
    /// SHA-256 of its bytes, the name of its copy in `airlog/kept/`.
    pub sha256: String,
}

/// The `detail` of an `amplifier` entry when nobody has tried its commands on this machine.
pub const UNTRIED: &str = "untried";

/// `amplifier`: failures in a row are one entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AmplifierEntry {
    /// `on` or `off`: what it was to be.
    pub to: String,
    /// True when the command exited with success.
    pub done: bool,
    /// Run time of the command, milliseconds.
    pub took_ms: i64,
    /// Why not: `untried`, or what the system or the command said.
    pub detail: Option<String>,
}

/// `relay`: no airing of ours, and no proof of anybody's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RelayEntry {
    /// Planned id.
    pub id: String,
    /// Session id.
    pub session: Option<Id>,
    /// Title of the relayed programme, NFC.
    pub title: String,
    /// When it was to begin.
    pub planned_at: Option<DateTime<FixedOffset>>,
    /// Planned length, milliseconds.
    pub planned_ms: i64,
    /// For how long the line was left free, milliseconds.
    pub held_ms: i64,
    /// Why that was not as planned; none when it was.
    pub reason: Option<Reason>,
    /// Always 0: nobody knows what the receiver gave.
    pub level: u8,
}

/// `interrupt`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InterruptEntry {
    /// The airing that was interrupted.
    pub id: String,
    /// Id of the airing that interrupted it; none when the device was lost.
    pub by: Option<String>,
    /// `urgent`, or `device-lost`.
    pub reason: Reason,
    /// Rule for the interrupted airing: `resume` or `restart`.
    pub then: InterruptPolicy,
    /// Frames of it taken so far.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
    /// The same in milliseconds.
    pub played_ms: i64,
}

/// `resume`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResumeEntry {
    /// The airing that sounds again.
    pub id: String,
    /// Frames of it that were taken before and count; 0 when it begins anew.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
    /// Where in the file it goes on, milliseconds.
    pub from_ms: i64,
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

/// `genesis`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GenesisEntry {
    /// What this log is; begins with `rehearsal/` when no sound was meant.
    pub origin: String,
    /// Its verifier key.
    pub key: String,
    /// The verifier key of its first epoch.
    pub epoch_key: String,
    /// Station id.
    pub station: Id,
    /// Station's name.
    pub name: String,
    /// Its agency.
    pub agency: String,
    /// Its zone.
    pub timezone: String,
    /// Program and version.
    pub program: String,
    /// The log before it, if that could not be gone on with.
    pub follows: Option<PredecessorLog>,
}

/// The log that a new one takes the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PredecessorLog {
    /// Where it is, in `airlog/`.
    pub kept_as: String,
    /// Its whole entries before the damage.
    pub entries: u64,
    /// Its newest signed head, if one was there.
    pub head: Option<String>,
    /// Why it was not gone on with: `rewound`, `changed`, `no-head`, `closings`, `no-keys`, `older-copy`, `forked`.
    #[serde(default)]
    pub why: String,
    /// Entries that it is known to have had, by its lines, its head, and what this machine remembers.
    #[serde(default)]
    pub size: u64,
    /// The root over `newest_size` entries that this machine remembers to have signed, base64; none when it remembers
    /// nothing of it.
    pub newest_root: Option<String>,
    /// How many those were.
    pub newest_size: Option<u64>,
}

impl From<DamagedLog> for PredecessorLog {
    fn from(damage: DamagedLog) -> Self {
        let DamagedLog { kept_as, entries, head, size, newest, why } = damage;
        let newest_root = newest.map(|newest| BASE64.encode(newest.root));
        let newest_size = newest.map(|newest| newest.size);
        Self { kept_as, entries, head, why: why.code().to_owned(), size, newest_root, newest_size }
    }
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

/// `lost`: neither copy of a kept file is left. What a plan named of which nothing else is known is owed, and unknown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostFileEntry {
    /// `plan` or `schedule`.
    pub what: String,
    /// Of a plan: its date.
    pub date: Option<NaiveDate>,
    /// Of a plan: planned airings, as its entry said.
    pub count: u64,
    /// Of a plan: rows, as its entry said.
    pub rows: u64,
    /// Of a plan: rows that have no end in the log so far.
    pub lacking: u64,
    /// SHA-256 of the file; of a schedule, of the first of its files that is lost.
    pub sha256: String,
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

/// `start`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartEntry {
    /// What.
    #[serde(flatten)]
    pub labels: AiringLabels,
    /// Start minus plan, microseconds; negative when early; none when unplanned.
    pub late_us: Option<i64>,
    /// How far `late_us` may be off by the scatter of the device's timestamps, microseconds.
    #[serde(default)]
    pub within_us: i64,
    /// SHA-256 of the file that plays.
    pub sha256: Option<String>,
    /// The device.
    pub device: String,
    /// What stands behind the device, as far as it could be found out: a sound card's id, a sound server's sink.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sink: Option<String>,
    /// Whether that is hardware; none where nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware: Option<bool>,
    /// Frames a second.
    pub rate: u32,
    /// Per cent.
    pub volume: u8,
    /// Level of proof of the line.
    pub level: u8,
}

/// `outcome`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeEntry {
    /// What.
    #[serde(flatten)]
    pub labels: AiringLabels,
    /// How it ended.
    pub result: Outcome,
    /// Why it was not whole; none when it was.
    pub reason: Option<Reason>,
    /// What was taken, in milliseconds: `frames / rate`.
    pub played_ms: i64,
    /// Frames of the file that the device took.
    pub frames: u64,
    /// Frames a second; 0 when nothing was taken.
    pub rate: u32,
    /// Start minus plan, microseconds; none when it never started or was unplanned.
    pub late_us: Option<i64>,
    /// How much later its end left the device than its frames at the device's rate make: the drift of the device's clock
    /// against the system's, microseconds; none when it did not sound whole, in one piece.
    pub drift_us: Option<i64>,
    /// Milliseconds of silence that came in because decoding, or the device's buffer, was late.
    pub underrun_ms: i64,
    /// How many times that was.
    #[serde(default)]
    pub underruns: u64,
    /// SHA-256 of the file as played; none when it was not opened.
    pub sha256: Option<String>,
    /// The device; none when no sound was tried.
    pub device: Option<String>,
    /// What stands behind the device, as far as it could be found out: a sound card's id, a sound server's sink.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sink: Option<String>,
    /// Whether that is hardware; none where nobody says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware: Option<bool>,
    /// Per cent; none when no sound was tried.
    pub volume: Option<u8>,
    /// Level of proof: 0 planned, 1 samples taken by the device.
    pub level: u8,
    /// What the system said when something went wrong; English.
    pub detail: Option<String>,
}

/// `operator`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OperatorEntry {
    /// `play`, `urgent`, `skip`, `stop`, `clock-confirm`, `amplifier-on`, `amplifier-off`.
    pub action: String,
    /// What it concerned: an airing's or segment's id.
    pub id: Option<String>,
    /// Who.
    pub who: PeerUser,
}

/// `note`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RemarkEntry {
    /// The airing it is about.
    pub id: String,
    /// The remark, NFC.
    pub text: String,
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
    pub state: String,
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

/// `shutdown`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ShutdownEntry {
    /// `signal`, `until`, or `rehearsal-end`.
    pub cause: String,
}

/// `epoch`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpochEntry {
    /// The epoch that begins with the next entry.
    pub epoch: u64,
    /// Its verifier key.
    pub epoch_key: String,
}

/// `anchor`, `cosigned`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignedNoteEntry {
    /// The signed note, whole.
    pub note: String,
}

/// `gap`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GapEntry {
    /// `disk-full`, `read-only`, `sync-failed`, `write-failed`, `too-long`.
    pub cause: String,
    /// Since when entries could not be written.
    pub since: DateTime<FixedOffset>,
    /// Entries that waited and were written late.
    pub waited: u64,
    /// Entries that were lost.
    pub lost: u64,
    /// What the system said; English.
    pub detail: String,
}
