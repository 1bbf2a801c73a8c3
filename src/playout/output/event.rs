//! The events that an output reports.
use std::path::PathBuf;

use super::cue::{CueKey, Ending, Refusal};
use super::sink_info::SinkInfo;
use crate::base::instant::BootTime;

/// An event that an output reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputEvent {
    /// The line is open.
    Opened {
        /// Rate of the line, frames per second.
        rate: u32,
        /// Name of the device, for the log.
        device: String,
        /// The sink that the device plays to, as far as it is already known.
        sink: SinkInfo,
        /// The reason why this is not the station's first device, in English, for the log; `None` if it is.
        fallback_reason: Option<String>,
    },
    /// The sink that the open device plays to was found.
    SinkIdentified {
        /// The sink.
        sink: SinkInfo,
    },
    /// The line could not be opened, or was lost while open. The output keeps trying to open it until
    /// [`Output::close`](super::Output::close). The cue that was sounding has ended ([`Ending::Lost`]). Cues that had
    /// not started are kept, and play if the line opens in time.
    Lost {
        /// The message from the system, in English, for the log.
        detail: String,
    },
    /// A file was inspected ahead of being cued.
    Inspected {
        /// Path of the file, as it was given to [`Output::inspect`](super::Output::inspect).
        path: PathBuf,
        /// The result.
        found: FileInspection,
    },
    /// The cue's file was opened and hashed.
    Ready {
        /// Key of the cue.
        key: CueKey,
        /// SHA-256 of the file's bytes, lower-case hex.
        sha256: String,
    },
    /// The cue cannot be played. No other event follows for it.
    Refused {
        /// Key of the cue.
        key: CueKey,
        /// The reason.
        refusal: Refusal,
        /// The message from the system or the decoder, in English, for the log.
        detail: String,
    },
    /// The device took the cue's first frame.
    Started {
        /// Key of the cue.
        key: CueKey,
        /// Instant at which that frame leaves the device, according to the device's timestamps.
        at: BootTime,
        /// Possible error of `at`, microseconds: two standard errors, from the scatter of the timestamps. An error
        /// common to all timestamps is not included.
        within_us: i64,
    },
    /// A cue starts later than its [`OutputEvent::Started`] reported, because the device paused before it played the
    /// first frame.
    Moved {
        /// Key of the cue.
        key: CueKey,
        /// The delay, microseconds.
        by_us: i64,
    },
    /// The cue has ended. No other event follows for it. A cue that was cut before it started also ends with this
    /// event, with 0 `frames`.
    Ended {
        /// Key of the cue.
        key: CueKey,
        /// Number of frames of the file that the device took, at the line's rate, without silence and underruns.
        frames: u64,
        /// Expected number of frames at the line's rate, without the frames skipped at the beginning; 0 if it is not
        /// known.
        expected: u64,
        /// Rate of the line, frames per second.
        rate: u32,
        /// Number of frames of silence that took the place of late frames.
        underrun_frames: u64,
        /// Number of separate underruns.
        underruns: u64,
        /// How the cue ended.
        ending: Ending,
        /// Instant at which the frame after the last one leaves the device.
        at: BootTime,
    },
}

/// The result of opening and hashing a file ahead of being cued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileInspection {
    /// The whole file can be read.
    Readable {
        /// SHA-256 of the file's bytes, lower-case hex.
        sha256: String,
    },
    /// A cue of this file would be refused for this reason.
    Refused(Refusal),
}

/// The progress of the sounding cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Key of the sounding cue.
    pub key: CueKey,
    /// Number of its frames that have been heard so far or, in a mixer, given to the device so far.
    pub frames: u64,
    /// Rate of the line, frames per second.
    pub rate: u32,
}
