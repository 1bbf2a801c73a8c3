//! The evidence for an outcome: the sound that the device took.
use crate::playout::output::SinkInfo;

/// The part of an airing that sounded, with the evidence for it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Playback {
    /// The number of the file's frames that the device took.
    pub frames: u64,
    /// The rate in frames per second.
    pub rate: u32,
    /// The actual start minus the planned one, in microseconds. `None` for an unplanned airing.
    pub late_us: Option<i64>,
    /// The time that the airing took minus the length of its frames, in microseconds. `None` when unknown or when there
    /// were gaps.
    pub drift_us: Option<i64>,
    /// The number of frames of silence inserted between the file's frames.
    pub underrun_frames: u64,
    /// The number of times that silence was inserted.
    pub underruns: u64,
    /// SHA-256 of the file, in lower-case hex.
    pub sha256: Option<String>,
    /// The device's name.
    pub device: Option<String>,
    /// The hardware of the device.
    pub sink: SinkInfo,
    /// The volume, in per cent of full scale.
    pub volume: Option<u8>,
    /// The level of proof, 0 or 1.
    pub proof_level: u8,
    /// The error text from the system or from a decoder.
    pub detail: Option<String>,
    /// True when audible silence was inserted between the frames, or when some of them cannot have been heard. Then the
    /// airing is at most partial.
    pub is_impaired: bool,
}
