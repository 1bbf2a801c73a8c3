//! Reads facts about the machine from the system's files, below a root folder. Every read has a limit. A fact that
//! cannot be read stays unknown.
mod autostart;
mod processes;
mod storage;

use std::path::{Path, PathBuf};

use super::facts::{MachineFacts, UnderVoltage};
use crate::base::small_file::read_small_text;
use crate::text::strip_unprintable;

/// Maximum length of a system file that is read, bytes.
const MAX_FILE_BYTES: u64 = 16 << 10;
/// Maximum length of a version or a name, characters.
const MAX_NAME_CHARS: usize = 100;
/// Maximum number of sensors that are read. Most machines have only a few.
const MAX_SENSORS: usize = 64;
/// Files with the under-voltage flags of a Raspberry Pi.
const THROTTLED_PATHS: [&str; 2] = [
    "sys/devices/platform/soc/soc:firmware/get_throttled",
    "sys/devices/platform/soc@107c000000/soc:firmware/get_throttled",
];

/// The machine and the station to probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineQuery {
    /// The folder below which the system's files are read: `/`, except in tests.
    pub root: PathBuf,
    /// The station's folder, absolute and without links.
    pub station: PathBuf,
    /// Home folder of this user, if there is one.
    pub home: Option<PathBuf>,
    /// Name of this user, if known.
    pub user: Option<String>,
}

/// Reads the facts about the machine.
#[must_use]
pub fn probe_machine(query: &MachineQuery) -> MachineFacts {
    let root = query.root.as_path();
    let rtc = root.join("sys/class/rtc/rtc0");
    MachineFacts {
        has_rtc: rtc.exists(),
        rtc_s: read_first_line(&rtc.join("since_epoch")).and_then(|text| text.parse().ok()),
        time_services: processes::running_time_services(root),
        autostart: autostart::probe_autostart(query),
        storage: storage::probe_storage(root, &query.station),
        under_voltage: read_under_voltage(root),
        kernel: read_first_line(&root.join("proc/sys/kernel/osrelease")),
        distribution: read_distribution(root),
        model: read_first_line(&root.join("proc/device-tree/model"))
            .or_else(|| read_first_line(&root.join("sys/class/dmi/id/product_name"))),
    }
}

/// Reads the first line of a small file, without unprintable characters; `None` if the line is empty or cannot be read.
fn read_first_line(path: &Path) -> Option<String> {
    let text = read_small_text(path, MAX_FILE_BYTES)?;
    let line = strip_unprintable(text.lines().next().unwrap_or_default());
    Some(line.trim().chars().take(MAX_NAME_CHARS).collect()).filter(|line: &String| !line.is_empty())
}

fn read_distribution(root: &Path) -> Option<String> {
    let text = read_small_text(&root.join("etc/os-release"), MAX_FILE_BYTES)?;
    let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(strip_unprintable(name.trim().trim_matches('"')).chars().take(MAX_NAME_CHARS).collect())
}

/// Reads whether the voltage of a Raspberry Pi is or was too low. In the firmware's flags, bit 0 says that the voltage
/// is too low now, and bit 16 that it has been too low since the machine started. Without these flags, the alarm of the
/// voltage sensor is used, which shows only the present.
fn read_under_voltage(root: &Path) -> Option<UnderVoltage> {
    let flags = THROTTLED_PATHS.iter().find_map(|path| {
        let text = read_first_line(&root.join(path))?;
        u32::from_str_radix(text.trim_start_matches("0x"), 16).ok()
    });
    if let Some(flags) = flags {
        return Some(UnderVoltage { is_low_now: flags & 1 != 0, was_low: flags & (1 << 16) != 0 });
    }
    let sensors = std::fs::read_dir(root.join("sys/class/hwmon")).ok()?.take(MAX_SENSORS).flatten();
    let alarm = sensors.map(|sensor| sensor.path()).find_map(|sensor| {
        read_first_line(&sensor.join("name")).filter(|name| name == "rpi_volt")?;
        read_first_line(&sensor.join("in0_lcrit_alarm"))
    });
    alarm.map(|alarm| UnderVoltage { is_low_now: alarm != "0", was_low: alarm != "0" })
}
