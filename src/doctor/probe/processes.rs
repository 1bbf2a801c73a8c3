//! Finds the running programs that set the wall clock.
use std::path::Path;

use super::read_first_line;

/// Maximum number of processes that are read.
const MAX_PROCESSES: usize = 10_000;
/// Process name and common name of each program. The kernel cuts process names to 15 characters.
const TIME_SERVICES: [(&str, &str); 5] = [
    ("systemd-timesyn", "systemd-timesyncd"),
    ("chronyd", "chrony"),
    ("ntpd", "ntpd"),
    ("openntpd", "openntpd"),
    ("gpsd", "gpsd"),
];

/// Returns the common names of the running programs that set the wall clock, each once.
pub(super) fn running_time_services(root: &Path) -> Vec<String> {
    let Ok(processes) = std::fs::read_dir(root.join("proc")) else {
        return Vec::new();
    };
    let is_process =
        |name: &std::ffi::OsStr| name.to_str().is_some_and(|name| name.bytes().all(|b| b.is_ascii_digit()));
    let folders = processes.flatten().filter(|entry| is_process(&entry.file_name())).take(MAX_PROCESSES);
    let running_names: Vec<String> = folders.filter_map(|entry| read_first_line(&entry.path().join("comm"))).collect();
    let services = TIME_SERVICES.iter().filter(|(name, _)| running_names.iter().any(|running| running == name));
    services.map(|(_, service)| (*service).to_owned()).collect()
}
