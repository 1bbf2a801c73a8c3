//! The writing end of the log: open, keep files, append, end epochs.
mod append;
mod testing;

use std::io;

use chrono_tz::Tz;

use super::entry::Body;
use super::gap::WriteGap;
use super::in_force::FilesInForce;
use super::kept;
use super::kept_writer::KeptFileWriter;
use super::keys::{self, SeedSource};
use super::parts::LogOffset;
use super::progress::{LifeSign, MarkWriter, ProgressMark};
use super::recover::ResumedLog;
use super::signer::{LogKeys, LogSigner};
use super::storage::Storage;
use crate::base::instant::ClockSnapshot;
use crate::proof::tree::CompactRange;

/// Parameters for opening a log.
pub struct LogConfig<'a> {
    /// `loa`, or `rehearsal` in a rehearsal.
    pub kind: &'static str,
    /// Station id, for a new log.
    pub station: &'a str,
    /// Boot id of the machine.
    pub boot: &'a str,
    /// Zone in which `at` is written.
    pub zone: Tz,
    /// Source of random bytes for keys.
    pub seed_source: SeedSource,
}

/// Name and public keys of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogIdentity {
    /// Name of the log.
    pub origin: String,
    /// Verifier key of the log.
    pub key: String,
    /// Verifier key of the open epoch.
    pub epoch_key: String,
}

/// A batch that is written, synced and signed. Publishing its head can fail and still leave it on the disk, if
/// the rename succeeds and the sync of the folder does not. So no other head of this size may ever be signed.
struct SignedBatch {
    head: Vec<u8>,
    range: CompactRange,
    bytes: u64,
    entries: usize,
    closes: bool,
}

/// The writing end of the log.
pub struct AirLog<S> {
    /// Storage of the log.
    pub storage: S,
    signer: LogSigner<S>,
    boot: String,
    zone: Tz,
    /// File that is written, and how many of its bytes are known to be complete and synced.
    write_offset: LogOffset,
    /// Whether the last sync of that file failed; then it is not written again.
    distrusted: bool,
    /// Entries that wait, each with its time and the zone in force at that time.
    unwritten: Vec<(ClockSnapshot, Tz, Body)>,
    /// Batch whose head could not be published yet.
    unpublished: Option<SignedBatch>,
    /// Writes the files that entries name.
    kept_writer: KeptFileWriter,
    /// Files that the schedule and the latest plans name.
    in_force: FilesInForce,
    marker: MarkWriter,
    gap: Option<WriteGap>,
    /// Why the epoch that was due could not end.
    rotation_error: Option<io::Error>,
}

impl<S: Storage> AirLog<S> {
    /// Continues a recovered log, or makes the keys of a new one.
    ///
    /// # Errors
    /// Errors of [`keys::create_log_keys`], for a new log only.
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

    /// Sets the zone in which `at` is written from now on.
    pub fn set_zone(&mut self, zone: Tz) {
        self.zone = zone;
    }

    /// Returns the name and the public keys of the log.
    #[must_use]
    pub fn identity(&self) -> LogIdentity {
        let (key, epoch_key) = (self.signer.key().to_string(), self.signer.epoch_key().to_string());
        LogIdentity { origin: self.signer.origin.clone(), key, epoch_key }
    }

    /// Returns the number of entries that are on the disk, under a signed head.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.signer.range.size()
    }

    /// Returns the number of entries that wait for the disk.
    #[must_use]
    pub fn pending_entries(&self) -> usize {
        self.unwritten.len() + self.unpublished.as_ref().map_or(0, |signed| signed.entries)
    }

    fn nothing_pending(&self) -> bool {
        self.unwritten.is_empty() && self.unpublished.is_none()
    }

    /// Returns the newest root in 16 symbols; `None` before the first entry.
    #[must_use]
    pub fn head_code(&self) -> Option<String> {
        (self.entries() > 0).then(|| self.signer.head_code())
    }

    /// Returns why the epoch that was due could not end, if so. The epoch and the log go on.
    #[must_use]
    pub fn rotation_error(&self) -> Option<&io::Error> {
        self.rotation_error.as_ref()
    }

    /// Keeps a file that the next entries name.
    ///
    /// # Errors
    /// Errors of [`Storage::replace`], when both places refuse it. No entry is written until one place has it.
    pub fn keep_file(&mut self, name: String, bytes: Vec<u8>) -> io::Result<()> {
        self.kept_writer.add(name, bytes);
        self.flush_kept_files()
    }

    fn flush_kept_files(&mut self) -> io::Result<()> {
        self.signer.flush_kept_files(&mut self.storage, &mut self.kept_writer)
    }

    /// Returns why a kept file lies in one place only, if so. The log goes on.
    #[must_use]
    pub fn kept_file_error(&self) -> Option<&io::Error> {
        self.kept_writer.last_error()
    }

    /// Returns the kept files, each from the copy that is intact.
    pub fn kept_files(&self) -> kept::KeptFiles<'_, S> {
        self.signer.kept_files(&self.storage)
    }

    /// Marks the progress of the running airing, or that the station is alive.
    ///
    /// # Errors
    /// Errors of [`MarkWriter::mark`].
    pub fn write_mark(&mut self, now: ClockSnapshot, sign: LifeSign, first: bool) -> io::Result<()> {
        if self.marker.is_first_mark() && !self.nothing_pending() {
            // The first mark erases those of the previous run, and the outcome made from them is not durable yet.
            return Ok(());
        }
        let LifeSign { trusted, id, frames, rate } = sign;
        let (boot, boottime_us, epoch) = (self.boot.clone(), now.boot.0, self.signer.epoch);
        let mark = ProgressMark { wall: now.wall, trusted, id, frames, rate, boot, boottime_us, epoch };
        self.marker.mark(&mut self.storage, now, mark, self.signer.mark_key(), first)
    }

    /// Appends a batch with one write, one sync and one signed head. An epoch that is due ends with it.
    ///
    /// # Errors
    /// Errors of the storage. The batch stays in memory and is written, with its own times, before the next one.
    pub fn append(&mut self, now: ClockSnapshot, batch: Vec<Body>) -> io::Result<()> {
        let stale: Vec<String> = batch.iter().flat_map(|body| self.in_force.apply(body)).collect();
        self.unwritten.extend(batch.into_iter().map(|body| (now, self.zone, body)));
        if self.nothing_pending() {
            return self.flush_kept_files();
        }
        let closes = self.signer.is_epoch_due(now.boot, self.pending_entries() as u64 + 1);
        self.write(now, closes)?;
        // Copies of files that are no longer in force go once the entry that says so is durable. One that stays does no
        // harm.
        stale.iter().for_each(|name| self.signer.remove_copy(&mut self.storage, name));
        Ok(())
    }

    /// Ends the open epoch if it has run long enough.
    ///
    /// # Errors
    /// Errors of [`Self::append`].
    pub fn rotate_epoch_if_due(&mut self, now: ClockSnapshot) -> io::Result<()> {
        if !self.nothing_pending() {
            return self.append(now, Vec::new());
        }
        // After a failure to make the next key, it is tried again with the next entry.
        if self.rotation_error.is_none() && self.signer.is_epoch_due(now.boot, 0) {
            self.write(now, true)
        } else {
            Ok(())
        }
    }

    /// Ends the open epoch. Keys stolen from now on cannot rewrite earlier entries unseen. Does nothing when there is
    /// no entry after the last closing.
    ///
    /// # Errors
    /// Errors of [`Self::append`] and of the storage of the keys.
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
}
