//! Opens a log and puts right what a power cut left.
//!
//! A line that was being written when the power went is torn: it was never acknowledged. It is set aside in
//! `airlog/torn/` and the log goes on after the last whole entry. A log that is damaged *inside*, with entries
//! after the damage, is never gone on with, and nothing is taken from it: it is set aside whole, in
//! `airlog/damaged/`, and a new log begins that cites it. A station must not fall silent over it.
use std::io::{self, BufRead, Read};

use super::LOG;
use super::record::{LineError, MAX_LINE, Reader};
use super::replay::Replay;
use super::storage::Storage;

/// What was found.
#[derive(Debug, Default)]
pub struct Recovered {
    /// What the log tells; nothing when it was set aside.
    pub replay: Replay,
    /// Bytes of whole entries.
    pub len: u64,
    /// Bytes of a torn tail that were set aside.
    pub torn: u64,
    /// The log was damaged inside.
    pub damaged: Option<Damage>,
}

/// A log that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Where it is now, in `airlog/`.
    pub kept_as: String,
    /// Whole entries before the damage.
    pub entries: u64,
    /// What is wrong; English.
    pub detail: String,
}

/// Reads the log, sets aside what cannot be gone on with, and says what the log tells.
///
/// # Errors
/// When the storage fails.
pub fn recover<S: Storage>(storage: &mut S) -> io::Result<Recovered> {
    let mut found = Recovered::default();
    let Some(input) = storage.read(LOG)? else {
        return Ok(found);
    };
    let mut reader = Reader::new(input);
    let error = loop {
        match reader.next_record() {
            Ok(Some(record)) => found.replay.take(&record),
            Ok(None) => break None,
            Err(LineError::Io(e)) => return Err(e),
            Err(error) => break Some(error),
        }
    };
    found.len = reader.bytes;
    match error {
        None => {}
        Some(error) if entries_beyond(storage, found.len)? => {
            let entries = found.replay.entries;
            let kept_as = fresh_name(storage, &format!("damaged/log-{entries}"));
            storage.rename(LOG, &kept_as)?;
            let detail = error.to_string();
            found = Recovered { damaged: Some(Damage { kept_as, entries, detail }), ..Recovered::default() };
        }
        Some(_) => found.torn = set_tail_aside(storage, found.len)?,
    }
    Ok(found)
}

/// Whether anything that looks like an entry follows the first line beyond `len` bytes.
fn entries_beyond<S: Storage>(storage: &S, len: u64) -> io::Result<bool> {
    let Some(mut input) = storage.read(LOG)? else {
        return Ok(false);
    };
    io::copy(&mut Read::take(&mut input, len), &mut io::sink())?;
    let mut line = Vec::new();
    loop {
        line.clear();
        if Read::take(&mut input, MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(false);
        }
        // Also the failed line itself, if it is whole but has another's number.
        if line.ends_with(b"\n") && serde_json::from_slice::<super::record::Record>(&line).is_ok() {
            return Ok(true);
        }
    }
}

/// Moves what lies beyond `len` bytes to `torn/`.
fn set_tail_aside<S: Storage>(storage: &mut S, len: u64) -> io::Result<u64> {
    let mut tail = Vec::new();
    if let Some(mut input) = storage.read(LOG)? {
        io::copy(&mut Read::take(&mut input, len), &mut io::sink())?;
        // A tail larger than this is no torn batch; its beginning tells what it was.
        Read::take(input, 64 * 1024 * 1024).read_to_end(&mut tail)?;
    }
    if !tail.is_empty() {
        let name = fresh_name(storage, &format!("torn/{len}"));
        storage.replace(&name, &tail)?;
        storage.truncate(LOG, len)?;
        storage.sync(LOG)?;
    }
    Ok(tail.len() as u64)
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
