//! Takes exports of a log into the department's store, as a witness.
//!
//! The department keeps the newest head of every log, refuses an export that does not go on from it, and countersigns
//! one that does. It records a head on the disk before it signs, and never signs a head without the station's
//! signature. Of a log that was collected before, only the new entries are read.
mod countersign;
mod heads;
mod outcome;
mod prior_state;

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use self::countersign::{VerifiedExport, altered_file, missing_kept_name, record, sign, stored_countersignature};
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

pub use self::countersign::ANCHOR;
pub use self::heads::collected_head_path;
pub use self::outcome::CollectOutcome;

/// Failures of collecting that are neither the source's nor the store's.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// Another collection recorded a newer head while this one was reading: only what goes on from the recorded head is
    /// signed.
    #[error("this log was collected twice at once; collect it again")]
    CollectedTwice,
}

/// Collects logs into one store.
pub struct Collector<'a, K> {
    /// The enrolled logs.
    pub registry: &'a Registry,
    /// The witness, which several threads share.
    pub witness: &'a Mutex<Witness<K>>,
    /// The time of the collection, seconds since 1970.
    pub now: u64,
    /// Source of random bytes.
    pub seed_source: SeedSource,
    /// Threads that read one log.
    pub threads: usize,
    /// Whether to read entries again that were collected before.
    pub full: bool,
}

/// The stored part of an export, and whether the export was unfinished.
type StoredEntries = (Box<ExportSummary>, bool);

