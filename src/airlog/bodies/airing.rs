//! Bodies about one airing, or the relay in its place.
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::station::PeerUser;
use crate::airlog::outcome::{Outcome, Reason};
use crate::plan::Priority;
use crate::schedule::{Id, InterruptPolicy, SegmentSource};

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
