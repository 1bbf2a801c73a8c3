//! Finds a log that this machine signed for a station's folder, but that is no longer in the folder.
//!
//! People delete `airlog/`, but not the folder of the keys. The daemon writes the path of its station into the lock
//! file beside the log's keys. A command that is run on a copy of the folder also uses that path, to say where the
//! station runs.
use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::files::CHECKPOINT;
use super::highwater::{self, mark_file};
use super::keys::key_folder;
use super::record::LogReader;
use super::storage::{FolderStorage, Storage};
use crate::base::{durable, state_dirs};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{MAX_NOTE_BYTES, Note};

/// Name of the lock file beside the keys of a log.
pub const KEY_LOCK: &str = "lock";
/// Maximum length of a path in a lock file, in bytes.
const MAX_PATH_BYTES: u64 = 4096;
/// The folder in `airlog` with the logs that were set aside.
const DAMAGED: &str = "damaged";
/// Maximum number of logs that were set aside and are looked at.
const MAX_SET_ASIDE_LOGS: usize = 1000;
/// Maximum number of key folders that are examined in each state folder.
const MAX_KEY_FOLDERS: usize = 1000;

/// A log that is no longer in the station's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostLog {
    /// The station's id.
    pub station: String,
    /// Number of entries under its newest signed head.
    pub entries: u64,
    /// Time at which that head was signed, in microseconds since 1970.
    pub signed_at_us: i64,
}

/// Writes the path of the station's folder into the locked file beside the log's keys. An error is ignored: without the
/// path, messages name no folder.
pub fn record_station_path(mut lock: &File, station: &Path) {
    let bytes = station.as_os_str().as_bytes();
    if bytes.len() as u64 <= MAX_PATH_BYTES {
        let _ = lock.set_len(0).and_then(|()| lock.rewind()).and_then(|()| lock.write_all(bytes));
    }
}

/// Reads the path of the station's folder from the lock file in a key folder; `None` if the file holds no path.
#[must_use]
pub fn recorded_station_path(key_folder: &Path) -> Option<PathBuf> {
    let mut bytes = Vec::new();
    let lock = durable::open_nofollow(&key_folder.join(KEY_LOCK)).ok()?;
    lock.take(MAX_PATH_BYTES).read_to_end(&mut bytes).ok()?;
    (!bytes.is_empty()).then(|| PathBuf::from(OsStr::from_bytes(&bytes)))
}

/// Returns the newest log that this machine signed for a station in this folder, that is no longer in the folder, and
/// that was last signed before `before_us` (microseconds since 1970). `station_id` is the id in `station.toml`; logs of
/// other stations that the folder once held are ignored.
///
/// The times of files prove nothing about a log that is still there: a wrong clock that was put right makes it look
/// older than its own entries. So a log that is in the folder, or was set aside in it, is recognised by its origin.
#[must_use]
pub fn find_lost_log(station: &Path, station_id: &str, before_us: i64) -> Option<LostLog> {
    let path = station.canonicalize().ok()?;
    let present_folders = key_folders_of_present_logs(&path.join("airlog"));
    let logs = state_dirs::candidates().into_iter().flat_map(|state| {
        let keys = state.join("keys");
        let folders = fs::read_dir(&keys).into_iter().flatten().take(MAX_KEY_FOLDERS);
        let names: Vec<String> = folders.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
        names.into_iter().map(move |name| (keys.clone(), name))
    });
    logs.filter(|(keys, name)| recorded_station_path(&keys.join(name)).is_some_and(|recorded| recorded == path))
        .filter(|(_, name)| !present_folders.contains(name))
        .filter_map(|(keys, name)| signed_log(&keys, &name).ok().flatten())
        .filter(|log| log.station == station_id && log.signed_at_us < before_us)
        .max_by_key(|log| log.signed_at_us)
}

/// Returns the names of the key folders of all logs in `airlog`: the current one, and those that were set aside as
/// damaged.
fn key_folders_of_present_logs(airlog: &Path) -> HashSet<String> {
    let set_aside = fs::read_dir(airlog.join(DAMAGED)).into_iter().flatten().take(MAX_SET_ASIDE_LOGS);
    let folders = set_aside.filter_map(|entry| Some(entry.ok()?.path())).chain([airlog.to_owned()]);
    folders.flat_map(|folder| origins_in(&FolderStorage::new(folder))).map(|origin| key_folder(&origin)).collect()
}

/// Returns the origins that the signed head and the first entry of a log name. Either of them can be missing or damaged.
fn origins_in(log: &FolderStorage) -> Vec<String> {
    let first_record = LogReader::new(log).ok().and_then(|mut reader| reader.next_record().ok().flatten());
    let in_genesis = first_record.and_then(|record| record.genesis().map(|genesis| genesis.origin.clone()));
    signed_origin(log).into_iter().chain(in_genesis).collect()
}

/// Returns the origin of the signed head in the folder of a log; `None` if there is no readable head.
#[must_use]
pub fn signed_origin<S: Storage>(airlog: &S) -> Option<String> {
    let head = airlog.read_all(CHECKPOINT, MAX_NOTE_BYTES as u64).ok().flatten()?;
    Some(Checkpoint::parse(&Note::parse(&head)?.text)?.origin)
}

/// Returns the log whose keys are in the folder `name` of `keys`; `None` if it has no signed head.
fn signed_log(keys: &Path, name: &str) -> io::Result<Option<LostLog>> {
    let Some((station, hash)) = name.rsplit_once('-') else { return Ok(None) };
    let origin = format!("loa/{station}/{hash}");
    let Some(mark) = highwater::read(&FolderStorage::for_secrets(keys.to_owned()), &origin) else { return Ok(None) };
    let modified_at = fs::symlink_metadata(keys.join(mark_file(&origin)))?.modified()?;
    let since_1970 = modified_at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let signed_at_us = i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX);
    Ok(Some(LostLog { station: station.to_owned(), entries: mark.size, signed_at_us }))
}
