//! `[output]`: where sound goes, and how loud it is.
use chrono::NaiveTime;

/// `[output]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputSettings {
    /// The line that sound goes to.
    pub device: Device,
    /// The devices that take its place, in this order, while it is not there.
    pub fallback_devices: Vec<Device>,
    /// What the device holds of sound ahead, milliseconds: the more, the calmer, and the later what is cut ends.
    pub buffer_ms: u32,
    /// Per cent of full scale, 0 to 100.
    pub volume: u8,
    /// Volumes of times of the day, in the order of their beginnings: from, until (not included), per cent.
    pub volume_ranges: Vec<(NaiveTime, NaiveTime, u8)>,
    /// What every segment is brought to before the volume, hundredths of LUFS (ITU-R BS.1770); none: left as it is.
    pub loudness_target: Option<i32>,
    /// Whether every channel of the line carries the same: a line of horns has no sides.
    pub is_mono: bool,
}

/// Long enough for an old machine that is busy.
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
    /// The volume of a time of the day; none where none is written for it.
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
    /// A sound device by its name.
    Named(String),
    /// `"null"`: paced in real time, silent; proof level 0.
    Null,
    /// `"wav:FILE"`: paced in real time, written to a file at the top of the station's folder; proof level 0.
    Wav(String),
}

/// Whether a name may stand behind `wav:`: a wave file at the top of the station's folder, where nothing else of the
/// station has such a name.
#[must_use]
pub fn is_wav_name(name: &str) -> bool {
    name.strip_suffix(".wav").is_some_and(|stem| !stem.is_empty())
        && !name.starts_with('.')
        && !name.chars().any(|c| matches!(c, '/' | '\\') || c.is_control())
}
