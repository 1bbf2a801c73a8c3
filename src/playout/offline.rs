//! Ends the open epoch of a station's log: through its daemon, or, when none runs, in its place.
use std::io;
use std::path::Path;

use super::clock::Clock;
use super::clock::system::SystemClock;
use super::control::{ControlError, ask};
use super::daemon::{DaemonError, Secrets};
use super::engine::{Answer, Order, both};
use super::lock::{lock, lock_file};
use crate::airlog::highwater::{self, HighWater};
use crate::airlog::keys::system_chance;
use crate::airlog::recover::recover;
use crate::airlog::seal::CHECKPOINT;
use crate::airlog::storage::{FolderStorage, Storage};
use crate::airlog::{AirLog, Opening};
use crate::archive::judge::{judge, processors};
use crate::archive::source::{Form, Source};
use crate::durable;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{MAX_NOTE, Note};
use crate::proof::verify::{Policy, Wrong};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rolled {
    /// It has ended.
    Done,
    /// The log's keys are not here.
    NoKeys,
    /// The daemon runs, or another program has the log, and cannot be asked.
    Unreachable,
    /// The disk refuses, or the daemon does not answer.
    Refused,
}

/// Logs what a department sent, and ends the open epoch.
///
/// # Errors
/// When the log cannot be read.
pub fn roll(station: &Path, notes: Vec<String>) -> io::Result<Rolled> {
    for _ in 0..2 {
        match ask(station, Order::Collect { notes: notes.clone() }) {
            Ok(Answer::Done) => return Ok(Rolled::Done),
            Err(ControlError::NotRunning) => match roll_offline(station, &notes)? {
                Some(rolled) => return Ok(rolled),
                // One has just started.
                None => continue,
            },
            Err(ControlError::NotAllowed { .. } | ControlError::Unreachable) => return Ok(Rolled::Unreachable),
            Ok(_) | Err(ControlError::NoAnswer(_)) => return Ok(Rolled::Refused),
        }
    }
    Ok(Rolled::Unreachable)
}

/// The same without a daemon. None when one has the log.
fn roll_offline(station: &Path, notes: &[String]) -> io::Result<Option<Rolled>> {
    let airlog = station.join("airlog");
    let _lock = match lock(station) {
        Ok(lock) => lock,
        Err(DaemonError::AlreadyRuns) => return Ok(None),
        Err(_) => return Ok(Some(Rolled::Refused)),
    };
    // A log that is not whole is left as it is, for the daemon to set aside and for people to look at.
    let mut storage = FolderStorage::airlog(airlog.clone());
    storage.hold()?;
    if !storage.has(CHECKPOINT) {
        return Ok(Some(Rolled::NoKeys));
    }
    let mut keys = Secrets::OfTheMachine.storage(&storage)?;
    let source = Source { storage: FolderStorage::airlog(airlog.clone()), form: Form::Airlog };
    let policy = Policy { seen: remembered(&storage, &keys)?, ..Policy::default() };
    let verdict = judge(&source, policy, processors())?;
    if !verdict.wrong.iter().all(Wrong::beside_the_log) {
        return Ok(Some(Rolled::Refused));
    }
    // Recovery would set aside a log whose keys are not here: that is the daemon's to do, and to tell.
    let folder = crate::airlog::keys::folder_of(&verdict.found.origin);
    let epoch = verdict.found.epochs.saturating_sub(1);
    if !keys.has(&format!("{folder}/log")) || !keys.has(&format!("{folder}/epoch-{epoch}")) {
        return Ok(Some(Rolled::NoKeys));
    }
    // A daemon on a copy of this folder signs with the same keys.
    let Ok(_keys_lock) = lock_file(&keys.folder().join(&folder).join("lock"), "keys", durable::SECRET) else {
        return Ok(Some(Rolled::Refused));
    };
    durable::sweep(&airlog)?;
    let recovered = recover(&mut storage, &mut keys)?;
    let Some(resumed) = recovered.resumed else {
        return Ok(Some(Rolled::Refused));
    };
    let mut clock = SystemClock::new()?;
    let boot_id = clock.boot_id();
    let station = recovered.replay.station.map(String::from).unwrap_or_default();
    let zone = crate::station::Station::default().timezone;
    let opening = Opening { kind: "loa", station: &station, boot: &boot_id, zone, chance: system_chance };
    let mut log = AirLog::open(storage, keys, Some(resumed), &opening)?;
    let now = clock.now();
    let bodies = both(notes.to_vec());
    let done = if bodies.is_empty() { Ok(()) } else { log.append(now, bodies) };
    let rolled = done.and_then(|()| log.roll(now));
    Ok(Some(if rolled.is_ok() { Rolled::Done } else { Rolled::Refused }))
}

/// The newest head that this machine has signed of the log: an older copy is none to go on with.
fn remembered(airlog: &FolderStorage, keys: &FolderStorage) -> io::Result<Vec<Checkpoint>> {
    let head = airlog.read_all(CHECKPOINT, MAX_NOTE as u64).ok().flatten();
    let Some(origin) = head.and_then(|head| Some(Checkpoint::parse(&Note::parse(&head)?.text)?.origin)) else {
        return Ok(Vec::new());
    };
    let newest = highwater::read(keys, &origin);
    Ok(newest.map(|HighWater { size, root }| Checkpoint { origin, size, root }).into_iter().collect())
}
