//! Reads what the system tells about the machine, below a root folder. Every read has a limit, and what cannot be read is
//! left unknown.
mod autostart;
mod processes;
mod storage;

use std::path::{Path, PathBuf};

use super::facts::{MachineFacts, UnderVoltage};
use crate::base::small_file::read_small_text;
use crate::text::strip_unprintable;

/// The maximum length of a small file of the system, in bytes.
const MAX_BYTES: u64 = 16 << 10;
/// The maximum length of a version or a name, in characters.
const MAX_NAME_CHARS: usize = 100;
/// The sensors of a machine; a machine has a few.
const MAX_SENSORS: usize = 64;
/// Files in which a Raspberry Pi says whether its voltage was too low, as bits.
const THROTTLED: [&str; 2] = [
    "sys/devices/platform/soc/soc:firmware/get_throttled",
    "sys/devices/platform/soc@107c000000/soc:firmware/get_throttled",
];

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineQuery {
    /// `/`, or a test's tree.
    pub root: PathBuf,
    /// The station's folder, absolute and without links.
    pub station: PathBuf,
    /// The home of this user, if it has one.
    pub home: Option<PathBuf>,
    /// The name of this user.
    pub user: Option<String>,
}

/// Reads what the system tells.
#[must_use]
pub fn probe_machine(query: &MachineQuery) -> MachineFacts {
    let root = query.root.as_path();
    let rtc = root.join("sys/class/rtc/rtc0");
    MachineFacts {
        has_rtc: rtc.exists(),
        rtc_s: read(&rtc.join("since_epoch")).and_then(|text| text.parse().ok()),
        time_services: processes::time_services(root),
        autostart: autostart::autostart(query),
        storage: storage::storage(root, &query.station),
        under_voltage: under_voltage(root),
        kernel: read(&root.join("proc/sys/kernel/osrelease")),
        distribution: distribution(root),
        model: read(&root.join("proc/device-tree/model")).or_else(|| read(&root.join("sys/class/dmi/id/product_name"))),
    }
}

/// Reads the first line of a small file, without what could control a terminal; `None` if it is empty.
fn read(path: &Path) -> Option<String> {
    let text = read_small_text(path, MAX_BYTES)?;
    let line = strip_unprintable(text.lines().next().unwrap_or_default());
    Some(line.trim().chars().take(MAX_NAME_CHARS).collect()).filter(|line: &String| !line.is_empty())
}

fn distribution(root: &Path) -> Option<String> {
    let text = read_small_text(&root.join("etc/os-release"), MAX_BYTES)?;
    let name = text.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(strip_unprintable(name.trim().trim_matches('"')).chars().take(MAX_NAME_CHARS).collect())
}

/// Reads the flag of a Raspberry Pi: bit 0 now, bit 16 since the start; or the alarm of its sensor, which says only now.
fn under_voltage(root: &Path) -> Option<UnderVoltage> {
    let bits = THROTTLED.iter().find_map(|path| {
        let text = read(&root.join(path))?;
        u32::from_str_radix(text.trim_start_matches("0x"), 16).ok()
    });
    if let Some(bits) = bits {
        return Some(UnderVoltage { is_now: bits & 1 != 0, has_been: bits & (1 << 16) != 0 });
    }
    let sensors = std::fs::read_dir(root.join("sys/class/hwmon")).ok()?.take(MAX_SENSORS).flatten();
    let alarm = sensors.map(|sensor| sensor.path()).find_map(|sensor| {
        read(&sensor.join("name")).filter(|name| name == "rpi_volt")?;
        read(&sensor.join("in0_lcrit_alarm"))
    });
    alarm.map(|alarm| UnderVoltage { is_now: alarm != "0", has_been: alarm != "0" })
}
