//! Bodies about one airing, or the relay in its place.
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::station::PeerUser;
use crate::airlog::outcome::{Outcome, Reason};
use crate::plan::Priority;
use crate::schedule::{Id, InterruptPolicy, SegmentSource};

/// Labels of an airing. `start` and `outcome` both carry them, so that each entry can be read alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiringLabels {
    /// Planned id, `operator@<instant>` or `urgent@<instant>`.
    pub id: String,
    /// Segment id.
    pub segment: Id,
    /// Session id; none for an unplanned play.
    pub session: Option<Id>,
    /// Planned start; none for an unplanned play.
    pub planned_at: Option<DateTime<FixedOffset>>,
    /// Planned length, in milliseconds.
    pub planned_ms: i64,
    /// Priority.
    pub priority: Priority,
    /// Campaign id.
    pub campaign: Option<Id>,
    /// Topic number within the campaign.
    pub topic: Option<u16>,
    /// Language code.
    pub language: String,
    /// Producer of the programme.
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
    /// Start minus planned start, in microseconds; negative when early; none for an unplanned play.
    pub late_us: Option<i64>,
    /// Uncertainty of `late_us` from the scatter of the device's timestamps, in microseconds.
    #[serde(default)]
    pub within_us: i64,
    /// SHA-256 of the file.
    pub sha256: Option<String>,
    /// Name of the device.
    pub device: String,
    /// Sound card or sound-server sink that the device leads to, if it could be determined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sink: Option<String>,
    /// Whether that is hardware; none when unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware: Option<bool>,
    /// Frames a second.
    pub rate: u32,
    /// Volume, in per cent.
    pub volume: u8,
    /// Level of proof that the line gives.
    pub level: u8,
}

/// `outcome`: an airing is over, one way or another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutcomeEntry {
    /// Labels of the airing.
    #[serde(flatten)]
    pub labels: AiringLabels,
    /// Result.
    pub result: Outcome,
    /// Why it was not aired in full; none if it was.
    pub reason: Option<Reason>,
    /// Length taken by the device, in milliseconds: `frames / rate`.
    pub played_ms: i64,
    /// Frames of the file that the device took.
    pub frames: u64,
    /// Frames a second; 0 when nothing was taken.
    pub rate: u32,
    /// Start minus planned start, in microseconds; none when it never started or was unplanned.
    pub late_us: Option<i64>,
    /// Drift of the device's clock against the system's over the airing, in microseconds: how much later the end left
    /// the device than its frame count at the device's rate gives. None unless it played in full and in one piece.
    pub drift_us: Option<i64>,
    /// Silence inserted because decoding or the device's buffer was late, in milliseconds.
    pub underrun_ms: i64,
    /// Number of underruns.
    #[serde(default)]
    pub underruns: u64,
    /// SHA-256 of the file as played; none if it was not opened.
    pub sha256: Option<String>,
    /// Name of the device; none if playback was not attempted.
    pub device: Option<String>,
    /// Sound card or sound-server sink that the device leads to, if it could be determined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sink: Option<String>,
    /// Whether that is hardware; none when unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware: Option<bool>,
    /// Volume, in per cent; none if playback was not attempted.
    pub volume: Option<u8>,
    /// Level of proof: 0 planned, 1 samples taken by the device.
    pub level: u8,
    /// Error of the system, in English.
    pub detail: Option<String>,
}

/// `interrupt`: an airing was interrupted and waits to go on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InterruptEntry {
    /// Id of the interrupted airing.
    pub id: String,
    /// Id of the interrupting airing; none when the device was lost.
    pub by: Option<String>,
    /// `urgent`, or `device-lost`.
    pub reason: Reason,
    /// Rule for the interrupted airing: `resume` or `restart`.
    pub then: InterruptPolicy,
    /// Frames taken so far.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
    /// Length taken so far, in milliseconds.
    pub played_ms: i64,
}

/// `resume`: an interrupted airing sounds again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResumeEntry {
    /// Id of the airing.
    pub id: String,
    /// Frames taken before that still count; 0 when it restarts from the beginning.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
    /// Position in the file at which it resumes, in milliseconds.
    pub from_ms: i64,
}

/// `relay`: a slot in which the line was left to another receiver. It proves nothing about the relayed programme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RelayEntry {
    /// Planned id.
    pub id: String,
    /// Session id.
    pub session: Option<Id>,
    /// Title of the relayed programme, NFC.
    pub title: String,
    /// Planned start.
    pub planned_at: Option<DateTime<FixedOffset>>,
    /// Planned length, in milliseconds.
    pub planned_ms: i64,
    /// Time for which the line was left free, in milliseconds.
    pub held_ms: i64,
    /// Why that differs from the plan; none if it does not.
    pub reason: Option<Reason>,
    /// Always 0: the station cannot tell what the receiver gave.
    pub level: u8,
}

/// `note`: a person's remark about an airing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RemarkEntry {
    /// Id of the airing.
    pub id: String,
    /// Text, NFC.
    pub text: String,
    /// Author.
    pub who: PeerUser,
}
