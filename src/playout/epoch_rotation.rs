//! Ends the open epoch of a station's log, through the daemon or, if no daemon is running, directly.
use std::io;
use std::path::Path;

use super::clock::Clock;
use super::clock::system::SystemClock;
use super::control::{ControlError, request};
use super::engine::{CommandReply, OperatorCommand, department_bodies};
use super::error::{DaemonError, SystemPart};
use super::key_location::KeyLocation;
use super::lock::{lock_file, lock_station};
use crate::airlog::files::CHECKPOINT;
use crate::airlog::highwater::{self, HighWaterMark};
use crate::airlog::keys::os_seed;
use crate::airlog::lost_log::signed_origin;
use crate::airlog::recover::recover;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::airlog::{AirLog, LogConfig};
use crate::base::durable;
use crate::base::platform::available_threads;
use crate::logstore::source::{LogForm, LogSource};
use crate::logstore::verify::verify_log;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::verify::{VerifyError, VerifyPolicy};

/// The result of a request to end the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotationResult {
    /// The epoch has ended.
    Done,
    /// The log's keys are not on this machine.
    NoKeys,
    /// A daemon or another program has locked the station, and cannot be reached from here.
    Unreachable,
    /// The daemon did not reply, or replied that it is shutting down.
    NoReply,
    /// A program on a copy of the station's folder uses the same keys.
    KeysInUse,
    /// This machine has signed a newer state of the log, or a different log.
    OldCopy,
    /// The log is damaged.
    Damaged,
    /// The disk refused a write.
    DiskRefused,
}

/// Logs the notes that a department left for the station, and ends the open epoch.
///
/// # Errors
/// If the log or its keys cannot be read.
pub fn rotate_epoch(station: &Path, notes: Vec<String>) -> io::Result<RotationResult> {
    // The second attempt reaches a daemon that started after the first request.
    for _ in 0..2 {
        match request(station, OperatorCommand::Collect { notes: notes.clone() }) {
            Ok(CommandReply::Done) => return Ok(RotationResult::Done),
            Err(ControlError::NotRunning) => match rotate_without_daemon(station, &notes)? {
                Some(result) => return Ok(result),
                // A daemon has started since the request.
                None => continue,
            },
            Err(ControlError::NotAllowed { .. } | ControlError::Unreachable) => {
                return Ok(RotationResult::Unreachable);
            }
            Ok(CommandReply::DoneNotLogged) => return Ok(RotationResult::DiskRefused),
            Ok(_) | Err(ControlError::NoAnswer(_)) => return Ok(RotationResult::NoReply),
        }
    }
    Ok(RotationResult::Unreachable)
}

/// Ends the epoch without a daemon. Returns `None` if another process has locked the station.
fn rotate_without_daemon(station: &Path, notes: &[String]) -> io::Result<Option<RotationResult>> {
    let airlog = station.join("airlog");
    let _lock = match lock_station(station) {
        Ok(lock) => lock,
        Err(DaemonError::AlreadyRunning) => return Ok(None),
        Err(_) => return Ok(Some(RotationResult::DiskRefused)),
    };
    // A damaged log is left alone. Only the daemon moves a damaged log aside, because it also reports the damage.
    let mut storage = FolderStorage::for_airlog(airlog.clone());
    storage.pin_folder()?;
    if !storage.exists(CHECKPOINT) {
        return Ok(Some(RotationResult::NoKeys));
    }
    let mut key_storage = KeyLocation::StateFolder.open_storage(&storage)?;
    let source = LogSource { storage: FolderStorage::for_airlog(airlog.clone()), form: LogForm::Airlog };
    let policy = VerifyPolicy { earlier_heads: newest_signed_head(&storage, &key_storage)?, ..VerifyPolicy::default() };
    let verdict = verify_log(&source, policy, available_threads())?;
    if let Some(error) = verdict.errors.iter().find(|error| !error.is_outside_log()) {
        let is_old_copy = matches!(error, VerifyError::RolledBack { .. } | VerifyError::Fork { .. });
        return Ok(Some(if is_old_copy { RotationResult::OldCopy } else { RotationResult::Damaged }));
    }
    // Without these keys, recovery would move the log aside, too.
    let key_folder = crate::airlog::keys::key_folder(&verdict.verified.origin);
    let epoch = verdict.verified.epochs.saturating_sub(1);
    if !key_storage.exists(&format!("{key_folder}/log")) || !key_storage.exists(&format!("{key_folder}/epoch-{epoch}"))
    {
        return Ok(Some(RotationResult::NoKeys));
    }
    // The station's lock does not exclude a daemon on a copy of this folder, which signs with the same keys.
    let lock_path = key_storage.folder().join(&key_folder).join("lock");
    let _keys_lock = match lock_file(&lock_path, SystemPart::Keys, durable::OWNER_ONLY) {
        Ok(lock) => lock,
        Err(DaemonError::AlreadyRunning) => return Ok(Some(RotationResult::KeysInUse)),
        Err(_) => return Ok(Some(RotationResult::DiskRefused)),
    };
    durable::remove_temp_files(&airlog)?;
    let recovered = recover(&mut storage, &mut key_storage)?;
    let Some(resumed) = recovered.resumed else {
        return Ok(Some(RotationResult::Damaged));
    };
    let mut clock = SystemClock::new()?;
    let boot_id = clock.boot_id();
    let station_id = recovered.replay.station.map(String::from).unwrap_or_default();
    let zone = crate::schedule::settings::Station::default().timezone;
    let config = LogConfig { kind: "loa", station: &station_id, boot: &boot_id, zone, seed_source: os_seed };
    let mut log = AirLog::open(storage, key_storage, Some(resumed), &config)?;
    let now = clock.now();
    let bodies = department_bodies(notes.to_vec());
    let append_result = if bodies.is_empty() { Ok(()) } else { log.append(now, bodies) };
    let rotation_result = append_result.and_then(|()| log.rotate_epoch(now));
    Ok(Some(if rotation_result.is_ok() { RotationResult::Done } else { RotationResult::DiskRefused }))
}

/// Returns the newest head of the log that this machine has signed, as a list of at most one. Verification against it
/// fails for an older copy of the log, which must not be continued.
fn newest_signed_head(airlog: &FolderStorage, key_storage: &FolderStorage) -> io::Result<Vec<Checkpoint>> {
    let Some(origin) = signed_origin(airlog) else {
        return Ok(Vec::new());
    };
    let high_water_mark = highwater::read(key_storage, &origin);
    Ok(high_water_mark.map(|HighWaterMark { size, root }| Checkpoint { origin, size, root }).into_iter().collect())
}
