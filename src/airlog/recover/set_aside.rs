//! Moves unacknowledged lines to `torn/`, and damaged logs to `damaged/`.
use std::io::{self, Read};

use crate::airlog::damage::DamagedLog;
use crate::airlog::files::{CHECKPOINT, CLOSINGS, COSIGNED, LOG, PENDING_DAMAGE, part_name};
use crate::airlog::parts::{self, LogOffset};
use crate::airlog::storage::Storage;
use crate::proof::note::MAX_NOTE_BYTES;

/// Maximum number of bytes of a tail that are copied to `torn/`. A longer tail is not a torn batch, and its beginning
/// is enough to recognise it.
const MAX_TAIL_BYTES: u64 = 64 * 1024 * 1024;

/// Moves all bytes after this position of the log to `torn/`. Returns the number of moved bytes.
pub(super) fn move_tail_to_torn<S: Storage>(storage: &mut S, end: &LogOffset) -> io::Result<u64> {
    let mut torn_bytes = 0;
    for part in end.part..parts::count_parts(storage) {
        let name = part_name(part);
        let from = if part == end.part { end.bytes } else { 0 };
        let mut tail = Vec::new();
        if let Some(mut input) = storage.read(&name)? {
            io::copy(&mut Read::take(&mut input, from), &mut io::sink())?;
            Read::take(input, MAX_TAIL_BYTES).read_to_end(&mut tail)?;
        }
        if !tail.is_empty() {
            let torn_name = unused_name(storage, &format!("torn/{part}-{from}"));
            storage.replace(&torn_name, &tail)?;
            storage.truncate(&name, from)?;
            storage.sync(&name)?;
        }
        torn_bytes += tail.len() as u64;
    }
    Ok(torn_bytes)
}

/// Reads the description of a log that was moved to `damaged/`, completely or in part, and that no `genesis` entry
/// cites yet.
pub(super) fn read_pending<S: Storage>(storage: &S) -> Option<DamagedLog> {
    let bytes = storage.read_all(PENDING_DAMAGE, MAX_NOTE_BYTES as u64 * 4).ok()??;
    serde_json::from_slice(&bytes).ok()
}

/// Moves all files of a log to `damaged/`. The description that the new log must cite is written first, so that a power
/// cut or a failed start during the move does not lose it.
pub(super) fn move_to_damaged<S: Storage>(storage: &mut S, damage: DamagedLog) -> io::Result<DamagedLog> {
    // The head is moved last. If it is not in `damaged/` yet, an earlier move was cut off and is completed now.
    let unfinished = read_pending(storage).filter(|log| !storage.exists(&format!("{}/{CHECKPOINT}", log.set_aside_as)));
    let damage = match unfinished {
        Some(log) => log,
        None => {
            let set_aside_as = unused_folder(storage, damage.entries);
            let size = damage.size.max(damage.high_water.map_or(0, |mark| mark.size));
            DamagedLog { set_aside_as, size, ..damage }
        }
    };
    storage.replace(PENDING_DAMAGE, &serde_json::to_vec(&damage).map_err(io::Error::other)?)?;
    let log_files = (0..parts::count_parts(storage)).rev().map(part_name);
    let names: Vec<String> = log_files.chain([CLOSINGS, COSIGNED, CHECKPOINT].map(str::to_owned)).collect();
    for name in names.iter().filter(|name| storage.exists(name)).cloned().collect::<Vec<_>>() {
        storage.rename(&name, &format!("{}/{name}", damage.set_aside_as))?;
    }
    Ok(damage)
}

fn unused_folder<S: Storage>(storage: &S, entries: u64) -> String {
    let mut number = 0;
    loop {
        let folder = format!("damaged/log-{entries}-{number}");
        if !storage.exists(&format!("{folder}/{}", LOG)) && !storage.exists(&format!("{folder}/{CHECKPOINT}")) {
            return folder;
        }
        number += 1;
    }
}

fn unused_name<S: Storage>(storage: &S, stem: &str) -> String {
    let mut number = 0;
    loop {
        let name = format!("{stem}-{number}");
        if !storage.exists(&name) {
            return name;
        }
        number += 1;
    }
}
