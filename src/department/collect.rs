//! The department's side: takes exports into its store, as a witness.
//!
//! It keeps the newest head of every log, refuses whatever does not go on from it, and countersigns what does. What it
//! remembers is on the disk before it signs; and it never signs what the station's own key has not. Of a log that was
//! collected before, only what is new is read.
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::witness::Witness;
use crate::airlog::keys::SeedSource;
use crate::airlog::plausibility::PlausibilityFold;
use crate::airlog::signer::{CHECKPOINT, CLOSINGS, COSIGNED};
use crate::airlog::storage::Storage;
use crate::department::registry::Registry;
use crate::logstore::export::{ExportSummary, export_resumed, export_under_heads};
use crate::logstore::resume::{VerifiedState, heads_are_consistent, resume_point};
use crate::logstore::source::{LogSource, RawHeads};
use crate::proof::anchor::sign_anchor;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::closings::MAX_CLOSINGS;
use crate::proof::cosign::cosigned_at;
use crate::proof::note::{MAX_NOTE, Note, SignatureStatus, VerifierKey, split_notes};
use crate::proof::signed_head::SignedHead;
use crate::proof::verify::{VerifyError, VerifyPolicy};

/// An anchor's name in an export.
pub const ANCHOR: &str = "anchor";

/// What came of one export.
#[derive(Debug)]
pub enum CollectOutcome {
    /// It was taken and countersigned.
    Taken {
        /// What was taken.
        exported: Box<ExportSummary>,
        /// Whether the export had not been finished: the log goes on, and the rest has not come yet.
        unfinished: bool,
        /// Why the countersignature could not be given back, if it could not.
        return_error: Option<io::Error>,
        /// Whether what was remembered of the log bore no signature of the station, and was put aside.
        unsigned_state: bool,
    },
    /// The store does not give back what was put there: nothing was signed, and nothing remembered.
    StoreMismatch {
        /// The log's name.
        origin: String,
        /// The file that is another one.
        name: String,
    },
    /// A copy of what was collected earlier, which has gone on since.
    OlderCopy {
        /// Its name.
        origin: String,
        /// Entries in the copy.
        size: u64,
    },
    /// No person has enrolled this log.
    NotEnrolled {
        /// Its name.
        origin: String,
    },
    /// It is not whole, or does not go on from what was taken before.
    Refused {
        /// Its name, as far as it says one.
        origin: String,
        /// Why.
        error: VerifyError,
        /// Where in the store both heads are kept, when they contradict each other.
        evidence: Option<String>,
    },
}

/// What collecting is done with.
pub struct Collector<'a, K> {
    /// The enrolled logs.
    pub registry: &'a Registry,
    /// The witness.
    pub witness: &'a Mutex<Witness<K>>,
    /// Seconds since 1970.
    pub now: u64,
    /// Random bytes.
    pub seed_source: SeedSource,
    /// How many threads read one log.
    pub threads: usize,
    /// Whether to read again what was collected before.
    pub full: bool,
}

/// What a head says, and the note that it is.
type ParsedHead = (Checkpoint, Note);

fn parse_head(bytes: &[u8]) -> Option<ParsedHead> {
    SignedHead::parse(bytes).map(|head| (head.checkpoint, head.note))
}

/// The name of a head that was collected, in the folder of its log.
#[must_use]
pub fn collected_head_path(size: u64) -> String {
    format!("heads/{size}")
}

