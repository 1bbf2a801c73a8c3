//! The evidence of what the device took, for an outcome.
use crate::playout::output::SinkInfo;

/// The part of an airing that sounded, with the evidence for it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Playback {
    /// Frames of the file that the device took.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
    /// Start minus plan, microseconds.
    pub late_us: Option<i64>,
    /// How far the device's clock gained on the boot clock meanwhile, microseconds.
    pub drift_us: Option<i64>,
    /// Frames of silence inserted between those of the file.
    pub underrun_frames: u64,
    /// How many times silence was inserted.
    pub underruns: u64,
    /// SHA-256 of the file.
    pub sha256: Option<String>,
    /// The device.
    pub device: Option<String>,
    /// The hardware behind the device.
    pub sink: SinkInfo,
    /// Per cent.
    pub volume: Option<u8>,
    /// Level of proof.
    pub proof_level: u8,
    /// Error text of the system.
    pub detail: Option<String>,
    /// Whether silence came in between its frames, or not all of them can have been heard: it is not whole.
    pub impaired: bool,
}
