//! Ends the open epoch of a station's log: through its daemon, or without one if none runs.
use std::io;
use std::path::Path;

use super::clock::Clock;
use super::clock::system::SystemClock;
use super::control::{ControlError, request};
use super::engine::{CommandReply, OperatorCommand, department_bodies};
use super::error::{DaemonError, SystemPart};
use super::key_location::{KeyLocation, signed_origin};
use super::lock::{lock_file, lock_station};
use crate::airlog::files::CHECKPOINT;
use crate::airlog::highwater::{self, HighWaterMark};
use crate::airlog::keys::os_seed;
use crate::airlog::recover::recover;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::airlog::{AirLog, LogConfig};
use crate::base::durable;
use crate::base::platform::available_threads;
use crate::logstore::source::{LogForm, LogSource};
use crate::logstore::verify::verify_log;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::verify::{VerifyError, VerifyPolicy};

/// Outcome of a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotationOutcome {
    /// The epoch has ended.
    Done,
    /// The log's keys are not on this machine.
    NoKeys,
    /// A daemon or another program has the log, and cannot be asked.
    Unreachable,
    /// The disk refuses, or the daemon does not answer.
    Refused,
}

/// Logs the notes of a department, and ends the open epoch.
///
/// # Errors
/// An I/O error when the log or its keys cannot be read.
pub fn rotate_epoch(station: &Path, notes: Vec<String>) -> io::Result<RotationOutcome> {
    for _ in 0..2 {
        match request(station, OperatorCommand::Collect { notes: notes.clone() }) {
            Ok(CommandReply::Done) => return Ok(RotationOutcome::Done),
            Err(ControlError::NotRunning) => match rotate_without_daemon(station, &notes)? {
                Some(rolled) => return Ok(rolled),
                // A daemon has just started.
                None => continue,
            },
            Err(ControlError::NotAllowed { .. } | ControlError::Unreachable) => {
                return Ok(RotationOutcome::Unreachable);
            }
            Ok(_) | Err(ControlError::NoAnswer(_)) => return Ok(RotationOutcome::Refused),
        }
    }
    Ok(RotationOutcome::Unreachable)
}

/// Ends the epoch without a daemon; returns `None` when one has the log.
fn rotate_without_daemon(station: &Path, notes: &[String]) -> io::Result<Option<RotationOutcome>> {
    let airlog = station.join("airlog");
    let _lock = match lock_station(station) {
        Ok(lock) => lock,
        Err(DaemonError::AlreadyRunning) => return Ok(None),
        Err(_) => return Ok(Some(RotationOutcome::Refused)),
    };
    // A damaged log stays as it is: the daemon sets it aside, for people to look at.
    let mut storage = FolderStorage::for_airlog(airlog.clone());
    storage.pin_folder()?;
    if !storage.has(CHECKPOINT) {
        return Ok(Some(RotationOutcome::NoKeys));
    }
    let mut keys = KeyLocation::StateFolder.open_storage(&storage)?;
    let source = LogSource { storage: FolderStorage::for_airlog(airlog.clone()), form: LogForm::Airlog };
    let policy = VerifyPolicy { earlier_heads: newest_signed_head(&storage, &keys)?, ..VerifyPolicy::default() };
    let verdict = verify_log(&source, policy, available_threads())?;
    if !verdict.errors.iter().all(VerifyError::is_outside_log) {
        return Ok(Some(RotationOutcome::Refused));
    }
    // Without these keys, recovery would set the log aside. That is for the daemon to do and to report.
    let folder = crate::airlog::keys::key_folder(&verdict.verified.origin);
    let epoch = verdict.verified.epochs.saturating_sub(1);
    if !keys.has(&format!("{folder}/log")) || !keys.has(&format!("{folder}/epoch-{epoch}")) {
        return Ok(Some(RotationOutcome::NoKeys));
    }
    // A daemon on a copy of this folder signs with the same keys.
    let Ok(_keys_lock) = lock_file(&keys.folder().join(&folder).join("lock"), SystemPart::Keys, durable::OWNER_ONLY)
    else {
        return Ok(Some(RotationOutcome::Refused));
    };
    durable::remove_temp_files(&airlog)?;
    let recovered = recover(&mut storage, &mut keys)?;
    let Some(resumed) = recovered.resumed else {
        return Ok(Some(RotationOutcome::Refused));
    };
    let mut clock = SystemClock::new()?;
    let boot_id = clock.boot_id();
    let station = recovered.replay.station.map(String::from).unwrap_or_default();
    let zone = crate::schedule::settings::Station::default().timezone;
    let opening = LogConfig { kind: "loa", station: &station, boot: &boot_id, zone, seed_source: os_seed };
    let mut log = AirLog::open(storage, keys, Some(resumed), &opening)?;
    let now = clock.now();
    let bodies = department_bodies(notes.to_vec());
    let done = if bodies.is_empty() { Ok(()) } else { log.append(now, bodies) };
    let rolled = done.and_then(|()| log.rotate_epoch(now));
    Ok(Some(if rolled.is_ok() { RotationOutcome::Done } else { RotationOutcome::Refused }))
}

/// Returns the newest head of the log that this machine has signed: an older copy of the log must not go on.
fn newest_signed_head(airlog: &FolderStorage, keys: &FolderStorage) -> io::Result<Vec<Checkpoint>> {
    let Some(origin) = signed_origin(airlog) else {
        return Ok(Vec::new());
    };
    let newest = highwater::read(keys, &origin);
    Ok(newest.map(|HighWaterMark { size, root }| Checkpoint { origin, size, root }).into_iter().collect())
}
