//! `station.toml`: who the station is, where its sound goes, when it must be quiet.
use chrono::NaiveTime;
use chrono_tz::Tz;

use crate::id::Id;
use crate::text::Lang;

/// A station's settings; every key of `station.toml` has a default.
#[derive(Debug, Clone, PartialEq)]
pub struct Station {
    /// Never changes; the log's identity. Default: the name `station`.
    pub id: Id,
    /// What people call it, NFC.
    pub name: String,
    /// The agency that runs it, NFC; may be empty.
    pub agency: String,
    /// The zone in which the schedule's times are written.
    pub timezone: Tz,
    /// The language of its messages and tables.
    pub language: Lang,
    /// Where sound goes.
    pub output: OutputSettings,
    /// When nothing but `urgent` may sound.
    pub quiet_hours: QuietHours,
    /// Whether nothing airs that nobody has approved.
    pub approval_required: bool,
    /// Where `loa push` sends the log: `s3://bucket/prefix`, or a folder.
    pub push: Option<String>,
}

/// `[output]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputSettings {
    /// The line that sound goes to.
    pub device: Device,
    /// Per cent of full scale, 0 to 100.
    pub volume: u8,
    /// What every segment is brought to before the volume, hundredths of LUFS (ITU-R BS.1770); none: left as it is.
    pub loudness: Option<i32>,
    /// Whether every channel of the line carries the same: a line of horns has no sides.
    pub mono: bool,
}

/// -16 LUFS: speech on horns.
pub const USUAL_LOUDNESS: i32 = -1_600;

impl Default for OutputSettings {
    fn default() -> Self {
        Self { device: Device::Default, volume: 80, loudness: Some(USUAL_LOUDNESS), mono: true }
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
    /// `"wav:FILE"`: paced in real time, written to a file (relative to the station); proof level 0.
    Wav(String),
}

/// Local times between which the station is quiet; the span may cross midnight. `from == until`: never quiet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// First quiet instant of the day.
    pub from: NaiveTime,
    /// First instant that is not quiet any more.
    pub until: NaiveTime,
}

impl QuietHours {
    /// Whether the station is quiet at this local time.
    #[must_use]
    pub fn covers(&self, local: NaiveTime) -> bool {
        match self.from.cmp(&self.until) {
            std::cmp::Ordering::Equal => false,
            std::cmp::Ordering::Less => self.from <= local && local < self.until,
            std::cmp::Ordering::Greater => local >= self.from || local < self.until,
        }
    }
}

impl Default for Station {
    fn default() -> Self {
        Self {
            id: Id::new("station").unwrap_or_else(|| unreachable!("a constant that is an id")),
            name: "loa".to_owned(),
            agency: String::new(),
            timezone: chrono_tz::Asia::Ho_Chi_Minh,
            language: Lang::Vi,
            output: OutputSettings::default(),
            quiet_hours: QuietHours {
                from: NaiveTime::from_hms_opt(21, 0, 0).unwrap_or_default(),
                until: NaiveTime::from_hms_opt(5, 0, 0).unwrap_or_default(),
            },
            approval_required: false,
            push: None,
        }
    }
}
