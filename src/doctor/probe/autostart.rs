//! Finds out whether a systemd unit starts the station (packaging/README.md).
use std::path::Path;

use super::MachineQuery;
use crate::base::small_file::read_small_text;
use crate::doctor::facts::Autostart;

/// Maximum length of a unit file, bytes.
const MAX_UNIT_BYTES: u64 = 64 << 10;

/// Checks the system unit first, then the user unit.
pub(super) fn probe_autostart(query: &MachineQuery) -> Autostart {
    let root = query.root.as_path();
    let is_enabled = |folder: &Path, target: &str| folder.join(target).join("loa.service").symlink_metadata().is_ok();
    let system_folder = root.join("etc/systemd/system");
    if is_enabled(&system_folder, "multi-user.target.wants") {
        return check_unit(&system_folder.join("loa.service"), query, Autostart::Enabled);
    }
    let user_folder = query.home.as_ref().map(|home| home.join(".config/systemd/user"));
    if let Some(folder) = user_folder.filter(|folder| is_enabled(folder, "default.target.wants")) {
        let user = query.user.as_deref().filter(|user| !user.is_empty() && !user.contains('/') && *user != "..");
        let is_lingering = user.is_some_and(|user| root.join("var/lib/systemd/linger").join(user).exists());
        let state = if is_lingering { Autostart::Enabled } else { Autostart::OnlyAfterLogin };
        return check_unit(&folder.join("loa.service"), query, state);
    }
    if root.join("run/systemd/system").exists() { Autostart::Disabled } else { Autostart::NoSystemd }
}

/// Returns `state` if the unit starts this station, otherwise [`Autostart::OtherStation`]. A unit that cannot be read
/// counts as one that starts this station.
fn check_unit(unit: &Path, query: &MachineQuery, state: Autostart) -> Autostart {
    let Some(text) = read_small_text(unit, MAX_UNIT_BYTES) else {
        return state;
    };
    let home = query.home.as_ref().map(|home| home.display().to_string()).unwrap_or_default();
    let station = query.station.display().to_string();
    let starts_station = text.lines().filter_map(|line| line.trim().strip_prefix("ExecStart=")).any(|command| {
        let command = command.replace("%h", &home);
        command.split_whitespace().any(|word| word.trim_matches(['"', '\'']).trim_end_matches('/') == station)
            || (station.contains(' ') && command.contains(&station))
    });
    if starts_station { state } else { Autostart::OtherStation }
}
