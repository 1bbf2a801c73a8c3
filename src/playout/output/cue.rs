//! Cues: what an output is told to play.
use std::path::PathBuf;

use crate::base::instant::{BootTime, SECOND_US};
use crate::library::Length;
use crate::library::loudness::Loudness;

/// A start within this distance of its instant is on time, microseconds. Outcomes count by it, and a line that opens
/// later than this does not start the cue.
pub const ON_TIME_US: i64 = 5 * SECOND_US;

/// Key of a cue in events. No key is used twice in a run of the daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CueKey(pub u64);

/// When the first frame of a cue leaves the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CueStart {
    /// At this instant. The cue cuts what still sounds, and drops every cue before it. It does not cut what has no more
    /// than half a second left: that ends first. An instant that has passed means as soon as possible.
    At(BootTime),
    /// On the next frame after the cue before it, if that cue ended whole. Otherwise (it ended short, was refused or
    /// cut, or there is none) not before this instant.
    Follow {
        /// Planned instant.
        not_before: BootTime,
    },
}

impl CueStart {
    /// Returns the instant at which the cue starts, or before which it does not follow.
    #[must_use]
    pub fn earliest(self) -> BootTime {
        match self {
            Self::At(instant) => instant,
            Self::Follow { not_before } => not_before,
        }
    }
}

/// One file to play.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cue {
    /// Key in events.
    pub key: CueKey,
    /// Audio file.
    pub path: PathBuf,
    /// When the first frame leaves.
    pub start: CueStart,
    /// How much of the beginning is left out, in microseconds of the file.
    pub skip_us: i64,
    /// A cue that starts later than its [`CueStart::At`] leaves out that much more of its beginning, so that it ends on
    /// time.
    pub joins_in_progress: bool,
    /// Planned length of the whole file. Playing stops there even if the file goes on. `None`: at the file's end.
    pub length: Option<Length>,
    /// SHA-256 that the file must have, lower-case hex; `None`: any.
    pub sha256: Option<String>,
    /// Measured loudness, if known.
    pub loudness: Option<Loudness>,
    /// Per cent of full scale; `None`: the output's own volume.
    pub volume: Option<u8>,
}

impl Cue {
    /// Returns when it is too late to start this cue, which was queued at `queued_at`, after the device was lost.
    pub(in crate::playout) fn expires_at(&self, queued_at: BootTime) -> BootTime {
        self.start.earliest().max(queued_at).plus(ON_TIME_US)
    }
}

/// Why a cue cannot be played at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The file is missing, or cannot be opened.
    FileMissing,
    /// Not one frame of the file can be decoded.
    FileDamaged,
    /// The file is not the one that was approved.
    HashMismatch,
}

/// How a cue that was taken ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The device took every expected frame.
    Whole,
    /// The file gave fewer frames than expected, or decoding failed on the way.
    Short {
        /// Cause, in English, for the log.
        detail: String,
    },
    /// The file's bytes changed after they were hashed. No changed byte was played.
    Altered,
    /// Cut by [`Output::cut`](super::Output::cut), by a later [`CueStart::At`], or by
    /// [`Output::close`](super::Output::close).
    Cut,
    /// The device was lost on the way.
    Lost,
}
