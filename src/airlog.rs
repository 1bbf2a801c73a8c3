//! Step 5 of the flow: the airing log, the append-only record of what went out.
//!
//! Source of truth is `airlog/log.jsonl`: JSON Lines, integers only, one entry a line, never rewritten. After every
//! batch its head is signed. An entry counts once it and the head that covers it are on the disk ([`AirLog::append`]
//! returns then), and whoever reads the log sees the daemon's own words: [`entry`] writes them, [`record`] reads them,
//! [`replay`] folds them into what a starting daemon must know, [`recover`] puts right what a power cut left.
//! [`seal`] signs, with [`keys`] that lie elsewhere; beside them [`highwater`] remembers the newest head, and [`kept`] a
//! second copy of what is in force. `docs/airlog-format.md` is the form.
pub mod absences;
pub mod airing_id;
mod bodies;
pub mod damage;
pub mod entry;
pub mod files;
pub mod gap;
pub mod highwater;
pub mod kept;
pub mod keys;
pub mod limits;
pub mod outcome;
pub mod outcome_text;
pub mod parts;
pub mod plausibility;
pub mod progress;
pub mod record;
pub mod recover;
pub mod replay;
pub mod signer;
pub mod storage;
mod walk;

use std::io;

use chrono_tz::Tz;

use crate::base::instant::ClockSnapshot;
use crate::proof::tiles::MAX_ENTRY;
use crate::proof::tree::{CompactRange, leaf_hash};
use entry::{Body, EpochEntry, Stamp};
use files::{BALLAST, CHECKPOINT, MAX_PARTS, part_name};
use gap::WriteGap;
use kept::{FilesInForce, KeptFileWriter};
use keys::SeedSource;
use parts::LogOffset;
use progress::{LifeSign, MarkWriter, ProgressMark};
use recover::ResumedLog;
use signer::{LogKeys, LogSigner};
use storage::Storage;

/// Entries kept in memory while the disk refuses them; beyond it the oldest give way.
const MAX_UNWRITTEN: usize = 100_000;
const BALLAST_BYTES: usize = 256 * 1024;

/// What an opened log must know.
pub struct LogConfig<'a> {
    /// `loa`, or `rehearsal` when no sound is meant.
    pub kind: &'static str,
    /// The station, for a new log.
    pub station: &'a str,
    /// This start of the machine.
    pub boot: &'a str,
    /// The zone to write `at` in.
    pub zone: Tz,
    /// Where keys come from.
    pub seed_source: SeedSource,
}

/// Who a log is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogIdentity {
    /// Its name.
    pub origin: String,
    /// Its verifier key.
    pub key: String,
    /// The verifier key of the present epoch.
    pub epoch_key: String,
}

/// A batch that is written, synced and signed. Its head may be on the disk although the disk said no: a rename whose
/// folder could not be synced. So nothing else is ever signed in its place.
struct SignedBatch {
    head: Vec<u8>,
    range: CompactRange,
    bytes: u64,
    entries: usize,
    closes: bool,
}

/// The writing end of the log.
pub struct AirLog<S> {
    /// Where it is kept.
    pub storage: S,
    signer: LogSigner<S>,
    boot: String,
    zone: Tz,
    /// The file that is written, and the bytes of it known to be whole and synced.
    write_offset: LogOffset,
    /// Its last sync failed: it is not trusted again.
    distrusted: bool,
    /// Entries that wait, each with its time, and the zone that was in force then.
    unwritten: Vec<(ClockSnapshot, Tz, Body)>,
    /// A batch whose head the disk has refused so far.
    unpublished: Option<SignedBatch>,
    /// Files that entries name.
    kept_writer: KeptFileWriter,
    /// What the schedule and the latest plans name.
    in_force: FilesInForce,
    marker: MarkWriter,
    gap: Option<WriteGap>,
    /// Why the last epoch that was due could not end.
    rotation_error: Option<io::Error>,
}

