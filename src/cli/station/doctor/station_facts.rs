//! Facts about this machine: access to the station's folders and keys, and whether the amplifier's commands were tried.
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

#[cfg(feature = "alarm")]
use chrono::DateTime;
use rustix::fs::{Access, access};

use crate::airlog::keys::key_folder;
use crate::airlog::lost_log::signed_origin;
use crate::airlog::storage::FolderStorage;
#[cfg(feature = "alarm")]
use crate::alarm::results::AlarmResults;
use crate::base::state_dirs;
use crate::doctor::{AlarmCheck, AlarmDelivery, AmplifierCheck, FolderAccess, KeysCheck, StationClock};
use crate::playout::amplifier::is_permitted;
use crate::playout::control::request;
use crate::playout::engine::{CommandReply, OperatorCommand};
use crate::schedule::settings::{AmplifierSettings, Station};
#[cfg(feature = "alarm")]
use crate::text::strip_unprintable;

/// The folders of a station; the first is the station's folder itself.
const FOLDERS: [&str; 4] = ["", "playlists", "audio", "airlog"];
/// The maximum number of files that are examined in a key folder.
const MAX_KEY_FILES: usize = 1000;

pub(super) fn check_amplifier(settings: &AmplifierSettings) -> AmplifierCheck {
    match settings.is_controlled() {
        false => AmplifierCheck::NotSwitched,
        true if is_permitted(settings) => AmplifierCheck::Tried,
        true => AmplifierCheck::Untried,
    }
}

/// Returns what the running station thinks of its clock; `None` if no station answers.
pub(super) fn station_clock(station: &Path) -> Option<StationClock> {
    match request(station, OperatorCommand::Status) {
        Ok(CommandReply::Status(status)) => {
            Some(StationClock { is_trusted: status.clock_trusted, reason: status.clock_trust })
        }
        _ => None,
    }
}

/// Returns how messages about concerns are sent, and how the last ones went, according to the sender's results.
pub(super) fn check_alarm(station: &Path, settings: &Station) -> AlarmCheck {
    let channels = settings.alarm.channel_keys();
    if channels.is_empty() {
        return AlarmCheck::NotConfigured;
    }
    AlarmCheck::Configured { channels, delivery: alarm_delivery(station, settings) }
}

#[cfg(feature = "alarm")]
fn alarm_delivery(station: &Path, settings: &Station) -> AlarmDelivery {
    let local = |text: &String| Some(DateTime::parse_from_rfc3339(text).ok()?.naive_local());
    let results = AlarmResults::read(station, &settings.alarm);
    if results.failures.is_empty() {
        match results.is_proven(&settings.alarm) {
            true => AlarmDelivery::Works { last_at: results.delivered_at.as_ref().and_then(local) },
            false => AlarmDelivery::Untried,
        }
    } else {
        AlarmDelivery::Fails {
            since: results.failing_since.as_ref().and_then(local),
            failures: results.failures.iter().map(|failure| strip_unprintable(failure)).collect(),
        }
    }
}

/// Without the sender, nothing was ever delivered.
#[cfg(not(feature = "alarm"))]
fn alarm_delivery(_station: &Path, _settings: &Station) -> AlarmDelivery {
    AlarmDelivery::Untried
}

/// Returns the access that this user has to each folder, and the access of the user who runs the station and owns its
/// lock file.
pub(super) fn check_folders(station: &Path) -> Vec<FolderAccess> {
    let own_uid = rustix::process::geteuid().as_raw();
    let lock = fs::symlink_metadata(station.join("airlog/lock")).ok();
    let daemon_uid = lock.map(|lock| lock.uid()).filter(|uid| *uid != own_uid);
    let check_access = |name: &&str| {
        let path = station.join(name);
        let metadata = fs::metadata(&path).ok().filter(fs::Metadata::is_dir);
        let is_usable_by_daemon = metadata.as_ref().and_then(|metadata| Some(may_use(metadata, daemon_uid?)));
        FolderAccess {
            name: (*name).to_owned(),
            // A missing log folder is no fault, because the first run makes it.
            exists: metadata.is_some() || (*name == "airlog" && !path.is_symlink()),
            is_usable: metadata.is_none()
                || access(&path, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK).is_ok(),
            is_usable_by_daemon,
        }
    };
    FOLDERS.iter().map(check_access).collect()
}

/// Returns `true` if the folder's mode lets a user read, write and enter it. The user's groups are unknown, so the user
/// is assumed to be in the folder's group.
fn may_use(folder: &fs::Metadata, uid: u32) -> bool {
    let mode = folder.mode();
    let bits = if folder.uid() == uid { mode >> 6 } else { (mode >> 3) | mode };
    uid == 0 || bits & 0o7 == 0o7
}

/// Checks the permissions of the secret keys without reading them. Creates nothing.
pub(super) fn check_keys(station: &Path) -> KeysCheck {
    let Some(origin) = signed_origin(&FolderStorage::for_airlog(station.join("airlog"))) else {
        return KeysCheck::NoLog;
    };
    let name = key_folder(&origin);
    let candidates = state_dirs::candidates().into_iter().map(|folder| folder.join("keys").join(&name));
    let mut result = KeysCheck::NotSeen;
    for folder in candidates {
        match check_key_folder(&folder) {
            KeysCheck::NotSeen => {}
            found @ (KeysCheck::Good | KeysCheck::Open) => return found,
            found => result = found,
        }
    }
    result
}

fn check_key_folder(folder: &Path) -> KeysCheck {
    let is_denied = |error: &std::io::Error| error.kind() == std::io::ErrorKind::PermissionDenied;
    let metadata = match fs::symlink_metadata(folder) {
        Ok(metadata) if metadata.is_dir() => metadata,
        Err(e) if is_denied(&e) => return KeysCheck::Unreadable,
        _ => return KeysCheck::NotSeen,
    };
    let Ok(files) = fs::read_dir(folder) else {
        return KeysCheck::Unreadable;
    };
    let is_secret = |name: &str| name == "log" || name.starts_with("epoch-");
    let mut modes = vec![metadata.mode()];
    let mut has_log_key = false;
    for file in files.flatten().take(MAX_KEY_FILES) {
        let name = file.file_name().to_string_lossy().into_owned();
        if let Some(metadata) = file.metadata().ok().filter(|_| is_secret(&name)) {
            has_log_key |= name == "log";
            modes.push(metadata.mode());
            if access(file.path(), Access::READ_OK).is_err() {
                return KeysCheck::Unreadable;
            }
        }
    }
    match has_log_key {
        false => KeysCheck::NotSeen,
        true if modes.iter().any(|mode| mode & 0o077 != 0) => KeysCheck::Open,
        true => KeysCheck::Good,
    }
}
