//! The states of an airing, each with the data that is valid in it.
use super::playback::Playback;
use crate::airlog::entry::Reason;
use crate::base::instant::BootTime;
use crate::library::Length;
use crate::playout::output::{CueKey, Refusal};

/// The progress of an airing.
#[derive(Debug, Clone, PartialEq)]
pub enum AiringState {
    /// The airing waits for its time, or for the line.
    Waiting,
    /// The output has a cue for the airing that has not started.
    Cued {
        /// The cue of the airing.
        cue: CueRecord,
        /// The instant at which the cue should start.
        due_at: BootTime,
        /// True when the cue starts at the end of the previous one.
        follows_previous: bool,
    },
    /// The device is playing the airing.
    Sounding {
        /// The cue of the airing.
        cue: CueRecord,
        /// The actual start minus the planned one, in microseconds. `None` for an unplanned airing.
        late_us: Option<i64>,
        /// The instant at which the airing's first frame left the device.
        started_at: BootTime,
        /// The length that the device had taken at the last progress report.
        played_length: Length,
    },
    /// The output cannot play the airing. A planned airing gets its outcome at its planned time.
    Refused {
        /// The output's reason.
        refusal: Refusal,
        /// The error text from the system or from a decoder.
        detail: String,
        /// The part that sounded before an interruption.
        earlier_part: Option<Box<EarlierPart>>,
    },
    /// The airing is a relay slot that has begun: loa leaves the line to a receiver.
    Relaying {
        /// The beginning of the slot.
        started_at: BootTime,
        /// The planned end of the slot.
        ends_at: BootTime,
    },
    /// An urgent airing has the line, or the device is lost. The airing will continue afterwards.
    Interrupted(Box<EarlierPart>),
    /// The airing has its outcome.
    Done,
}

/// The engine's record of a cue that the output has for an airing.
#[derive(Debug, Clone, PartialEq)]
pub struct CueRecord {
    /// The key of the cue in the output's reports.
    pub key: CueKey,
    /// SHA-256 of the file, once the output has hashed it.
    pub sha256: Option<String>,
    /// The length of the airing's beginning that the first cue skipped, in microseconds.
    pub first_skip_us: i64,
    /// The length of the part of the airing that this cue plays, in microseconds.
    pub cue_length_us: i64,
    /// The expected end of the cue's last frame.
    pub ends_at: BootTime,
    /// The reason for cutting the cue. `None` as long as the engine has not cut it.
    pub cut_reason: Option<Reason>,
    /// The part that sounded before an interruption.
    pub earlier_part: Option<Box<EarlierPart>>,
}

/// The part of an airing that sounded before an interruption.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierPart {
    /// The evidence for that part.
    pub playback: Playback,
    /// The length of the airing's beginning that the first cue skipped, in microseconds.
    pub first_skip_us: i64,
    /// The position, in microseconds, at which an urgent airing last cut the airing.
    pub resume_position_us: i64,
    /// The time at which the airing's last frame would have ended without the interruption.
    pub ends_at: BootTime,
    /// `Some` if the device was lost while the airing sounded. Then the airing is at most partial.
    pub device_loss: Option<DeviceLoss>,
}

/// The state of an airing's recovery from the loss of the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceLoss {
    /// The airing waits until the line is open again. Then it continues at the position that it would have reached.
    AwaitingDevice,
    /// The airing has resumed, with a gap.
    Resumed,
}
