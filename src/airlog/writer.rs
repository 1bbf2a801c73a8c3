//! The writing end of the log.
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
}
