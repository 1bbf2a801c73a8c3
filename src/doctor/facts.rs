//! The facts about a machine. What cannot be read is `None`, and never counts as good.

/// Everything that was looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct DoctorFacts {
    /// The test of the sound.
    pub sound: SoundTest,
    /// The levels of the sound system; `None` if none could be read.
    pub levels: Option<Vec<SoundLevel>>,
    /// The amplifier.
    pub amplifier: AmplifierCheck,
    /// The wall clock, in seconds since 1970.
    pub now_s: i64,
    /// What the kernel says about the clock.
    pub kernel_clock: Option<KernelClock>,
    /// What the system tells.
    pub machine: MachineFacts,
    /// Free space on the disk of the station, in bytes.
    pub free_bytes: Option<u64>,
    /// The folders of the station.
    pub folders: Vec<FolderAccess>,
    /// The keys of the log.
    pub keys: KeysCheck,
    /// The version of this program.
    pub program: String,
}

/// The test of the sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SoundTest {
    /// A person heard it.
    Heard,
    /// A person did not hear it.
    NotHeard,
    /// The device did not play it.
    Failed {
        /// The system's words.
        detail: String,
    },
    /// The station's output is no sound device.
    NoSoundDevice,
    /// Nobody was asked: `--no-sound`, or no terminal.
    NotAsked,
    /// The running station did not play it now, as in quiet hours.
    StationBusy,
}

/// A volume control of the sound system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoundLevel {
    /// Its name.
    pub name: String,
    /// Its volume in per cent, if it has one.
    pub percent: Option<u8>,
    /// Whether it is muted.
    pub is_muted: bool,
}

/// The amplifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmplifierCheck {
    /// loa is to switch none.
    NotSwitched,
    /// Its commands were tried on this machine.
    Tried,
    /// Its commands were never tried on this machine, or by another user.
    Untried,
}

/// What the kernel says about the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KernelClock {
    /// Whether a time source keeps it right.
    pub is_synchronised: bool,
    /// Its largest error, in microseconds.
    pub max_error_us: i64,
}

/// What the system tells about itself.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MachineFacts {
    /// Whether there is a clock with a battery.
    pub has_rtc: bool,
    /// The time of that clock, in seconds since 1970.
    pub rtc_s: Option<i64>,
    /// The programs that set the clock by the network.
    pub time_services: Vec<String>,
    /// Whether the station starts with the machine.
    pub autostart: Autostart,
    /// The disk of the station.
    pub storage: Option<StorageFacts>,
    /// The supply voltage; `None` if the machine does not watch it.
    pub under_voltage: Option<UnderVoltage>,
    /// The kernel's version.
    pub kernel: Option<String>,
    /// The name of the distribution.
    pub distribution: Option<String>,
    /// The machine's model.
    pub model: Option<String>,
}

/// Whether the station starts with the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Autostart {
    /// A unit of systemd starts this station.
    Enabled,
    /// A unit of the user does, but not before this user logs in.
    OnlyAfterLogin,
    /// The unit starts another station.
    OtherStation,
    /// systemd runs, but no enabled unit starts a station.
    Disabled,
    /// systemd does not run this machine.
    #[default]
    NoSystemd,
}

/// The disk of the station.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StorageFacts {
    /// The type of its file system.
    pub file_system: String,
    /// The options with which it is mounted.
    pub options: Vec<String>,
    /// The share of its life that an eMMC or SD card says it has used, in per cent.
    pub life_used_percent: Option<u8>,
    /// `write back` or `write through`.
    pub write_cache: Option<String>,
}

/// The supply voltage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnderVoltage {
    /// Whether it is too low now.
    pub is_now: bool,
    /// Whether it was too low since the machine started.
    pub has_been: bool,
}

/// A folder of the station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderAccess {
    /// Its name in the station; empty for the station's folder itself.
    pub name: String,
    /// Whether it is there.
    pub exists: bool,
    /// Whether this user may read and write it.
    pub is_usable: bool,
    /// Whether the user of the running daemon may; `None` if none runs.
    pub is_usable_by_daemon: Option<bool>,
}

/// The secret keys of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeysCheck {
    /// The station has no log yet.
    NoLog,
    /// They are there, for their owner alone.
    Good,
    /// They are not among the keys that this user sees.
    NotSeen,
    /// They are there, and this user may not read them.
    Unreadable,
    /// Others may read them.
    Open,
}
