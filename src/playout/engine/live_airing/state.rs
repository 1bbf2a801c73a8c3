//! The states of an airing, each with the data that is valid in it.
use super::playback::Playback;
use crate::airlog::entry::Reason;
use crate::base::instant::BootTime;
use crate::library::Length;
use crate::playout::output::{CueKey, Refusal};

/// How far an airing has come.
#[derive(Debug, Clone, PartialEq)]
pub enum AiringState {
    /// Its time has not come.
    Waiting,
    /// The output has it.
    Cued {
        /// Its cue.
        cue: HeldCue,
        /// When it should start.
        due: BootTime,
        /// Whether it is timed by the cue before it.
        follows: bool,
    },
    /// The device takes it.
    Sounding {
        /// Its cue.
        cue: HeldCue,
        /// Start minus plan, microseconds.
        late_us: Option<i64>,
        /// When its first frame left the device.
        since: BootTime,
        /// How much the device had taken at the last look.
        taken: Length,
    },
    /// The output cannot play it; logged when its time comes.
    Refused {
        /// Why.
        why: Refusal,
        /// Error text of the system.
        detail: String,
        /// The part that sounded before an interruption.
        earlier: Option<Box<EarlierPart>>,
    },
    /// A relay slot during which the line is left to another receiver.
    Relaying {
        /// Since when.
        since: BootTime,
        /// Until when.
        until: BootTime,
    },
    /// Something urgent has the line, or the device is lost; it will go on.
    Interrupted(Box<EarlierPart>),
    /// It has its outcome.
    Done,
}

/// A cue that the output has for an airing.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldCue {
    /// Its name at the output.
    pub key: CueKey,
    /// SHA-256 of the file, once the output has hashed it.
    pub sha256: Option<String>,
    /// How much of the airing's beginning the first cue left out, microseconds.
    pub skipped_us: i64,
    /// How much of the airing this cue plays, microseconds.
    pub plays_us: i64,
    /// When its last frame should be gone.
    pub ends_at: BootTime,
    /// Why it is being cut, once it is.
    pub cut_reason: Option<Reason>,
    /// The part that sounded before an interruption.
    pub earlier: Option<Box<EarlierPart>>,
}

/// The part of an airing that sounded before an interruption.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierPart {
    /// The evidence of it.
    pub playback: Playback,
    /// How much of the airing's beginning the first cue left out, microseconds.
    pub skipped_us: i64,
    /// How far into the airing an urgent interruption came, microseconds.
    pub resume_at_us: i64,
    /// When the last frame should have been gone.
    pub ends_at: BootTime,
    /// Set when the device was lost while it sounded: it is not whole, whatever follows.
    pub device_loss: Option<DeviceLoss>,
}

/// Consequences of the loss of the device for an airing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceLoss {
    /// It waits until the line is back, and then goes on where it would be by then.
    AwaitingDevice,
    /// It has gone on, with a gap.
    Resumed,
}
