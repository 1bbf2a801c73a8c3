//! `station.toml`: who the station is, where its sound goes, when it must be quiet.
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;

use crate::base::id::Id;
use crate::base::instant::SECOND_US;
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
    /// What drives the loudspeakers.
    pub amplifier: AmplifierSettings,
    /// Whether nothing airs that nobody has approved.
    pub approval_required: bool,
    /// Where `loa push` sends the log: `s3://bucket/prefix`, or a folder.
    pub push_destination: Option<String>,
    /// The department's verifier key: only what it signed is taken back from a stick. Without it nothing can be checked.
    pub department_key: Option<String>,
}

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

/// `[amplifier]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmplifierSettings {
    /// The command that switches it on: a program and its words, run without a shell. Empty: loa does not switch it.
    pub on: Vec<String>,
    /// The command that switches it off; empty exactly when `on` is.
    pub off: Vec<String>,
    /// How long it takes from silence until it can be heard, microseconds.
    pub warm_up_us: i64,
    /// How long it stays on after the last sound, microseconds.
    pub tail_us: i64,
    /// How long it stays off once it is off, microseconds.
    pub min_off_us: i64,
}

impl AmplifierSettings {
    /// Whether loa switches it.
    #[must_use]
    pub fn is_controlled(&self) -> bool {
        !self.on.is_empty()
    }
}

impl Default for AmplifierSettings {
    fn default() -> Self {
        let (on, off) = (Vec::new(), Vec::new());
        Self { on, off, warm_up_us: 0, tail_us: 5 * SECOND_US, min_off_us: 10 * SECOND_US }
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

/// Local times between which the station is quiet, for the night (or day) that begins on each weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// From Monday: first quiet instant, first instant that is not quiet any more; the next day's where that is not
    /// later. None: not quiet.
    pub by_weekday: [Option<(NaiveTime, NaiveTime)>; 7],
}

impl QuietHours {
    /// The same times on every day; none when they are equal.
    #[must_use]
    pub fn daily(from: NaiveTime, until: NaiveTime) -> Self {
        Self { by_weekday: [Some((from, until)).filter(|_| from != until); 7] }
    }

    /// The quiet time that begins on a date.
    #[must_use]
    pub fn starting_on(&self, date: NaiveDate) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let (from, until) = self.by_weekday[date.weekday().num_days_from_monday() as usize]?;
        let last = if until <= from { date.succ_opt()? } else { date };
        Some((date.and_time(from), last.and_time(until)))
    }

    /// The quiet time that a local time lies in.
    #[must_use]
    pub fn containing(&self, local: NaiveDateTime) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let dates = [local.date().pred_opt(), Some(local.date())];
        let nights = dates.into_iter().flatten().filter_map(|date| self.starting_on(date));
        nights.filter(|(from, until)| *from <= local && local < *until).max_by_key(|(_, until)| *until)
    }

    /// Whether the station is quiet at this local time.
    #[must_use]
    pub fn contains(&self, local: NaiveDateTime) -> bool {
        self.containing(local).is_some()
    }

    /// The next quiet time that begins after a local time, within a week.
    #[must_use]
    pub fn next_after(&self, local: NaiveDateTime) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let nights = local.date().iter_days().take(8).filter_map(|date| self.starting_on(date));
        nights.filter(|(from, _)| *from > local).min()
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
            quiet_hours: QuietHours::daily(
                NaiveTime::from_hms_opt(21, 0, 0).unwrap_or_default(),
                NaiveTime::from_hms_opt(5, 0, 0).unwrap_or_default(),
            ),
            amplifier: AmplifierSettings::default(),
            approval_required: false,
            push_destination: None,
            department_key: None,
        }
    }
}