impl<K: Storage> Collector<'_, K> {
    fn witness(&self) -> MutexGuard<'_, Witness<K>> {
        // A thread that panicked has not signed; what is remembered is on the disk.
        self.witness.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one export into the store. `log` opens the folder of a log in the store, whose name is its origin; `outlet`
    /// is where the export came from, and gets the countersignature and a new anchor.
    ///
    /// # Errors
    /// When a storage fails. Nothing is signed then that is not kept.
    pub fn collect<S: Storage + Sync, T: Storage, O: Storage>(
        &self,
        source: &LogSource<S>,
        reply_to: &mut O,
        log: impl FnOnce(&str) -> T,
    ) -> io::Result<CollectOutcome> {
        let heads = source.heads()?;
        let Some(presented) = parse_head(&heads.head) else {
            let wrong = if heads.head.is_empty() { VerifyError::NoLog } else { VerifyError::HeadUnreadable };
            return Ok(CollectOutcome::Refused { origin: String::new(), error: wrong, evidence: None });
        };
        let origin = presented.0.origin.clone();
        let Some(enrolled) = self.registry.log(&origin) else {
            return Ok(CollectOutcome::NotEnrolled { origin });
        };
        let (remembered, memo, fold, first_cosigned) = {
            let witness = self.witness();
            let first_cosigned = witness.first_cosigned(&origin)?;
            (witness.newest_head(&origin)?, witness.verified_state(&origin)?, witness.fold(&origin)?, first_cosigned)
        };
        let mut to = log(&origin);
        let key = &enrolled.key;
        // A head that the station has not signed accuses nobody, however it came into the memory.
        let own = |(note, head): &(Note, Checkpoint)| {
            head.origin == origin && note.signature_status(key) == SignatureStatus::Valid
        };
        let trusted = remembered.as_ref().filter(|seen| own(seen));
        let (memo, fold) = (memo.filter(|_| trusted.is_some()), fold.filter(|_| trusted.is_some()));
        let first_cosigned = first_cosigned.filter(|_| trusted.is_some());
        // The store's own head counts when the station has signed it; somebody else may have collected into it.
        let stored = to.read_bounded(CHECKPOINT, MAX_NOTE as u64)?.and_then(|bytes| parse_head(&bytes));
        let stored =
            stored.filter(|(head, note)| head.origin == origin && note.signature_status(key) == SignatureStatus::Valid);
        let signed = presented.1.signature_status(key) == SignatureStatus::Valid;
        if signed && is_old_copy(&to, &presented.0, trusted, stored.as_ref())? {
            return Ok(CollectOutcome::OlderCopy { origin, size: presented.0.size });
        }
        if let Some(other) = conflicting_head(&to, &presented, key)? {
            let evidence = Some(store_fork_evidence(&mut to, &other, &heads.head)?);
            return Ok(CollectOutcome::Refused {
                origin,
                error: VerifyError::Fork { size: presented.0.size },
                evidence,
            });
        }
        let there =
            PriorLogState { remembered: trusted, stored: stored.map(|(head, _)| head), verified_state: memo, fold };
        match self.store_new_entries(source, &heads, &mut to, key, there)? {
            Ok((mut exported, unfinished)) => {
                // Who reads all of it again finds it nowhere in the log.
                first_cosigned.into_iter().for_each(|time| exported.plausibility.fold.add_cosigned_time(time));
                let judged = VerifiedExport { head: &heads.head, note: presented.1, exported, unfinished };
                let before = WitnessedHead {
                    remembered: remembered.as_ref(),
                    unsigned: trusted.is_none() && remembered.is_some(),
                };
                self.countersign(&origin, key, judged, &before, &mut to, reply_to)
            }
            Err(wrong) => {
                let contradicts = signed && matches!(wrong, VerifyError::Fork { .. } | VerifyError::RolledBack { .. });
                let evidence = match (trusted, contradicts) {
                    (Some((seen, _)), true) => Some(store_fork_evidence(&mut to, &seen.to_string(), &heads.head)?),
                    _ => None,
                };
                Ok(CollectOutcome::Refused { origin, error: wrong, evidence })
            }
        }
    }

    /// Reads what is new, or all where that does not fit what is known, and stores it; whether the export was not finished.
    fn store_new_entries<S: Storage + Sync, T: Storage>(
        &self,
        source: &LogSource<S>,
        heads: &RawHeads,
        to: &mut T,
        key: &VerifierKey,
        prior: PriorLogState<'_>,
    ) -> io::Result<Result<(Box<ExportSummary>, bool), VerifyError>> {
        let seen = prior.remembered.iter().map(|(_, head)| head.clone()).collect();
        let policy = VerifyPolicy { key: Some(key.clone()), earlier_heads: seen, ..VerifyPolicy::default() };
        // Without the fold the whole log is judged again: of a log that is read partway nobody can say what it lacks.
        if let (Some((_, head)), Some(memo), Some(fold), false) =
            (prior.remembered, prior.verified_state, prior.fold, self.full)
        {
            let known = match prior.stored.as_ref() == Some(head) {
                true => resume_point(to, head, memo, fold, &heads.closings)?,
                false => None,
            };
            let lacking = known.as_ref().map_or_else(Vec::new, |known| known.missing_kept.clone());
            if let Some(known) = known
                && let Ok(exported) = export_resumed(source, heads, to, policy.clone(), known, self.threads)?
                // A plan that came late is judged with all that came before it.
                && lacking.iter().all(|name| exported.missing.iter().any(|wrong| missing_kept_name(wrong) == Some(name)))
            {
                return Ok(Ok((Box::new(exported), false)));
            }
            // Whatever it was: the whole log says it exactly.
        }
        let exported = export_under_heads(source, heads, to, prior.stored.clone(), policy.clone(), self.threads)?;
        if exported.as_ref().err() != Some(&VerifyError::ExtraClosings) {
            return Ok(exported.map(|exported| (Box::new(exported), false)));
        }
        // The line broke, or the stick was pulled, after the closings and before the head: the log ends at its head.
        let heads = RawHeads { closings: closings_up_to_head(heads), ..heads.clone() };
        let exported = export_under_heads(source, &heads, to, prior.stored, policy, self.threads)?;
        Ok(exported.map(|exported| (Box::new(exported), true)))
    }

    /// Remembers what was judged, countersigns it, and gives the countersignature back. What a store answers is never
    /// signed: it is compared with what was judged, before anything leaves.
    fn countersign<T: Storage, O: Storage>(
        &self,
        origin: &str,
        key: &VerifierKey,
        judged: VerifiedExport<'_>,
        before: &WitnessedHead<'_>,
        to: &mut T,
        reply_to: &mut O,
    ) -> io::Result<CollectOutcome> {
        let VerifiedExport { head, note, mut exported, unfinished } = judged;
        let same = [(CHECKPOINT, head, MAX_NOTE as u64), (CLOSINGS, &exported.closings, MAX_CLOSINGS)];
        for (name, judged, limit) in same {
            if to.read_bounded(name, limit)?.unwrap_or_default() != *judged {
                return Ok(CollectOutcome::StoreMismatch { origin: origin.to_owned(), name: name.to_owned() });
            }
        }
        let standing = exported.verified.key_state.clone();
        let lacking = exported.missing.iter().filter_map(missing_kept_name).cloned();
        let memo = standing.map(|standing| {
            VerifiedState::new(exported.verified.entries, standing, &exported.closings, lacking.collect())
        });
        let known = to.read_bounded(COSIGNED, MAX_NOTE as u64)?.and_then(|bytes| Note::parse(&bytes));
        let mut witness = self.witness();
        // Another may have taken another head meanwhile: only what goes on from what is remembered now is signed.
        if witness.newest_head(origin)?.as_ref() != before.remembered {
            return Err(io::Error::other("this log was collected twice at once; collect it again"));
        }
        if before.remembered.is_none() || before.unsigned {
            exported.plausibility.fold.add_cosigned_time(i64::try_from(self.now).unwrap_or(i64::MAX));
        }
        witness.record_fold(origin, &exported.plausibility.fold)?;
        witness.record_head(origin, &note, memo.as_ref())?;
        // The same head again: the earlier time says more. The station's lines are those of the head that was checked.
        let same = known.filter(|known| known.text == note.text);
        let earlier = same.and_then(|known| cosigned_at(&known, witness.key().public()).ok());
        let text = note.text.clone();
        let cosigned = witness.countersign(note, earlier.unwrap_or(self.now)).to_string();
        let seed = (self.seed_source)()?;
        let mut random = [0; 16];
        random.copy_from_slice(&seed[..16]);
        let anchor = sign_anchor(witness.key(), self.now, random).to_string();
        drop(witness);
        to.replace(COSIGNED, cosigned.as_bytes())?;
        let name = collected_head_path(exported.verified.entries);
        for (name, bytes) in to.create(vec![(name, cosigned.clone().into_bytes())])? {
            let there = to.read_bounded(&name, MAX_NOTE as u64)?;
            let ours = |there: Note| there.text == text || there.signature_status(key) == SignatureStatus::Valid;
            if !there.and_then(|there| Note::parse(&there)).is_some_and(ours) {
                // A power cut has spoilt it, or it is nobody's.
                to.replace(&name, &bytes)?;
            }
        }
        to.sync_created()?;
        let returned =
            reply_to.replace(COSIGNED, cosigned.as_bytes()).and_then(|()| reply_to.replace(ANCHOR, anchor.as_bytes()));
        let unsigned_memory = before.unsigned;
        Ok(CollectOutcome::Taken {
            exported,
            unfinished,
            return_error: returned.err(),
            unsigned_state: unsigned_memory,
        })
    }
}

