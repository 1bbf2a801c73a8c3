//! `[output]`: the sound device, its volume and its loudness.
use chrono::NaiveTime;

/// The settings in `[output]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputSettings {
    /// The device that plays the sound.
    pub device: Device,
    /// The devices that replace `device` while it is missing, in order of preference.
    pub fallback_devices: Vec<Device>,
    /// The length of the device's buffer, in milliseconds. A longer buffer tolerates a busier machine, but a cut
    /// item keeps playing for longer.
    pub buffer_ms: u32,
    /// The volume in per cent of full scale, 0 to 100.
    pub volume: u8,
    /// The volumes for times of day, ordered by start: from, until (exclusive), per cent.
    pub volume_ranges: Vec<(NaiveTime, NaiveTime, u8)>,
    /// The loudness of every segment before the volume is applied, in hundredths of LUFS (ITU-R BS.1770); `None`: the
    /// loudness of a segment is not changed.
    pub loudness_target_centi_lufs: Option<i32>,
    /// True when all channels of the line carry the same signal: a line of horns has no left and right.
    pub is_mono: bool,
}

/// The default length of the device's buffer, in milliseconds: enough for an old, busy machine.
pub const DEFAULT_BUFFER_MS: u32 = 200;
/// The default loudness, -16 LUFS in hundredths: suitable for speech on horns.
pub const DEFAULT_LOUDNESS_TARGET_CENTI_LUFS: i32 = -1_600;

impl Default for OutputSettings {
    fn default() -> Self {
        Self {
            device: Device::Default,
            fallback_devices: Vec::new(),
            buffer_ms: DEFAULT_BUFFER_MS,
            volume: 80,
            volume_ranges: Vec::new(),
            loudness_target_centi_lufs: Some(DEFAULT_LOUDNESS_TARGET_CENTI_LUFS),
            is_mono: true,
        }
    }
}

impl OutputSettings {
    /// Returns the volume for a time of day, in per cent; `None` when no range contains the time.
    #[must_use]
    pub fn volume_at(&self, time: NaiveTime) -> Option<u8> {
        let contains_time = |(from, until, _): &&(NaiveTime, NaiveTime, u8)| {
            if from < until { *from <= time && time < *until } else { *from <= time || time < *until }
        };
        self.volume_ranges.iter().find(contains_time).map(|(.., volume)| *volume)
    }
}

/// A value of `device`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Device {
    /// `"default"`: the system's default sound device.
    Default,
    /// The sound device with this name.
    Named(String),
    /// `"null"`: plays silently in real time; proof level 0.
    Null,
    /// `"wav:FILE"`: writes the sound in real time to a file at the top of the station's folder; proof level 0.
    Wav(String),
}

impl Device {
    /// Returns true for a sound device, which people may hear; false for `null` and a WAV file.
    #[must_use]
    pub fn is_real(&self) -> bool {
        match self {
            Self::Default | Self::Named(_) => true,
            Self::Null | Self::Wav(_) => false,
        }
    }
}

/// Returns true when a name is valid after `wav:`: it names a wave file at the top of the station's folder. No other
/// file of the station has such a name there.
#[must_use]
pub fn is_wav_name(name: &str) -> bool {
    name.strip_suffix(".wav").is_some_and(|stem| !stem.is_empty())
        && !name.starts_with('.')
        && !name.chars().any(|c| matches!(c, '/' | '\\') || c.is_control())
}
