//! Collects exports of logs into the department's store, and countersigns their heads as a witness.
//!
//! The witness records the newest head of every log. It refuses an export that contradicts the recorded head, and
//! countersigns an export that extends it. A head is recorded on the disk before it is signed, and a head without the
//! station's signature is never signed. If a log was collected before, only its new entries are read.
mod countersign;
mod heads;
mod outcome;
mod prior_state;
mod refused;

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use self::countersign::{
    VerifiedExport, altered_file, countersign_head, faulty_kept_name, record_export, stored_countersignature,
};
use self::heads::{closings_up_to_head, conflicting_head, is_old_copy, parse_head, store_fork_evidence};
use self::prior_state::{WitnessRecord, stored_head};
use super::witness::Witness;

use crate::airlog::keys::SeedSource;
use crate::airlog::storage::Storage;
use crate::department::registry::Registry;
use crate::logstore::export::{ExportSummary, export_resumed, export_under_heads};
use crate::logstore::resume::{ResumePoint, resume_point};
use crate::logstore::source::{LogSource, RawHeads};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::{SignatureStatus, VerifierKey};
use crate::proof::verify::{VerifyError, VerifyPolicy};

pub use self::countersign::ANCHOR_FILE;
pub use self::heads::{collected_head_path, unsettled_evidence};
pub use self::outcome::CollectOutcome;
pub use self::refused::RefusedLog;

/// A failure of a collection that is caused neither by the source nor by the store.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// Another collection recorded a newer head of this log while this one was reading. This collection has not
    /// compared its head with the newer one, so it signs nothing.
    #[error("another collection of this log ran at the same time; collect it again")]
    CollectedConcurrently,
}

/// Collects logs into one store.
pub struct Collector<'a, K> {
    /// The stations and their enrolled logs.
    pub registry: &'a Registry,
    /// The witness. All threads that collect share it.
    pub witness: &'a Mutex<Witness<K>>,
    /// The time of the collection, in seconds since 1970.
    pub collected_at: u64,
    /// The source of random bytes.
    pub seed_source: SeedSource,
    /// The number of threads that read one log.
    pub threads: usize,
    /// True to read all entries, including those that were collected before.
    pub reads_all_entries: bool,
}

/// The result of storing an export. [`CollectOutcome::Collected`] explains the fields.
struct StoredExport {
    summary: Box<ExportSummary>,
    is_unfinished: bool,
    read_from: u64,
}

impl StoredExport {
    /// An export that was read from its first entry.
    fn of_whole_log(summary: ExportSummary) -> Self {
        Self { summary: Box::new(summary), is_unfinished: false, read_from: 0 }
    }
}

