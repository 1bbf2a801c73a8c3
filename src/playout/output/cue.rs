//! Cues, which are commands to an output to play a file.
use std::path::PathBuf;

use crate::base::instant::{BootTime, SECOND_US};
use crate::library::Length;
use crate::library::loudness::Loudness;

/// Maximum delay with which a start counts as on time, microseconds. Outcomes use this limit. A cue does not start if
/// the line opens later than this after the cue's instant.
pub const ON_TIME_TOLERANCE_US: i64 = 5 * SECOND_US;

/// The key that identifies a cue in events. A run of the daemon uses each key once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CueKey(pub u64);

/// The time at which the first frame of a cue leaves the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CueStart {
    /// At this instant, or as soon as possible if the instant is past. The cue cuts the sounding cue, and discards
    /// every cue before it. A sounding cue with at most half a second left is not cut. It plays to its end first.
    AtInstant(BootTime),
    /// Directly after the last frame of the previous cue, if that cue played to its end. Otherwise, or if there is no
    /// previous cue, at `not_before` or as soon as possible after `not_before`.
    AfterPrevious {
        /// The planned instant.
        not_before: BootTime,
    },
}

impl CueStart {
    /// Returns the instant of [`CueStart::AtInstant`], or `not_before`.
    #[must_use]
    pub fn earliest(self) -> BootTime {
        match self {
            Self::AtInstant(instant) => instant,
            Self::AfterPrevious { not_before } => not_before,
        }
    }
}

/// A command to play one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// The key that identifies the cue in events.
    pub key: CueKey,
    /// Path of the audio file.
    pub path: PathBuf,
    /// The time at which the first frame leaves the device.
    pub start: CueStart,
    /// Length of the part that is skipped at the beginning, microseconds.
    pub skip_us: i64,
    /// True when a late start does not delay the end: a [`CueStart::AtInstant`] cue that starts late skips the part
    /// that should already have been heard.
    pub joins_in_progress: bool,
    /// Planned length of the complete file. Playback stops there even if the file is longer. `None`: playback stops at
    /// the end of the file.
    pub planned_length: Option<Length>,
    /// SHA-256 that the file must have, lower-case hex; `None`: any file is allowed.
    pub required_sha256: Option<String>,
    /// Measured loudness of the file, if known.
    pub loudness: Option<Loudness>,
    /// Volume in per cent of full scale; `None`: the volume in the output's settings.
    pub volume: Option<u8>,
}

impl Cue {
    /// Returns the instant from which it is too late to start this cue after a loss of the device. The cue was queued
    /// at `queued_at`.
    pub(in crate::playout) fn expires_at(&self, queued_at: BootTime) -> BootTime {
        self.start.earliest().max(queued_at).plus(ON_TIME_TOLERANCE_US)
    }
}

/// The reason why no frame of a cue can be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The file is missing.
    FileMissing,
    /// The file exists, but it cannot be read, or none of its frames can be decoded.
    FileDamaged,
    /// The file's hash differs from the approved hash, or from the hash that the output has already reported.
    HashMismatch,
}

/// How a cue ended. A refused cue has a [`Refusal`] instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The device took every expected frame.
    Whole,
    /// The file had fewer frames than expected, or decoding failed before the end.
    Short {
        /// The cause, in English, for the log.
        detail: String,
    },
    /// The file's bytes changed after they were hashed. No changed byte was played.
    Altered,
    /// The cue was cut by [`Output::cut`](super::Output::cut), by a later [`CueStart::AtInstant`], or by
    /// [`Output::close`](super::Output::close).
    Cut,
    /// The device was lost before the end.
    Lost,
}
