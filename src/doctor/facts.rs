//! The facts about a station and its machine. A fact that cannot be read is `None`, and never counts as good.
use chrono::NaiveDateTime;

use crate::airlog::entry::TrustReason;

/// All facts that the doctor examines.
#[derive(Debug, Clone, PartialEq)]
pub struct DoctorFacts {
    /// The result of the sound test.
    pub sound: SoundTest,
    /// The reason, in English, why the machine does not have the device that `station.toml` names first; `None` if the
    /// machine has that device.
    pub absent_device: Option<String>,
    /// The volume controls of the sound system; `None` if none could be read.
    pub levels: Option<Vec<SoundLevel>>,
    /// Whether the commands that switch the amplifier were tried.
    pub amplifier: AmplifierCheck,
    /// Wall time, seconds since 1970.
    pub now_s: i64,
    /// The kernel's status of the wall clock.
    pub kernel_clock: Option<KernelClock>,
    /// What the running station thinks of the wall clock; `None` if no station answers.
    pub station_clock: Option<StationClock>,
    /// Whether messages about concerns are sent, and how the last ones went.
    pub alarm: AlarmCheck,
    /// Facts about the machine, read from the system's files.
    pub machine: MachineFacts,
    /// Free space on the disk of the station, bytes.
    pub free_bytes: Option<u64>,
    /// The folders of the station, and who can use them.
    pub folders: Vec<FolderAccess>,
    /// The state of the log's secret keys.
    pub keys: KeysCheck,
    /// Name and version of this program.
    pub program: String,
}

/// The result of the sound test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SoundTest {
    /// The operator heard the test tone.
    Heard,
    /// The operator did not hear the test tone.
    NotHeard,
    /// The device did not play the test tone.
    Failed {
        /// The message from the system, in English.
        detail: String,
    },
    /// The station's output is not a sound device.
    NoSoundDevice,
    /// The operator was not asked about the test tone, because of `--no-sound` or because there is no terminal.
    NotAsked,
    /// The running station did not play a test, for example because of quiet hours.
    StationBusy,
}

/// A volume control of the sound system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoundLevel {
    /// Name of the control.
    pub name: String,
    /// Volume in per cent, if the control states one.
    pub percent: Option<u8>,
    /// Whether the control is muted.
    pub is_muted: bool,
}

/// Whether the commands that switch the amplifier were tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmplifierCheck {
    /// loa does not switch an amplifier.
    NotSwitched,
    /// The commands were tried on this machine.
    Tried,
    /// The commands were never tried on this machine by this user.
    Untried,
}

/// The kernel's status of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KernelClock {
    /// Whether a time source keeps the clock right.
    pub is_synchronised: bool,
    /// Maximum error of the clock, microseconds.
    pub max_error_us: i64,
}

/// What the running station thinks of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StationClock {
    /// Whether the station trusts it.
    pub is_trusted: bool,
    /// Why the station trusts it or not.
    pub reason: TrustReason,
}

/// Whether messages about concerns are sent, and how the last ones went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlarmCheck {
    /// `[alarm]` names no way to send messages.
    NotConfigured,
    /// Messages are sent in these ways.
    Configured {
        /// The keys in `[alarm]`: `command`, `webhook`, `smtp`.
        channels: Vec<&'static str>,
        /// How the last messages went.
        delivery: AlarmDelivery,
    },
}

/// How the last messages about concerns went. Times are in the station's time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlarmDelivery {
    /// At least one of the ways has never delivered a message with its present settings.
    Untried,
    /// All ways deliver.
    Works {
        /// When a message was last delivered; `None` if unknown.
        last_at: Option<NaiveDateTime>,
    },
    /// The last attempt failed.
    Fails {
        /// When the first of the last failed attempts was made; `None` if unknown.
        since: Option<NaiveDateTime>,
        /// The errors, one for each way that failed.
        failures: Vec<String>,
    },
}

/// Facts about the machine, read from the system's files.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MachineFacts {
    /// Whether the machine has a battery clock.
    pub has_rtc: bool,
    /// Time of the battery clock, seconds since 1970.
    pub rtc_s: Option<i64>,
    /// The running programs that set the wall clock.
    pub time_services: Vec<String>,
    /// Whether the station starts with the machine.
    pub autostart: Autostart,
    /// The disk of the station.
    pub storage: Option<StorageFacts>,
    /// Whether the supply voltage is or was too low; `None` if the machine does not measure it.
    pub under_voltage: Option<UnderVoltage>,
    /// Version of the kernel.
    pub kernel: Option<String>,
    /// Name and version of the distribution.
    pub distribution: Option<String>,
    /// Model of the machine.
    pub model: Option<String>,
}

/// Whether the station starts with the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Autostart {
    /// A systemd unit starts this station.
    Enabled,
    /// A systemd unit of this user starts this station, but only after this user logs in.
    OnlyAfterLogin,
    /// The enabled unit starts another station.
    OtherStation,
    /// systemd runs, but no enabled unit starts a station.
    Disabled,
    /// The machine does not use systemd.
    #[default]
    NoSystemd,
}

/// The disk of the station.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StorageFacts {
    /// Type of the file system.
    pub file_system: String,
    /// The mount options, except those whose values can name a user or a server.
    pub options: Vec<String>,
    /// Used share of the life of an eMMC or SD card, according to the card, per cent.
    pub life_used_percent: Option<u8>,
    /// Mode of the write cache: `write back` or `write through`.
    pub write_cache: Option<String>,
}

/// Whether the supply voltage is or was too low.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnderVoltage {
    /// Whether the voltage is too low now.
    pub is_low_now: bool,
    /// Whether the voltage has been too low since the machine started.
    pub was_low: bool,
}

/// A folder of the station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderAccess {
    /// Name of the folder in the station; empty for the station's folder itself.
    pub name: String,
    /// Whether the folder exists.
    pub exists: bool,
    /// Whether this user can read and write the folder.
    pub is_usable: bool,
    /// Whether the user of the running daemon can read and write the folder; `None` if no daemon is running.
    pub is_usable_by_daemon: Option<bool>,
}

/// The state of the log's secret keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeysCheck {
    /// The station has no log yet.
    NoLog,
    /// The keys exist, and only their owner can read them.
    Good,
    /// The keys are not among those that this user can see.
    NotSeen,
    /// The keys exist, but this user cannot read them.
    Unreadable,
    /// Other users can read the keys.
    Open,
}