impl<K: Storage> Collector<'_, K> {
    fn lock_witness(&self) -> MutexGuard<'_, Witness<K>> {
        // The witness stays valid if a thread panics while it holds the lock: its state is on the disk, not in memory.
        self.witness.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Collects one export into the store and countersigns it. A head is always recorded before it is signed.
    /// `open_log` opens the folder of a log in the store, given the log's origin. The countersignature and a new anchor
    /// are written to `reply_to`, the storage that holds the export.
    ///
    /// # Errors
    /// If the source or the store fails, or the witness's state cannot be read or written;
    /// [`CollectError::CollectedConcurrently`].
    pub fn collect<S: Storage + Sync, T: Storage, O: Storage>(
        &self,
        source: &LogSource<S>,
        reply_to: &mut O,
        open_log: impl FnOnce(&str) -> T,
    ) -> io::Result<CollectOutcome> {
        let heads = source.heads()?;
        let Some((head, note)) = parse_head(&heads.head) else {
            let error = if heads.head.is_empty() { VerifyError::NoLog } else { VerifyError::HeadUnreadable };
            return Ok(CollectOutcome::Refused { origin: String::new(), error, evidence: None });
        };
        let origin = head.origin.clone();
        let Some(log) = self.registry.log(&origin) else {
            return Ok(CollectOutcome::NotEnrolled { origin });
        };
        let key = &log.key;
        let mut record = WitnessRecord::load(&self.lock_witness(), key)?;
        let mut store = open_log(&origin);
        let head_in_store = stored_head(&store, key)?;
        let is_signed = note.signature_status(key) == SignatureStatus::Valid;
        if is_signed && is_old_copy(&store, &head, record.signed_head(), head_in_store.as_ref())? {
            return Ok(CollectOutcome::OlderCopy { origin, size: head.size });
        }
        if let Some(known_head) = conflicting_head(&store, &head, &note, key)? {
            let evidence = Some(store_fork_evidence(&mut store, &known_head, &heads.head)?);
            let error = VerifyError::Fork { size: head.size };
            return Ok(CollectOutcome::Refused { origin, error, evidence });
        }
        match self.store_new_entries(source, &heads, &mut store, key, &mut record, head_in_store)? {
            Ok(mut stored) => {
                // The log does not contain its first countersignature, so the time of that countersignature is added to
                // the fold here.
                let fold = &mut stored.summary.plausibility.fold;
                record.first_cosigned_at.iter().for_each(|time| fold.add_cosigned_time(*time));
                let (is_unfinished, read_from) = (stored.is_unfinished, stored.read_from);
                let export = VerifiedExport { head: &heads.head, note, key, summary: stored.summary };
                let outcome = self.countersign(export, is_unfinished, &record, &mut store, reply_to)?;
                Ok(outcome.with_read_from(read_from))
            }
            Err(error) => {
                let is_contradiction =
                    is_signed && matches!(error, VerifyError::Fork { .. } | VerifyError::RolledBack { .. });
                let evidence = match (record.signed_head(), is_contradiction) {
                    (Some((recorded_note, _)), true) => {
                        Some(store_fork_evidence(&mut store, &recorded_note.to_string(), &heads.head)?)
                    }
                    _ => None,
                };
                Ok(CollectOutcome::Refused { origin, error, evidence })
            }
        }
    }

    /// Stores the new entries, or all entries if the new ones do not verify as a continuation of the recorded state.
    fn store_new_entries<S: Storage + Sync, T: Storage>(
        &self,
        source: &LogSource<S>,
        heads: &RawHeads,
        store: &mut T,
        key: &VerifierKey,
        record: &mut WitnessRecord,
        head_in_store: Option<Checkpoint>,
    ) -> io::Result<Result<StoredExport, VerifyError>> {
        let recorded_heads = record.signed_head().iter().map(|(_, head)| head.clone()).collect();
        let policy = VerifyPolicy { key: Some(key.clone()), earlier_heads: recorded_heads, ..VerifyPolicy::default() };
        if let Some(resume) = self.resume_point(store, heads, record, head_in_store.as_ref())? {
            let missing_names = resume.missing_kept.clone();
            if let Ok(summary) = export_resumed(source, heads, store, policy.clone(), resume, self.threads)?
                // If a missing plan has arrived, the whole log is read, because the entries that refer to that plan
                // must be judged again.
                && missing_names.iter().all(|name| {
                    summary.missing.iter().any(|error| faulty_kept_name(error) == Some(name))
                })
            {
                let read_from = summary.entries_before;
                return Ok(Ok(StoredExport { read_from, ..StoredExport::of_whole_log(summary) }));
            }
            // If the new entries do not verify, reading the whole log finds the cause.
        }
        let result = export_under_heads(source, heads, store, head_in_store.clone(), policy.clone(), self.threads)?;
        if result.as_ref().err() != Some(&VerifyError::ExtraClosings) {
            return Ok(result.map(StoredExport::of_whole_log));
        }
        // The export was copied incompletely: its newest closings arrived, but not its newest head. Closings newer than
        // the head are ignored.
        let heads = RawHeads { closings: closings_up_to_head(heads), ..heads.clone() };
        let result = export_under_heads(source, &heads, store, head_in_store, policy, self.threads)?;
        Ok(result.map(|summary| StoredExport { is_unfinished: true, ..StoredExport::of_whole_log(summary) }))
    }

    /// Returns the point from which reading can continue; `None` if the whole log must be read. The whole log must be
    /// read if there is no fold, because the new entries alone do not show which outcomes are missing.
    fn resume_point<T: Storage>(
        &self,
        store: &T,
        heads: &RawHeads,
        record: &mut WitnessRecord,
        head_in_store: Option<&Checkpoint>,
    ) -> io::Result<Option<ResumePoint>> {
        let (state, fold) = (record.verified_state.take(), record.fold.take());
        match (record.signed_head(), state, fold) {
            (Some((_, head)), Some(state), Some(fold)) if !self.reads_all_entries && head_in_store == Some(head) => {
                resume_point(store, head, state, fold, &heads.closings)
            }
            _ => Ok(None),
        }
    }

    /// Records a verified export, countersigns its head, and writes the countersignature to the source of the export.
    fn countersign<T: Storage, O: Storage>(
        &self,
        mut export: VerifiedExport<'_>,
        is_unfinished: bool,
        prior_record: &WitnessRecord,
        store: &mut T,
        reply_to: &mut O,
    ) -> io::Result<CollectOutcome> {
        let origin = &export.key.name;
        if let Some(name) = altered_file(store, &export)? {
            return Ok(CollectOutcome::StoreMismatch { origin: origin.clone(), name: name.to_owned() });
        }
        let stored_note = stored_countersignature(store)?;
        let mut witness = self.lock_witness();
        if witness.newest_head(origin)? != prior_record.head {
            return Err(io::Error::other(CollectError::CollectedConcurrently));
        }
        if !prior_record.is_signed {
            let now = i64::try_from(self.collected_at).unwrap_or(i64::MAX);
            export.summary.plausibility.fold.add_cosigned_time(now);
        }
        record_export(&mut witness, &export)?;
        let signature = countersign_head(&witness, &export.note, stored_note, self.collected_at, self.seed_source)?;
        drop(witness);
        signature.write_to_store(store, &export)?;
        let return_error = signature.return_to_source(reply_to).err();
        Ok(CollectOutcome::Collected {
            summary: export.summary,
            is_unfinished,
            read_from: 0,
            return_error,
            ignored_unsigned_head: prior_record.head.is_some() && !prior_record.is_signed,
        })
    }
}
