//! Step 5 of the flow: the airing log, the append-only record of what went out.
//!
//! Source of truth is `airlog/log.jsonl`: JSON Lines, integers only, one entry a line, never rewritten. An
//! entry counts once it is on the disk ([`AirLog::append`] returns after the sync), and whoever reads the log
//! sees the daemon's own words: [`entry`] writes them, [`record`] reads them, [`replay`] folds them into what a
//! starting daemon must know, [`recover`] puts right what a power cut left.
pub mod entry;
pub mod outcome;
pub mod progress;
pub mod record;
pub mod recover;
pub mod replay;
pub mod storage;

use std::io;

use chrono_tz::Tz;

use crate::instant::Now;
use entry::{Body, Stamp};
use storage::Storage;

/// The log's file in `airlog/`.
pub const LOG: &str = "log.jsonl";
/// Entries kept in memory while the disk refuses them; beyond it the oldest give way.
const MAX_UNWRITTEN: usize = 100_000;

/// The writing end of the log.
pub struct AirLog<S> {
    /// Where it is kept.
    pub storage: S,
    next_seq: u64,
    boot: String,
    zone: Tz,
    /// Bytes of the log known to be whole and synced.
    len: u64,
    unwritten: Vec<(Now, Body)>,
    /// Files that entries name and that the disk has refused so far: no entry goes before them.
    unkept: Vec<(String, Vec<u8>)>,
}

impl<S: Storage> AirLog<S> {
    /// Goes on after `entries` entries of `len` bytes; `boot` names this start of the machine.
    pub fn new(storage: S, entries: u64, len: u64, boot: &str, zone: Tz) -> Self {
        Self { storage, next_seq: entries, boot: boot.to_owned(), zone, len, unwritten: Vec::new(), unkept: Vec::new() }
    }

    /// The zone in which `at` is written from now on.
    pub fn set_zone(&mut self, zone: Tz) {
        self.zone = zone;
    }

    /// Entries that are on the disk.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.next_seq
    }

    /// Entries that wait for the disk.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.unwritten.len()
    }

    /// Keeps a file that the next entries name.
    ///
    /// # Errors
    /// When the storage fails. The file is kept before the next entry is written; until then none is.
    pub fn keep(&mut self, name: String, bytes: Vec<u8>) -> io::Result<()> {
        if !self.storage.has(&name) && !self.unkept.iter().any(|(other, _)| *other == name) {
            self.unkept.push((name, bytes));
        }
        self.keep_all()
    }

    fn keep_all(&mut self) -> io::Result<()> {
        while let Some((name, bytes)) = self.unkept.first() {
            self.storage.replace(name, bytes)?;
            self.unkept.remove(0);
        }
        Ok(())
    }

    /// Appends a batch: one write, one sync, however many entries.
    ///
    /// # Errors
    /// When the storage fails. The batch is kept and written, with its own times, before the next one.
    pub fn append(&mut self, now: Now, batch: Vec<Body>) -> io::Result<()> {
        self.unwritten.extend(batch.into_iter().map(|body| (now, body)));
        if self.unwritten.is_empty() {
            return self.keep_all();
        }
        let mut bytes = Vec::new();
        for (seq, (now, body)) in (self.next_seq..).zip(&self.unwritten) {
            let stamp = Stamp { seq, now: *now, boot: &self.boot, zone: self.zone };
            bytes.extend_from_slice(entry::line(&stamp, body).as_bytes());
            bytes.push(b'\n');
        }
        // What a failed attempt may have left behind was never acknowledged.
        let attempt = self
            .keep_all()
            .and_then(|()| self.storage.truncate(LOG, self.len))
            .and_then(|()| self.storage.append(LOG, &bytes))
            .and_then(|()| self.storage.sync(LOG));
        if attempt.is_err() {
            let over = self.unwritten.len().saturating_sub(MAX_UNWRITTEN);
            self.unwritten.drain(..over);
        }
        attempt?;
        self.len += bytes.len() as u64;
        self.next_seq += self.unwritten.len() as u64;
        self.unwritten.clear();
        Ok(())
    }
}
