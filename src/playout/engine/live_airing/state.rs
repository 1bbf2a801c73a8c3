//! The states of an airing, each with the data that is valid in it.
use super::playback::Playback;
use crate::airlog::entry::Reason;
use crate::base::instant::BootTime;
use crate::library::Length;
use crate::playout::output::{CueKey, Refusal};

/// The progress of an airing.
#[derive(Debug, Clone, PartialEq)]
pub enum AiringState {
    /// It waits for its time, or for the line.
    Waiting,
    /// The output has a cue for it that has not started.
    Cued {
        /// Its cue.
        cue: CueRecord,
        /// The instant at which the cue should start.
        due_at: BootTime,
        /// True when it starts at the end of the previous cue.
        follows_previous: bool,
    },
    /// The device plays it.
    Sounding {
        /// Its cue.
        cue: CueRecord,
        /// The actual start minus the planned one, microseconds. `None` for an unplanned airing.
        late_us: Option<i64>,
        /// The instant when its first frame left the device.
        started_at: BootTime,
        /// The length that the device had taken at the last progress report.
        played_length: Length,
    },
    /// The output cannot play it. A planned airing is logged at its planned time.
    Refused {
        /// The output's reason.
        refusal: Refusal,
        /// The error text of the system or of a decoder.
        detail: String,
        /// The part that sounded before an interruption.
        earlier_part: Option<Box<EarlierPart>>,
    },
    /// A relay slot: loa leaves the line to another receiver.
    Relaying {
        /// The beginning of the slot.
        started_at: BootTime,
        /// The planned end of the slot.
        ends_at: BootTime,
    },
    /// An urgent airing has the line, or the device is lost. It will continue afterwards.
    Interrupted(Box<EarlierPart>),
    /// It has its outcome.
    Done,
}

/// The engine's record of a cue that the output has for an airing.
#[derive(Debug, Clone, PartialEq)]
pub struct CueRecord {
    /// The key of the cue in the output's reports.
    pub key: CueKey,
    /// SHA-256 of the file, once the output has hashed it.
    pub sha256: Option<String>,
    /// The length at the airing's beginning that its first cue left out, microseconds.
    pub first_skip_us: i64,
    /// The length of the airing that this cue plays, microseconds.
    pub cue_length_us: i64,
    /// The expected instant of its last frame's end.
    pub ends_at: BootTime,
    /// The reason for cutting it. `None` as long as the engine has not cut it.
    pub cut_reason: Option<Reason>,
    /// The part that sounded before an interruption.
    pub earlier_part: Option<Box<EarlierPart>>,
}

/// The part of an airing that sounded before an interruption.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierPart {
    /// The evidence of that part.
    pub playback: Playback,
    /// The length at the airing's beginning that its first cue left out, microseconds.
    pub first_skip_us: i64,
    /// The position in the airing at which an urgent interruption came, microseconds.
    pub resume_at_us: i64,
    /// The expected instant of the last frame's end, had there been no interruption.
    pub ends_at: BootTime,
    /// Set when the device was lost while it sounded. Then the airing is at most partial.
    pub device_loss: Option<DeviceLoss>,
}

/// The state of an airing's recovery from the loss of the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceLoss {
    /// It waits until the line is open again. Then it continues at the position that it would have reached.
    AwaitingDevice,
    /// It has resumed, with a gap.
    Resumed,
}