/// What was judged, as it stays in memory until it is signed.
struct VerifiedExport<'a> {
    head: &'a Vec<u8>,
    note: Note,
    exported: Box<ExportSummary>,
    unfinished: bool,
}

/// What the witness remembered before, and whether the station had not signed it.
struct WitnessedHead<'a> {
    remembered: Option<&'a (Note, Checkpoint)>,
    unsigned: bool,
}

/// What is there of a log before it is collected.
struct PriorLogState<'a> {
    remembered: Option<&'a (Note, Checkpoint)>,
    stored: Option<Checkpoint>,
    verified_state: Option<VerifiedState>,
    fold: Option<PlausibilityFold>,
}

/// The kept file that is lacking.
fn missing_kept_name(wrong: &VerifyError) -> Option<&String> {
    match wrong {
        VerifyError::KeptMissing { name } | VerifyError::KeptDiffers { name } => Some(name),
        _ => None,
    }
}

/// The closings that are not newer than the head.
fn closings_up_to_head(heads: &RawHeads) -> Vec<u8> {
    let size = parse_head(&heads.head).map_or(0, |(head, _)| head.size);
    let older = |note: &&&[u8]| parse_head(note).is_some_and(|(closing, _)| closing.size <= size);
    split_notes(&heads.closings).0.iter().take_while(older).flat_map(|note| note.iter().copied()).collect()
}

