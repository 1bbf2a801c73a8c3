//! The writer of the log: opens it, stores kept files, appends entries and ends epochs.
mod append;
mod testing;

use std::io;

use chrono_tz::Tz;

use super::entry::Body;
use super::gap::WriteGap;
use super::in_force::FilesInForce;
use super::kept;
use super::kept_writer::KeptFileWriter;
use super::keys::{self, NewLogKeys, SeedSource};
use super::parts::LogOffset;
use super::progress::{Heartbeat, MarkWriter, ProgressMark};
use super::recover::ResumedLog;
use super::signer::{LogKeys, LogSigner};
use super::storage::Storage;
use crate::base::instant::ClockSnapshot;
use crate::proof::tree::CompactRange;

/// The parameters for opening a log.
pub struct LogConfig<'a> {
    /// First part of the origin: `loa`, or `rehearsal` in a rehearsal.
    pub kind: &'static str,
    /// Station id. Used for a new log only.
    pub station: &'a str,
    /// Boot id of the machine.
    pub boot: &'a str,
    /// Time zone in which `at` is written.
    pub zone: Tz,
    /// Source of random bytes for keys.
    pub seed_source: SeedSource,
}

/// The origin and the public keys of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogIdentity {
    /// Origin, which is the name of the log.
    pub origin: String,
    /// Verifier key of the log.
    pub key: String,
    /// Verifier key of the open epoch.
    pub epoch_key: String,
}

/// A batch that is written, synced and signed, but whose head is not published yet. An attempt to publish can fail and
/// still leave the head on the disk, if the rename succeeds and the sync of the folder fails. Therefore no other head
/// of this size may ever be signed.
struct SignedBatch {
    head: Vec<u8>,
    range: CompactRange,
    /// Length of the lines, in bytes.
    byte_count: u64,
    entry_count: usize,
    /// True when the batch ends an epoch.
    ends_epoch: bool,
}

/// The writer of the log.
pub struct AirLog<S> {
    /// Storage of the log.
    pub storage: S,
    signer: LogSigner<S>,
    /// Boot id of the machine.
    boot_id: String,
    /// Time zone in which `at` is written.
    zone: Tz,
    /// Position after the last acknowledged line, where the next line is written.
    write_offset: LogOffset,
    /// True when the last sync of the current file failed. Then nothing more is written to it.
    has_failed_sync: bool,
    /// Entries that wait for the disk, each with its time and the time zone at that time.
    unwritten_entries: Vec<(ClockSnapshot, Tz, Body)>,
    /// Batch whose head could not be published yet.
    unpublished_batch: Option<SignedBatch>,
    /// Writes the files that entries name.
    kept_writer: KeptFileWriter,
    /// Names of the files in force.
    in_force: FilesInForce,
    mark_writer: MarkWriter,
    /// The current gap, if entries wait because the disk has refused them.
    gap: Option<WriteGap>,
    /// The error that kept a due epoch from ending, or its key from being erased.
    rotation_error: Option<io::Error>,
}

impl<S: Storage> AirLog<S> {
    /// Continues a recovered log, or creates the keys of a new one.
    ///
    /// # Errors
    /// If [`keys::create_log_keys`] fails, which is called for a new log only.
    pub fn open(
        storage: S,
        mut key_storage: S,
        resumed: Option<ResumedLog>,
        config: &LogConfig<'_>,
    ) -> io::Result<Self> {
        let (signer, write_offset, in_force, marks) = match resumed {
            Some(resumed) => {
                let ResumedLog { range, closings_len, .. } = resumed;
                let mut signer = LogSigner::new(key_storage, resumed.keys, range, closings_len, config.seed_source);
                signer.set_epoch_progress(resumed.entries_in_epoch, resumed.epoch_runtime_us);
                (signer, resumed.write_offset, resumed.in_force, resumed.marks)
            }
            None => {
                let new_keys =
                    keys::create_log_keys(&mut key_storage, config.kind, config.station, config.seed_source)?;
                let NewLogKeys { origin, log, epoch: epoch_key } = new_keys;
                let log_keys = LogKeys { origin, log, epoch: 0, epoch_key };
                let signer = LogSigner::new(key_storage, log_keys, CompactRange::default(), 0, config.seed_source);
                (signer, LogOffset { part: 0, bytes: 0 }, FilesInForce::default(), Vec::new())
            }
        };
        let (boot_id, zone) = (config.boot.to_owned(), config.zone);
        let mut log = Self {
            storage,
            signer,
            boot_id,
            zone,
            write_offset,
            has_failed_sync: false,
            unwritten_entries: Vec::new(),
            unpublished_batch: None,
            kept_writer: KeptFileWriter::default(),
            in_force,
            mark_writer: MarkWriter::with_previous_marks(marks),
            gap: None,
            rotation_error: None,
        };
        log.ensure_ballast();
        Ok(log)
    }

    /// Sets the time zone in which `at` is written from now on.
    pub fn set_zone(&mut self, zone: Tz) {
        self.zone = zone;
    }

    /// Returns the origin and the public keys of the log.
    #[must_use]
    pub fn identity(&self) -> LogIdentity {
        let (key, epoch_key) = (self.signer.log_key().to_string(), self.signer.epoch_key().to_string());
        LogIdentity { origin: self.signer.origin.clone(), key, epoch_key }
    }

