//! Events: what an output reports.
use super::cue::{CueKey, Ending, Refusal};
use crate::base::instant::BootTime;

/// The sink behind a device, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SinkInfo {
    /// Id of a sound card, or name of a sound server's sink.
    pub name: Option<String>,
    /// Whether it is hardware; `None` when nothing says.
    pub hardware: Option<bool>,
}

/// An event of an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputEvent {
    /// The line is open.
    Opened {
        /// Frames per second that the device takes.
        rate: u32,
        /// Name of the device, for the log.
        device: String,
        /// Sink behind it, as far as it is known at once.
        sink: SinkInfo,
        /// Why it is not the device that the station prefers; English, for the log.
        fallback_reason: Option<String>,
    },
    /// The sink behind the open device was found out later.
    SinkIdentified {
        /// Sink behind the device.
        sink: SinkInfo,
    },
    /// The line could not be opened, or was lost while open. The output reopens it until
    /// [`Output::close`](super::Output::close). Cues that had not started are kept, and play if it is not too late. The
    /// cue that sounded has ended ([`Ending::Lost`]).
    Lost {
        /// Message of the system, in English, for the log.
        detail: String,
    },
    /// The cue's file was opened and hashed: the cue can play.
    Ready {
        /// Cue.
        key: CueKey,
        /// SHA-256 of the file's bytes, lower-case hex.
        sha256: String,
    },
    /// The cue cannot be played. No other event follows for it.
    Refused {
        /// Cue.
        key: CueKey,
        /// Reason.
        why: Refusal,
        /// Message of the system or the decoder, in English, for the log.
        detail: String,
    },
    /// The device took the cue's first frame.
    Started {
        /// Cue.
        key: CueKey,
        /// When that frame leaves the device, by the device's timestamps.
        at: BootTime,
        /// Possible error of `at` in microseconds: two standard errors, by the scatter of the timestamps. An error that
        /// all timestamps share is not included.
        within_us: i64,
    },
    /// A cue that was reported as started begins later than reported: the device had not played it yet, and paused
    /// before it.
    Moved {
        /// Cue.
        key: CueKey,
        /// Delay in microseconds.
        by_us: i64,
    },
    /// The cue is over. No other event follows for it. Also sent for a cue that was cut before it started; `frames` is
    /// 0 then.
    Ended {
        /// Cue.
        key: CueKey,
        /// Frames of the file that the device took, at the line's rate, without silence and underruns.
        frames: u64,
        /// Expected frames at the line's rate, without those left out at the beginning; 0 when not known.
        expected: u64,
        /// Rate of the line.
        rate: u32,
        /// Frames of silence inserted because decoding, or the device's buffer, was late.
        underrun_frames: u64,
        /// Number of such insertions.
        underruns: u64,
        /// How the cue ended.
        ending: Ending,
        /// When the frame after its last one leaves the device.
        at: BootTime,
    },
}

/// How far the sounding cue has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Sounding cue.
    pub key: CueKey,
    /// Frames of it taken so far.
    pub frames: u64,
    /// Rate of the line.
    pub rate: u32,
}