/// Whether a signed head is of an earlier state of what was collected: an older stick is no rollback. The store's tiles
/// must lead from the one signed head to the other; alone they prove nothing.
fn is_old_copy<T: Storage>(
    to: &T,
    head: &Checkpoint,
    remembered: Option<&(Note, Checkpoint)>,
    stored: Option<&ParsedHead>,
) -> io::Result<bool> {
    let newest = remembered.map(|(_, head)| head.size).max(stored.map(|(head, _)| head.size)).unwrap_or(0);
    let Some((stored, _)) = stored.filter(|(stored, _)| head.size < newest && head.size < stored.size) else {
        return Ok(false);
    };
    heads_are_consistent(to, head, stored)
}

/// Another signed head of the same size, which was collected into this store, maybe by somebody else.
fn conflicting_head<T: Storage>(to: &T, (head, note): &ParsedHead, key: &VerifierKey) -> io::Result<Option<String>> {
    let there = to.read_bounded(&collected_head_path(head.size), MAX_NOTE as u64)?;
    let there = there.and_then(|bytes| Note::parse(&bytes));
    let other = there.filter(|there| there.text != note.text && there.signature_status(key) == SignatureStatus::Valid);
    Ok(other.filter(|_| note.signature_status(key) == SignatureStatus::Valid).map(|other| other.to_string()))
}

/// Keeps two signed heads that contradict each other; gives the folder's name.
fn store_fork_evidence<T: Storage>(to: &mut T, seen: &str, presented: &[u8]) -> io::Result<String> {
    let mut number = 0;
    let folder = loop {
        let folder = format!("evidence/{number}");
        match to.read_all(&format!("{folder}/presented"), MAX_NOTE as u64)? {
            None => break folder,
            // The same again.
            Some(there) if there == presented => return Ok(folder),
            Some(_) => number += 1,
        }
    };
    to.replace(&format!("{folder}/seen"), seen.as_bytes())?;
    to.replace(&format!("{folder}/presented"), presented)?;
    Ok(folder)
}
