//! `[output]`: where sound goes, and how loud it is.
use chrono::NaiveTime;

/// `[output]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputSettings {
    /// The device that sound goes to.
    pub device: Device,
    /// The devices that replace it while it is missing, in order.
    pub fallback_devices: Vec<Device>,
    /// The device's buffer, in milliseconds. A larger one tolerates a busier machine, but a cut item plays on for
    /// longer.
    pub buffer_ms: u32,
    /// Per cent of full scale, 0 to 100.
    pub volume: u8,
    /// Volumes for times of day, ordered by start: from, until (not included), per cent.
    pub volume_ranges: Vec<(NaiveTime, NaiveTime, u8)>,
    /// Loudness of every segment before the volume, in hundredths of LUFS (ITU-R BS.1770); `None`: unchanged.
    pub loudness_target: Option<i32>,
    /// Whether all channels of the line carry the same signal: a line of horns has no left and right.
    pub is_mono: bool,
}

/// Enough for an old, busy machine.
pub const DEFAULT_BUFFER_MS: u32 = 200;
/// -16 LUFS: speech on horns.
pub const DEFAULT_LOUDNESS_TARGET: i32 = -1_600;

impl Default for OutputSettings {
    fn default() -> Self {
        Self {
            device: Device::Default,
            fallback_devices: Vec::new(),
            buffer_ms: DEFAULT_BUFFER_MS,
            volume: 80,
            volume_ranges: Vec::new(),
            loudness_target: Some(DEFAULT_LOUDNESS_TARGET),
            is_mono: true,
        }
    }
}

impl OutputSettings {
    /// Returns the volume for a time of day; `None` when none is set for it.
    #[must_use]
    pub fn volume_at(&self, time: NaiveTime) -> Option<u8> {
        let covers = |(from, until, _): &&(NaiveTime, NaiveTime, u8)| {
            if from < until { *from <= time && time < *until } else { *from <= time || time < *until }
        };
        self.volume_ranges.iter().find(covers).map(|(.., volume)| *volume)
    }
}

/// `output.device`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Device {
    /// `"default"`: the system's default sound device.
    Default,
    /// A sound device, by name.
    Named(String),
    /// `"null"`: silent, in real time; proof level 0.
    Null,
    /// `"wav:FILE"`: written in real time to a file at the top of the station's folder; proof level 0.
    Wav(String),
}

/// Returns whether a name may follow `wav:`: a wave file at the top of the station's folder, where no other file of the
/// station has such a name.
#[must_use]
pub fn is_wav_name(name: &str) -> bool {
    name.strip_suffix(".wav").is_some_and(|stem| !stem.is_empty())
        && !name.starts_with('.')
        && !name.chars().any(|c| matches!(c, '/' | '\\') || c.is_control())
}