    /// Returns the number of entries on the disk under a signed head.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.signer.range.size()
    }

    /// Returns the number of entries that wait for the disk.
    #[must_use]
    pub fn pending_entries(&self) -> usize {
        self.unwritten_entries.len() + self.unpublished_batch.as_ref().map_or(0, |batch| batch.entry_count)
    }

    /// True when no entry waits for the disk.
    fn is_idle(&self) -> bool {
        self.unwritten_entries.is_empty() && self.unpublished_batch.is_none()
    }

    /// Returns the head code: 16 symbols that stand for the newest root. `None` before the first entry.
    #[must_use]
    pub fn head_code(&self) -> Option<String> {
        (self.entries() > 0).then(|| self.signer.head_code())
    }

    /// Returns the error that kept a due epoch from ending, or its key from being erased. The log continues.
    #[must_use]
    pub fn rotation_error(&self) -> Option<&io::Error> {
        self.rotation_error.as_ref()
    }

    /// Stores a kept file that the next entries name: writes it to `airlog/kept/` and to the folder of the keys.
    ///
    /// # Errors
    /// If [`Storage::replace`] fails in both folders. No entry is written until one of them has the file.
    pub fn keep_file(&mut self, name: String, bytes: Vec<u8>) -> io::Result<()> {
        self.kept_writer.add(name, bytes);
        self.flush_kept_files()
    }

    fn flush_kept_files(&mut self) -> io::Result<()> {
        self.signer.flush_kept_files(&mut self.storage, &mut self.kept_writer)
    }

    /// Returns the error that keeps a file from one of the two folders, if there is such a file. The log continues.
    #[must_use]
    pub fn kept_file_error(&self) -> Option<&io::Error> {
        self.kept_writer.last_error()
    }

    /// Returns a reader of the kept files.
    pub fn kept_files(&self) -> kept::KeptFiles<'_, S> {
        self.signer.kept_files(&self.storage)
    }

    /// Writes a progress mark of the running airing, or a heartbeat. `is_first_of_airing` is true for the first mark of
    /// an airing.
    ///
    /// # Errors
    /// If [`MarkWriter::write`] fails.
    pub fn write_mark(&mut self, now: ClockSnapshot, heartbeat: Heartbeat, is_first_of_airing: bool) -> io::Result<()> {
        if self.mark_writer.has_no_mark_yet() && !self.is_idle() {
            // The first mark erases the marks of the previous run. The waiting entries may include an outcome that was
            // derived from these marks and is not durable yet.
            return Ok(());
        }
        let Heartbeat { trusted, id, frames, rate } = heartbeat;
        let (boot, boottime_us, epoch) = (self.boot_id.clone(), now.boot.0, self.signer.epoch);
        let mark = ProgressMark { wall: now.wall, trusted, id, frames, rate, boot, boottime_us, epoch };
        self.mark_writer.write(&mut self.storage, now, mark, self.signer.mark_key(), is_first_of_airing)
    }

    /// Appends a batch of entries with one write, one sync and one signed head. If the open epoch is due to end, it
    /// ends with this batch.
    ///
    /// # Errors
    /// If the storage fails. The batch stays in memory and is written, with its own times, before the next one.
    pub fn append(&mut self, now: ClockSnapshot, batch: Vec<Body>) -> io::Result<()> {
        let expired: Vec<String> = batch.iter().flat_map(|body| self.in_force.apply(body)).collect();
        self.unwritten_entries.extend(batch.into_iter().map(|body| (now, self.zone, body)));
        if self.is_idle() {
            return self.flush_kept_files();
        }
        let ends_epoch = self.signer.add_runtime_and_check_due(now.boot, self.pending_entries() as u64 + 1);
        self.write(now, ends_epoch)?;
        // The entry that ended the use of these files is durable now, so their second copies are removed. A copy that
        // remains after an error does no harm.
        expired.iter().for_each(|name| self.signer.remove_copy(&mut self.storage, name));
        Ok(())
    }

    /// Ends the open epoch if it is due. Writes waiting entries first.
    ///
    /// # Errors
    /// If [`Self::append`] fails.
    pub fn rotate_epoch_if_due(&mut self, now: ClockSnapshot) -> io::Result<()> {
        if !self.is_idle() {
            return self.append(now, Vec::new());
        }
        // If the next key could not be created, the next entry tries again.
        if self.rotation_error.is_none() && self.signer.add_runtime_and_check_due(now.boot, 0) {
            self.write(now, true)
        } else {
            Ok(())
        }
    }

    /// Ends the open epoch. Somebody who steals the keys later cannot rewrite the entries of this epoch undetected.
    /// Does nothing if the epoch has no entry.
    ///
    /// # Errors
    /// If [`Self::append`] or the storage of the keys fails.
    pub fn rotate_epoch(&mut self, now: ClockSnapshot) -> io::Result<()> {
        if self.is_idle() && self.signer.entries_in_epoch == 0 {
            return self.signer.store_closing(&mut self.storage).and_then(|()| self.signer.erase_old_keys());
        }
        self.write(now, true)?;
        match self.rotation_error.take() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}
