//! Writes and signs a batch. Keeps the batch in memory if the disk refuses it.
use std::io;

use super::{AirLog, SignedBatch};
use crate::airlog::entry::{self, Body, EpochEntry, Stamp};
use crate::airlog::files::{BALLAST, CHECKPOINT, MAX_PART_NUMBER, part_name};
use crate::airlog::gap::{self, WriteGap};
use crate::airlog::parts::LogOffset;
use crate::airlog::storage::Storage;
use crate::base::instant::ClockSnapshot;
use crate::proof::tiles::MAX_ENTRY_BYTES;
use crate::proof::tree::{CompactRange, leaf_hash};

/// Maximum number of entries kept in memory while the disk refuses them. If there are more, the oldest are dropped.
const MAX_UNWRITTEN_ENTRIES: usize = 100_000;
/// Size of the ballast file, in bytes.
const BALLAST_BYTES: usize = 256 * 1024;

impl<S: Storage> AirLog<S> {
    /// Writes all waiting entries. `ends_epoch` is true when the batch must end the epoch. If the disk is full, deletes
    /// the ballast and tries a second time.
    pub(super) fn write(&mut self, now: ClockSnapshot, ends_epoch: bool) -> io::Result<()> {
        let mut result = self.try_write(now, ends_epoch);
        if result.as_ref().is_err_and(|e| e.kind() == io::ErrorKind::StorageFull) && self.storage.exists(BALLAST) {
            self.record_failure(now, &result);
            result = self.storage.remove(BALLAST).and_then(|()| self.try_write(now, ends_epoch));
        }
        self.record_failure(now, &result);
        result
    }

    /// Begins a gap if the result is an error and no gap is open, and drops entries beyond [`MAX_UNWRITTEN_ENTRIES`].
    fn record_failure(&mut self, now: ClockSnapshot, result: &io::Result<()>) {
        let Err(error) = result else {
            return;
        };
        let excess = self.unwritten_entries.len().saturating_sub(MAX_UNWRITTEN_ENTRIES);
        self.unwritten_entries.drain(..excess);
        let gap = self.gap.get_or_insert_with(|| WriteGap::begin(now, error, self.has_failed_sync));
        gap.dropped_entries += excess as u64;
    }

    /// Tries once to write all waiting entries.
    fn try_write(&mut self, now: ClockSnapshot, ends_epoch: bool) -> io::Result<()> {
        self.flush_kept_files()?;
        let had_gap = self.gap.is_some();
        self.publish_head()?;
        // The head of an ended epoch must be stored in `closings` before the next head replaces it.
        self.signer.store_closing(&mut self.storage)?;
        if self.has_failed_sync {
            self.switch_part()?;
        }
        let next_key = if ends_epoch { self.prepare_next_key() } else { None };
        let (bytes, range) = self.render_pending(now, next_key.clone());
        let name = part_name(self.write_offset.part);
        // An earlier, failed attempt may have left bytes that were never acknowledged.
        self.storage.truncate(&name, self.write_offset.bytes)?;
        self.storage.append(&name, &bytes)?;
        self.storage.sync(&name).inspect_err(|_| self.has_failed_sync = true)?;
        let head = self.signer.sign_head(&range);
        let (entry_count, ends_epoch) = (self.unwritten_entries.len(), next_key.is_some());
        self.unpublished_batch =
            Some(SignedBatch { head, range, byte_count: bytes.len() as u64, entry_count, ends_epoch });
        self.unwritten_entries.clear();
        self.gap = None;
        self.publish_head()?;
        // The batch is already durable. If this fails, the next batch or the next start tries again.
        let close_result = self.signer.store_closing(&mut self.storage).and_then(|()| self.signer.erase_old_keys());
        if had_gap || ends_epoch {
            self.ensure_ballast();
        }
        self.rotation_error = close_result.err().or(self.rotation_error.take());
        Ok(())
    }

    /// Writes the head of the signed batch to the disk, if there is one. A retry writes the same bytes again, because
    /// no other head of this size may exist.
    fn publish_head(&mut self) -> io::Result<()> {
        if let Some(batch) = &self.unpublished_batch {
            self.storage.replace(CHECKPOINT, &batch.head)?;
        }
        if let Some(SignedBatch { head, range, byte_count, ends_epoch, .. }) = self.unpublished_batch.take() {
            self.write_offset.bytes += byte_count;
            self.signer.adopt_published_head(range, head, ends_epoch);
            if ends_epoch {
                // An error is ignored: losing the marks is better than keeping the old key.
                let _ = self.mark_writer.rewrite(&mut self.storage, self.signer.mark_key());
            }
        }
        Ok(())
    }

    /// Returns the verifier key of the next epoch. After an error the open epoch continues, and the error is kept in
    /// `rotation_error`.
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

    /// Switches to a new file, because the content of a file whose sync failed is unknown. If the current file has no
    /// acknowledged entry, it is removed and its number is reused, so that a disk that fails for years does not use
    /// up the numbers.
    fn switch_part(&mut self) -> io::Result<()> {
        if self.write_offset.part > 0 && self.write_offset.bytes == 0 {
            self.storage.remove(&part_name(self.write_offset.part))?;
        } else if self.write_offset.part == MAX_PART_NUMBER {
            return Err(io::Error::other("too many log files: every one of them has failed"));
        } else {
            self.write_offset = LogOffset { part: self.write_offset.part + 1, bytes: 0 };
        }
        self.has_failed_sync = false;
        Ok(())
    }

    /// Returns the lines of all waiting entries and the tree that includes them. An open gap and the end of the epoch
    /// each add one entry.
    fn render_pending(&self, now: ClockSnapshot, next_key: Option<String>) -> (Vec<u8>, CompactRange) {
        let mut range = self.signer.range.clone();
        let mut bytes = Vec::new();
        let epoch = self.signer.epoch + 1;
        let gap =
            self.gap.as_ref().map(|gap| (now, self.zone, gap.body(self.zone, self.unwritten_entries.len() as u64)));
        let epoch_end = next_key.map(|epoch_key| (now, self.zone, Body::Epoch(EpochEntry { epoch, epoch_key })));
        for (now, zone, body) in self.unwritten_entries.iter().chain(&gap).chain(&epoch_end) {
            let stamp = Stamp { seq: range.size(), now: *now, boot: &self.boot_id, zone: *zone };
            let mut line = entry::render_line(&stamp, body);
            if line.len() > MAX_ENTRY_BYTES {
                line = entry::render_line(&stamp, &gap::too_long_body(*now, *zone, line.len()));
            }
            range.push(leaf_hash(line.as_bytes()));
            bytes.extend_from_slice(line.as_bytes());
            bytes.push(b'\n');
        }
        (bytes, range)
    }

    /// Reserves disk space that can be freed when the disk is full. An error is ignored: the station can run without
    /// this reserve.
    pub(super) fn ensure_ballast(&mut self) {
        if !self.storage.exists(BALLAST) {
            let _ = self.storage.replace(BALLAST, &vec![0xA5; BALLAST_BYTES]);
        }
    }
}
