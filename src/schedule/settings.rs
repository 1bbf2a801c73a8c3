//! The settings in `station.toml`.
mod alarm;
mod amplifier;
mod output;
mod page;
mod quiet_hours;

use chrono_tz::Tz;

use crate::base::id::Id;
use crate::text::Lang;

pub use alarm::{AlarmSettings, MailRoute};
pub use amplifier::AmplifierSettings;
pub use output::{DEFAULT_BUFFER_MS, DEFAULT_LOUDNESS_TARGET_CENTI_LUFS, Device, OutputSettings, is_wav_name};
pub use page::{PageNetwork, PageSettings};
pub use quiet_hours::QuietHours;

/// The default of [`Station::preflight_us`]: 15 minutes.
pub const DEFAULT_PREFLIGHT_US: i64 = 900_000_000;

/// A station's settings; every key of `station.toml` has a default.
#[derive(Debug, Clone, PartialEq)]
pub struct Station {
    /// The id of the station. It never changes, because it identifies the log. Default: `station`.
    pub id: Id,
    /// The name that people use, in Unicode NFC.
    pub name: String,
    /// The agency that runs the station, in Unicode NFC; can be empty.
    pub agency: String,
    /// The time zone of the schedule's times.
    pub timezone: Tz,
    /// The language of messages and tables.
    pub language: Lang,
    /// The settings of the sound output.
    pub output: OutputSettings,
    /// The times of day when only urgent sessions may play.
    pub quiet_hours: QuietHours,
    /// The amplifier of the loudspeakers.
    pub amplifier: AmplifierSettings,
    /// The recipients of alarms, and the ways to reach them.
    pub alarm: AlarmSettings,
    /// Who may reach the station's page for a browser.
    pub page: PageSettings,
    /// How long before a session everything that it needs is checked, in microseconds.
    pub preflight_us: i64,
    /// True when only approved segments are allowed to air.
    pub requires_approval: bool,
    /// The playlist to which `loa add` adds segments when the command names no playlist: a file's name or a campaign's
    /// title.
    pub inbox: Option<String>,
    /// The destination of `loa push`: `s3://bucket/prefix`, or a folder. `None`: there is no destination.
    pub push_destination: Option<String>,
    /// The department's verifier key. With it, the station accepts from a returned USB stick only what the department
    /// signed. Without it, the station accepts a countersignature or an anchor unchecked, and reports that.
    pub department_key: Option<String>,
    /// The number of days within which the log must be handed in to the department.
    pub hand_in_days: i64,
}

/// The default of [`Station::hand_in_days`]: a month, and a few days to bring the USB stick.
pub const DEFAULT_HAND_IN_DAYS: i64 = 35;

impl Default for Station {
    fn default() -> Self {
        Self {
            id: Id::new("station").unwrap_or_else(|| unreachable!("the constant is a valid id")),
            name: "loa".to_owned(),
            agency: String::new(),
            timezone: chrono_tz::Asia::Ho_Chi_Minh,
            language: Lang::Vi,
            output: OutputSettings::default(),
            quiet_hours: QuietHours::default(),
            amplifier: AmplifierSettings::default(),
            alarm: AlarmSettings::default(),
            page: PageSettings::default(),
            preflight_us: DEFAULT_PREFLIGHT_US,
            requires_approval: false,
            inbox: None,
            push_destination: None,
            department_key: None,
            hand_in_days: DEFAULT_HAND_IN_DAYS,
        }
    }
}
