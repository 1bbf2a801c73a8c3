//! The bodies of entries about an airing or a relay slot.
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::station::PeerUser;
use crate::airlog::outcome::{Outcome, Reason};
use crate::plan::Priority;
use crate::schedule::{Id, InterruptPolicy, SegmentSource};

/// The labels of an airing. Both `start` and `outcome` have them, so that a reader needs only one of the two entries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiringLabels {
    /// Id of the airing: its id in the plan, `operator@<instant>` or `urgent@<instant>`.
    pub id: String,
    /// Segment id.
    pub segment: Id,
    /// Session id; `None` for an unplanned play.
    pub session: Option<Id>,
    /// Planned start; `None` for an unplanned play.
    pub planned_at: Option<DateTime<FixedOffset>>,
    /// Planned length, in milliseconds.
    pub planned_ms: i64,
    /// Priority.
    pub priority: Priority,
    /// Campaign id, if the segment belongs to one.
    pub campaign: Option<Id>,
    /// Topic number within the campaign, if any.
    pub topic: Option<u16>,
    /// Language code.
    pub language: String,
    /// Level of the office that made the segment.
    pub source: SegmentSource,
    /// Title, NFC.
    pub title: String,
    /// File name in `audio/`.
    pub file: String,
}

/// `start`: the device took the first frame of an airing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartEntry {
    /// Labels of the airing.
    #[serde(flatten)]
    pub labels: AiringLabels,
    /// Start minus planned start, in microseconds; negative when early; `None` for an unplanned play.
    pub late_us: Option<i64>,
    /// Uncertainty of `late_us` in microseconds, caused by the scatter of the device's timestamps.
    #[serde(default)]
    pub within_us: i64,
    /// SHA-256 of the file.
    pub sha256: Option<String>,
    /// Name of the device.
    pub device: String,
    /// Sound card or sound-server sink that the device plays to, if it could be determined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sink: Option<String>,
    /// True when that card or sink is hardware; `None` if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware: Option<bool>,
    /// Frames per second.
    pub rate: u32,
    /// Volume, in per cent.
    pub volume: u8,
    /// Level of proof that the line gives.
    pub level: u8,
}

/// `outcome`: an airing ended, or could not begin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeEntry {
    /// Labels of the airing.
    #[serde(flatten)]
    pub labels: AiringLabels,
    /// Result.
    pub result: Outcome,
    /// Reason why the airing was not aired in full; `None` if it was aired in full.
    pub reason: Option<Reason>,
    /// Length of the frames that the device took (`frames / rate`), in milliseconds.
    pub played_ms: i64,
    /// Number of frames of the file that the device took.
    pub frames: u64,
    /// Frames per second; 0 when nothing was taken.
    pub rate: u32,
    /// Start minus planned start, in microseconds; `None` if the airing never started or was unplanned.
    pub late_us: Option<i64>,
    /// Drift of the device's clock relative to the system clock during the airing, in microseconds. It is positive when
    /// the airing took longer than its frame count implies at the device's rate. `None` unless the airing played in
    /// full and without an interruption.
    pub drift_us: Option<i64>,
    /// Total silence inserted because the decoder or the device's buffer was late, in milliseconds.
    pub underrun_ms: i64,
    /// Number of underruns.
    #[serde(default)]
    pub underruns: u64,
    /// SHA-256 of the file as played; `None` if it was not opened.
    pub sha256: Option<String>,
    /// Name of the device; `None` if playback was not attempted.
    pub device: Option<String>,
    /// Sound card or sound-server sink that the device plays to, if it could be determined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sink: Option<String>,
    /// True when that card or sink is hardware; `None` if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware: Option<bool>,
    /// Volume, in per cent; `None` if playback was not attempted.
    pub volume: Option<u8>,
    /// Level of proof: 0 planned, 1 samples taken by the device.
    pub level: u8,
    /// Error message from the system, in English, if any.
    pub detail: Option<String>,
}

/// `interrupt`: an airing was interrupted and will continue later.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InterruptEntry {
    /// Id of the interrupted airing.
    pub id: String,
    /// Id of the interrupting airing; `None` if the device was lost.
    pub by: Option<String>,
    /// `urgent`, or `device-lost`.
    pub reason: Reason,
    /// Rule for the interrupted airing: `resume` or `restart`.
    pub then: InterruptPolicy,
    /// Number of frames that the device had taken by then.
    pub frames: u64,
    /// Frames per second.
    pub rate: u32,
    /// Length of these frames, in milliseconds.
    pub played_ms: i64,
}

/// `resume`: an interrupted airing continued.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResumeEntry {
    /// Id of the airing.
    pub id: String,
    /// Number of frames from before the interruption that still count; 0 when the airing restarts from the beginning.
    pub frames: u64,
    /// Frames per second.
    pub rate: u32,
    /// Position in the file at which the airing resumes, in milliseconds.
    pub from_ms: i64,
}

/// `relay`: a relay slot, in which loa left the line to a receiver. The entry proves nothing about the relayed
/// programme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RelayEntry {
    /// Id of the slot in the plan.
    pub id: String,
    /// Session id.
    pub session: Option<Id>,
    /// Title of the relayed programme, NFC.
    pub title: String,
    /// Planned start.
    pub planned_at: Option<DateTime<FixedOffset>>,
    /// Planned length, in milliseconds.
    pub planned_ms: i64,
    /// Time during which the line was left free, in milliseconds.
    pub held_ms: i64,
    /// Reason why that time differs from the plan; `None` if it does not.
    pub reason: Option<Reason>,
    /// Level of proof. Always 0, because the station cannot observe the output of the receiver.
    pub level: u8,
}

/// `note`: somebody's remark about an airing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RemarkEntry {
    /// Id of the airing.
    pub id: String,
    /// Text, NFC.
    pub text: String,
    /// Author of the remark.
    pub who: PeerUser,
}