impl<S: Storage> AirLog<S> {
    /// Goes on with a recovered log, or makes the keys of a new one.
    ///
    /// # Errors
    /// When keys cannot be made or kept.
    pub fn open(storage: S, mut keys: S, resumed: Option<ResumedLog>, opening: &LogConfig<'_>) -> io::Result<Self> {
        let (seal, place, in_force, marks) = match resumed {
            Some(resumed) => {
                let ResumedLog {
                    keys: with,
                    range,
                    in_epoch,
                    ran_us,
                    write_offset: place,
                    closings_len,
                    in_force,
                    marks,
                } = resumed;
                let mut seal = LogSigner::new(keys, with, range, closings_len, opening.seed_source);
                seal.set_epoch_progress(in_epoch, ran_us);
                (seal, place, in_force, marks)
            }
            None => {
                let made = keys::create_log_keys(&mut keys, opening.kind, opening.station, opening.seed_source)?;
                let with = LogKeys { origin: made.origin, log: made.log, epoch: 0, epoch_key: made.epoch };
                let seal = LogSigner::new(keys, with, CompactRange::default(), 0, opening.seed_source);
                (seal, LogOffset { part: 0, bytes: 0 }, FilesInForce::default(), Vec::new())
            }
        };
        let (boot, zone) = (opening.boot.to_owned(), opening.zone);
        let mut log = Self {
            storage,
            signer: seal,
            boot,
            zone,
            write_offset: place,
            distrusted: false,
            unwritten: Vec::new(),
            unpublished: None,
            kept_writer: KeptFileWriter::default(),
            in_force,
            marker: MarkWriter::following(marks),
            gap: None,
            rotation_error: None,
        };
        log.ensure_ballast();
        Ok(log)
    }

    /// The zone in which `at` is written from now on.
    pub fn set_zone(&mut self, zone: Tz) {
        self.zone = zone;
    }

    /// Who the log is.
    #[must_use]
    pub fn identity(&self) -> LogIdentity {
        let (key, epoch_key) = (self.signer.key().to_string(), self.signer.epoch_key().to_string());
        LogIdentity { origin: self.signer.origin.clone(), key, epoch_key }
    }

