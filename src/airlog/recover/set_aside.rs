//! Sets aside what is not continued: tails in `torn/`, whole logs in `damaged/`.
use std::io::{self, Read};

use crate::airlog::damage::DamagedLog;
use crate::airlog::files::{CHECKPOINT, CLOSINGS, COSIGNED, LOG, PENDING_DAMAGE, part_name};
use crate::airlog::parts::{self, LogOffset};
use crate::airlog::storage::Storage;
use crate::proof::note::MAX_NOTE;

/// Moves everything after a position to `torn/`. Returns the number of bytes.
pub(super) fn move_tail_to_torn<S: Storage>(storage: &mut S, place: &LogOffset) -> io::Result<u64> {
    let mut torn = 0;
    for part in place.part..parts::count_parts(storage) {
        let name = part_name(part);
        let from = if part == place.part { place.bytes } else { 0 };
        let mut tail = Vec::new();
        if let Some(mut input) = storage.read(&name)? {
            io::copy(&mut Read::take(&mut input, from), &mut io::sink())?;
            // A longer tail is not a torn batch; its beginning is enough to tell what it was.
            Read::take(input, 64 * 1024 * 1024).read_to_end(&mut tail)?;
        }
        if !tail.is_empty() {
            let aside = fresh_name(storage, &format!("torn/{part}-{from}"));
            storage.replace(&aside, &tail)?;
            storage.truncate(&name, from)?;
            storage.sync(&name)?;
        }
        torn += tail.len() as u64;
    }
    Ok(torn)
}

/// Reads which log was set aside, or is about to be, and is not yet cited by a genesis entry.
pub(super) fn read_pending<S: Storage>(storage: &S) -> Option<DamagedLog> {
    let bytes = storage.read_all(PENDING_DAMAGE, MAX_NOTE as u64 * 4).ok()??;
    serde_json::from_slice(&bytes).ok()
}

/// Moves a whole log to `damaged/`. The facts that the new log must cite are written first, so that neither a power cut
/// nor a start that fails in between loses them.
pub(super) fn move_to_damaged<S: Storage>(storage: &mut S, damage: DamagedLog) -> io::Result<DamagedLog> {
    // The head is moved last: if it is not there, a former move was cut off.
    let cut_off = read_pending(storage).filter(|begun| !storage.has(&format!("{}/{CHECKPOINT}", begun.kept_as)));
    let damage = match cut_off {
        Some(begun) => begun,
        None => {
            let kept_as = free_folder(storage, damage.entries);
            let size = damage.size.max(damage.newest.map_or(0, |newest| newest.size));
            DamagedLog { kept_as, size, ..damage }
        }
    };
    storage.replace(PENDING_DAMAGE, &serde_json::to_vec(&damage).map_err(io::Error::other)?)?;
    let lines = (0..parts::count_parts(storage)).rev().map(part_name);
    let names: Vec<String> = lines.chain([CLOSINGS, COSIGNED, CHECKPOINT].map(str::to_owned)).collect();
    for name in names.iter().filter(|name| storage.has(name)).cloned().collect::<Vec<_>>() {
        storage.rename(&name, &format!("{}/{name}", damage.kept_as))?;
    }
    Ok(damage)
}

fn free_folder<S: Storage>(storage: &S, entries: u64) -> String {
    let mut number = 0;
    loop {
        let folder = format!("damaged/log-{entries}-{number}");
        if !storage.has(&format!("{folder}/{}", LOG)) && !storage.has(&format!("{folder}/{CHECKPOINT}")) {
            return folder;
        }
        number += 1;
    }
}

fn fresh_name<S: Storage>(storage: &S, stem: &str) -> String {
    let mut number = 0;
    loop {
        let name = format!("{stem}-{number}");
        if !storage.has(&name) {
            return name;
        }
        number += 1;
    }
}