impl<K: Storage> Collector<'_, K> {
    fn witness(&self) -> MutexGuard<'_, Witness<K>> {
        // A thread that panicked has not signed, and the witness's state is on the disk.
        self.witness.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one export into the store. `open_log` opens the folder of a log in the store by its origin; `reply_to` is
    /// where the export came from, and gets the countersignature and a new anchor.
    ///
    /// # Errors
    /// Errors of the source, of the store and of the witness's state, and [`CollectError::CollectedTwice`]. Nothing is
    /// signed then that is not recorded.
    pub fn collect<S: Storage + Sync, T: Storage, O: Storage>(
        &self,
        source: &LogSource<S>,
        reply_to: &mut O,
        open_log: impl FnOnce(&str) -> T,
    ) -> io::Result<CollectOutcome> {
        let heads = source.heads()?;
        let Some(presented) = parse_head(&heads.head) else {
            let error = if heads.head.is_empty() { VerifyError::NoLog } else { VerifyError::HeadUnreadable };
            return Ok(CollectOutcome::Refused { origin: String::new(), error, evidence: None });
        };
        let origin = presented.0.origin.clone();
        let Some(enrolled) = self.registry.log(&origin) else {
            return Ok(CollectOutcome::NotEnrolled { origin });
        };
        let key = &enrolled.key;
        let mut record = WitnessRecord::load(&self.witness(), key)?;
        let mut store = open_log(&origin);
        let stored = stored_head(&store, key)?;
        let is_signed = presented.1.signature_status(key) == SignatureStatus::Valid;
        if is_signed && is_old_copy(&store, &presented.0, record.signed_head(), stored.as_ref())? {
            return Ok(CollectOutcome::OlderCopy { origin, size: presented.0.size });
        }
        if let Some(other) = conflicting_head(&store, &presented, key)? {
            let evidence = Some(store_fork_evidence(&mut store, &other, &heads.head)?);
            let error = VerifyError::Fork { size: presented.0.size };
            return Ok(CollectOutcome::Refused { origin, error, evidence });
        }
        match self.store_new_entries(source, &heads, &mut store, key, &mut record, stored)? {
            Ok((mut exported, unfinished)) => {
                // A fold over the whole log does not know when the log was first countersigned: no entry says it.
                record.first_cosigned.iter().for_each(|time| exported.plausibility.fold.add_cosigned_time(*time));
                let export = VerifiedExport { head: &heads.head, note: presented.1, key, exported };
                self.countersign(export, unfinished, &record, &mut store, reply_to)
            }
            Err(error) => {
                let contradicts =
                    is_signed && matches!(error, VerifyError::Fork { .. } | VerifyError::RolledBack { .. });
                let evidence = match (record.signed_head(), contradicts) {
                    (Some((seen, _)), true) => Some(store_fork_evidence(&mut store, &seen.to_string(), &heads.head)?),
                    _ => None,
                };
                Ok(CollectOutcome::Refused { origin, error, evidence })
            }
        }
    }

    /// Stores the new entries, or all of them where the new ones alone do not fit the recorded state.
    fn store_new_entries<S: Storage + Sync, T: Storage>(
        &self,
        source: &LogSource<S>,
        heads: &RawHeads,
        store: &mut T,
        key: &VerifierKey,
        record: &mut WitnessRecord,
        stored: Option<Checkpoint>,
    ) -> io::Result<Result<StoredEntries, VerifyError>> {
        let seen = record.signed_head().iter().map(|(_, head)| head.clone()).collect();
        let policy = VerifyPolicy { key: Some(key.clone()), earlier_heads: seen, ..VerifyPolicy::default() };
        if let Some(resume) = self.resume_point(store, heads, record, stored.as_ref())? {
            let missing = resume.missing_kept.clone();
            if let Ok(exported) = export_resumed(source, heads, store, policy.clone(), resume, self.threads)?
                // A plan that came late is judged together with all entries before it.
                && missing.iter().all(|name| exported.missing.iter().any(|e| missing_kept_name(e) == Some(name)))
            {
                return Ok(Ok((Box::new(exported), false)));
            }
            // Whatever is wrong, reading the whole log finds it.
        }
        let exported = export_under_heads(source, heads, store, stored.clone(), policy.clone(), self.threads)?;
        if exported.as_ref().err() != Some(&VerifyError::ExtraClosings) {
            return Ok(exported.map(|exported| (Box::new(exported), false)));
        }
        // The line broke, or the stick was pulled, after the closings and before the head: the log ends at its head.
        let heads = RawHeads { closings: closings_up_to_head(heads), ..heads.clone() };
        let exported = export_under_heads(source, &heads, store, stored, policy, self.threads)?;
        Ok(exported.map(|exported| (Box::new(exported), true)))
    }

    /// Returns where reading can go on. Without a fold the whole log is judged again: a log read from the middle does
    /// not show what is missing.
    fn resume_point<T: Storage>(
        &self,
        store: &T,
        heads: &RawHeads,
        record: &mut WitnessRecord,
        stored: Option<&Checkpoint>,
    ) -> io::Result<Option<ResumePoint>> {
        let (state, fold) = (record.verified_state.take(), record.fold.take());
        match (record.signed_head(), state, fold) {
            (Some((_, head)), Some(state), Some(fold)) if !self.full && stored == Some(head) => {
                resume_point(store, head, state, fold, &heads.closings)
            }
            _ => Ok(None),
        }
    }

    /// Records a verified export, countersigns it, and gives the countersignature back.
    fn countersign<T: Storage, O: Storage>(
        &self,
        mut export: VerifiedExport<'_>,
        unfinished: bool,
        before: &WitnessRecord,
        store: &mut T,
        reply_to: &mut O,
    ) -> io::Result<CollectOutcome> {
        let origin = &export.key.name;
        if let Some(name) = altered_file(store, &export)? {
            return Ok(CollectOutcome::StoreMismatch { origin: origin.clone(), name: name.to_owned() });
        }
        let stored = stored_countersignature(store)?;
        let mut witness = self.witness();
        if witness.newest_head(origin)? != before.head {
            return Err(io::Error::other(CollectError::CollectedTwice));
        }
        if !before.is_signed {
            let now = i64::try_from(self.now).unwrap_or(i64::MAX);
            export.exported.plausibility.fold.add_cosigned_time(now);
        }
        record(&mut witness, &export)?;
        let signature = sign(&witness, &export.note, stored, self.now, self.seed_source)?;
        drop(witness);
        signature.store(store, &export)?;
        let return_error = signature.give_back(reply_to).err();
        let unsigned_state = before.head.is_some() && !before.is_signed;
        Ok(CollectOutcome::Taken { exported: export.exported, unfinished, return_error, unsigned_state })
    }
}
