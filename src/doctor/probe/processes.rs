//! The programs that set the clock by the network.
use std::path::Path;

use super::read;

/// The maximum number of processes that are looked at.
const MAX_PROCESSES: usize = 10_000;
/// Their names as the kernel shows them, at most 15 characters, and as people know them.
const TIME_SERVICES: [(&str, &str); 5] = [
    ("systemd-timesyn", "systemd-timesyncd"),
    ("chronyd", "chrony"),
    ("ntpd", "ntpd"),
    ("openntpd", "openntpd"),
    ("gpsd", "gpsd"),
];

/// Returns the programs that run and set the clock, each once.
pub(super) fn time_services(root: &Path) -> Vec<String> {
    let Ok(processes) = std::fs::read_dir(root.join("proc")) else {
        return Vec::new();
    };
    let is_process =
        |name: &std::ffi::OsStr| name.to_str().is_some_and(|name| name.bytes().all(|b| b.is_ascii_digit()));
    let folders = processes.flatten().filter(|entry| is_process(&entry.file_name())).take(MAX_PROCESSES);
    let running: Vec<String> = folders.filter_map(|entry| read(&entry.path().join("comm"))).collect();
    let services = TIME_SERVICES.iter().filter(|(name, _)| running.iter().any(|command| command == name));
    services.map(|(_, service)| (*service).to_owned()).collect()
}