    /// Entries that are on the disk, under a signed head.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.signer.range.size()
    }

    /// Entries that wait for the disk.
    #[must_use]
    pub fn pending_entries(&self) -> usize {
        self.unwritten.len() + self.unpublished.as_ref().map_or(0, |signed| signed.entries)
    }

    fn nothing_pending(&self) -> bool {
        self.unwritten.is_empty() && self.unpublished.is_none()
    }

    /// The newest root in 16 symbols; none before the first entry.
    #[must_use]
    pub fn head_code(&self) -> Option<String> {
        (self.entries() > 0).then(|| self.signer.head_code())
    }

    /// Entries that follow the last closing.
    #[must_use]
    pub fn in_open_epoch(&self) -> u64 {
        self.signer.in_epoch
    }

    /// Why the epoch could not end when it was due, if it could not; the epoch goes on, and so does the log.
    #[must_use]
    pub fn rotation_error(&self) -> Option<&io::Error> {
        self.rotation_error.as_ref()
    }

    /// Keeps a file that the next entries name.
    ///
    /// # Errors
    /// When neither place takes it: no entry is written before it is kept.
    pub fn keep_file(&mut self, name: String, bytes: Vec<u8>) -> io::Result<()> {
        self.kept_writer.add(name, bytes);
        self.flush_kept_files()
    }

    fn flush_kept_files(&mut self) -> io::Result<()> {
        self.signer.flush_kept_files(&mut self.storage, &mut self.kept_writer)
    }

    /// Why a kept file lies in one place only, if that is so; the log goes on.
    #[must_use]
    pub fn kept_file_error(&self) -> Option<&io::Error> {
        self.kept_writer.last_error()
    }

    /// The kept files, from whichever copy is whole.
    pub fn kept_files(&self) -> kept::KeptFiles<'_, S> {
        self.signer.kept_files(&self.storage)
    }

    /// Marks how far the running airing has come, or that the station lives.
    ///
    /// # Errors
    /// As [`Marker::mark`].
    pub fn write_mark(&mut self, now: ClockSnapshot, sign: LifeSign, first: bool) -> io::Result<()> {
        if self.marker.is_first_mark() && !self.nothing_pending() {
            // What the marks of the run before tell stands in an outcome that is not durable yet.
            return Ok(());
        }
        let LifeSign { trusted, id, frames, rate } = sign;
        let (boot, boottime_us, epoch) = (self.boot.clone(), now.boot.0, self.signer.epoch);
        let mark = ProgressMark { wall: now.wall, trusted, id, frames, rate, boot, boottime_us, epoch };
        self.marker.mark(&mut self.storage, now, mark, self.signer.mark_key(), first)
    }

    /// Appends a batch: one write, one sync, one signed head, however many entries. An epoch that is due ends with it.
    ///
    /// # Errors
    /// When the storage fails. The batch is kept and written, with its own times, before the next one.
    pub fn append(&mut self, now: ClockSnapshot, batch: Vec<Body>) -> io::Result<()> {
        let stale: Vec<String> = batch.iter().flat_map(|body| self.in_force.apply(body)).collect();
        self.unwritten.extend(batch.into_iter().map(|body| (now, self.zone, body)));
        if self.nothing_pending() {
            return self.flush_kept_files();
        }
        let closes = self.signer.is_epoch_due(now.boot, self.pending_entries() as u64 + 1);
        self.write(now, closes)?;
        // What is no longer in force goes when the entry that says so is durable. A copy that stays is no harm.
        stale.iter().for_each(|name| self.signer.remove_copy(&mut self.storage, name));
        Ok(())
    }

    /// Ends the open epoch if it has run for long enough.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub fn rotate_epoch_if_due(&mut self, now: ClockSnapshot) -> io::Result<()> {
        if !self.nothing_pending() {
            return self.append(now, Vec::new());
        }
        // A key that cannot be made is tried again with the next entry.
        if self.rotation_error.is_none() && self.signer.is_epoch_due(now.boot, 0) {
            self.write(now, true)
        } else {
            Ok(())
        }
    }

    /// Ends the open epoch: whatever is stolen from now on, nothing before can be rewritten unseen. Nothing happens
    /// when no entry was made since the last closing.
    ///
    /// # Errors
    /// As [`Self::append`], and when the keys' storage fails.
    pub fn rotate_epoch(&mut self, now: ClockSnapshot) -> io::Result<()> {
        if self.nothing_pending() && self.signer.in_epoch == 0 {
            return self.signer.store_closing(&mut self.storage).and_then(|()| self.signer.erase_old_keys());
        }
        self.write(now, true)?;
        match self.rotation_error.take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn write(&mut self, now: ClockSnapshot, closes: bool) -> io::Result<()> {
        let mut attempt = self.try_write(now, closes);
        if attempt.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::StorageFull) && self.storage.has(BALLAST) {
            self.record_failure(now, &attempt);
            attempt = self.storage.remove(BALLAST).and_then(|()| self.try_write(now, closes));
        }
        self.record_failure(now, &attempt);
        attempt
    }

    fn record_failure(&mut self, now: ClockSnapshot, attempt: &io::Result<()>) {
        let Err(error) = attempt else {
            return;
        };
        let over = self.unwritten.len().saturating_sub(MAX_UNWRITTEN);
        self.unwritten.drain(..over);
        let gap = self.gap.get_or_insert_with(|| WriteGap::begin(now, error, self.distrusted));
        gap.lost += over as u64;
    }

    /// Writes everything that waits, once.
    fn try_write(&mut self, now: ClockSnapshot, closes: bool) -> io::Result<()> {
        self.flush_kept_files()?;
        let had_gap = self.gap.is_some();
        self.publish_head()?;
        // Until the closing is kept, the head that is it must stand.
        self.signer.store_closing(&mut self.storage)?;
        if self.distrusted {
            self.switch_part()?;
        }
        let next_key = if closes { self.prepare_next_key() } else { None };
        let (bytes, range) = self.render_pending(now, next_key.clone());
        let name = part_name(self.write_offset.part);
        // What a failed attempt may have left behind was never acknowledged.
        self.storage.truncate(&name, self.write_offset.bytes)?;
        self.storage.append(&name, &bytes)?;
        self.storage.sync(&name).inspect_err(|_| self.distrusted = true)?;
        let head = self.signer.sign_head(&range);
        let (entries, closes) = (self.unwritten.len(), next_key.is_some());
        self.unpublished = Some(SignedBatch { head, range, bytes: bytes.len() as u64, entries, closes });
        self.unwritten.clear();
        self.gap = None;
        self.publish_head()?;
        // Acknowledged already: what is left of the epoch's end is done with the next batch, or at the next start.
        let closed = self.signer.store_closing(&mut self.storage).and_then(|()| self.signer.erase_old_keys());
        if had_gap || closes {
            self.ensure_ballast();
        }
        self.rotation_error = closed.err().or(self.rotation_error.take());
        Ok(())
    }

    /// Puts the head of what is signed there, as it was signed.
    fn publish_head(&mut self) -> io::Result<()> {
        if let Some(signed) = &self.unpublished {
            self.storage.replace(CHECKPOINT, &signed.head)?;
        }
        if let Some(SignedBatch { head, range, bytes, closes, .. }) = self.unpublished.take() {
            self.write_offset.bytes += bytes;
            self.signer.head_published(range, head, closes);
            if closes {
                // A mark is scratch: that it cannot be written anew is no reason to keep the old key.
                let _ = self.marker.rewrite(&mut self.storage, self.signer.mark_key());
            }
        }
        Ok(())
    }

    fn prepare_next_key(&mut self) -> Option<String> {
        match self.signer.prepare_next_key() {
            Ok(key) => {
                self.rotation_error = None;
                Some(key.to_string())
            }
            Err(error) => {
                self.rotation_error = Some(error);
                None
            }
        }
    }

    /// A file whose sync has failed may hold anything: the log goes on in another. One of which nothing was acknowledged
    /// is made anew instead: a disk that fails for years must not use up the names.
    fn switch_part(&mut self) -> io::Result<()> {
        if self.write_offset.part > 0 && self.write_offset.bytes == 0 {
            self.storage.remove(&part_name(self.write_offset.part))?;
        } else if self.write_offset.part == MAX_PARTS {
            return Err(io::Error::other("too many log files: every one of them has failed"));
        } else {
            self.write_offset = LogOffset { part: self.write_offset.part + 1, bytes: 0 };
        }
        self.distrusted = false;
        Ok(())
    }

    /// The bytes of all that waits, and the tree with it.
    fn render_pending(&self, now: ClockSnapshot, next_key: Option<String>) -> (Vec<u8>, CompactRange) {
        let mut range = self.signer.range.clone();
        let mut bytes = Vec::new();
        let epoch = self.signer.epoch + 1;
        let gap = self.gap.as_ref().map(|gap| (now, self.zone, gap.body(self.zone, self.unwritten.len() as u64)));
        let end = next_key.map(|epoch_key| (now, self.zone, Body::Epoch(EpochEntry { epoch, epoch_key })));
        for (now, zone, body) in self.unwritten.iter().chain(&gap).chain(&end) {
            let stamp = Stamp { seq: range.size(), now: *now, boot: &self.boot, zone: *zone };
            let mut line = entry::render_line(&stamp, body);
            if line.len() > MAX_ENTRY {
                line = entry::render_line(&stamp, &gap::too_long_body(*now, *zone, line.len()));
            }
            range.push(leaf_hash(line.as_bytes()));
            bytes.extend_from_slice(line.as_bytes());
            bytes.push(b'\n');
        }
        (bytes, range)
    }

    /// Keeps some room for the day when the disk is full. That it cannot is no reason not to run.
    fn ensure_ballast(&mut self) {
        if !self.storage.has(BALLAST) {
            let _ = self.storage.replace(BALLAST, &vec![0xA5; BALLAST_BYTES]);
        }
    }
}
