//! The department's side: takes exports into its store, as a witness.
//!
//! It keeps the newest head of every log, refuses whatever does not go on from it, and countersigns what does. What it
//! remembers is on the disk before it signs; and it never signs what the station's own key has not. Of a log that was
//! collected before, only what is new is read.
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::export::{Exported, export_heads, export_on};
use super::known::{Memo, known, leads_on};
use super::source::{Heads, Source};
use super::witness::Witness;
use crate::airlog::keys::Chance;
use crate::airlog::plausible::Fold;
use crate::airlog::seal::{CHECKPOINT, CLOSINGS, COSIGNED};
use crate::airlog::storage::Storage;
use crate::proof::anchor::anchor;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::cosigned_at;
use crate::proof::note::{MAX_NOTE, Note, Signed, VerifierKey, split};
use crate::proof::verify::{Policy, Wrong};
use crate::registry::Registry;

/// An anchor's name in an export.
pub const ANCHOR: &str = "anchor";
/// No file of closings is larger.
const MAX_CLOSINGS: u64 = 1 << 26;

/// What came of one export.
#[derive(Debug)]
pub enum Collected {
    /// It was taken and countersigned.
    Taken {
        /// What was taken.
        exported: Box<Exported>,
        /// Whether the export had not been finished: the log goes on, and the rest has not come yet.
        unfinished: bool,
        /// Why the countersignature could not be given back, if it could not.
        not_returned: Option<io::Error>,
        /// Whether what was remembered of the log bore no signature of the station, and was put aside.
        unsigned_memory: bool,
    },
    /// The store does not give back what was put there: nothing was signed, and nothing remembered.
    StoreLies {
        /// The log's name.
        origin: String,
        /// The file that is another one.
        name: String,
    },
    /// A copy of what was collected earlier, which has gone on since.
    Old {
        /// Its name.
        origin: String,
        /// Entries in the copy.
        size: u64,
    },
    /// No person has enrolled this log.
    Unknown {
        /// Its name.
        origin: String,
    },
    /// It is not whole, or does not go on from what was taken before.
    Refused {
        /// Its name, as far as it says one.
        origin: String,
        /// Why.
        wrong: Wrong,
        /// Where in the store both heads are kept, when they contradict each other.
        evidence: Option<String>,
    },
}

/// What collecting is done with.
pub struct Collecting<'a, K> {
    /// The enrolled logs.
    pub registry: &'a Registry,
    /// The witness.
    pub witness: &'a Mutex<Witness<K>>,
    /// Seconds since 1970.
    pub now: u64,
    /// Random bytes.
    pub chance: Chance,
    /// How many threads read one log.
    pub threads: usize,
    /// Whether to read again what was collected before.
    pub full: bool,
}

/// What a head says, and the note that it is.
type Head = (Checkpoint, Note);

fn head_of(bytes: &[u8]) -> Option<Head> {
    Note::parse(bytes).and_then(|note| Some((Checkpoint::parse(&note.text)?, note)))
}

/// The name of a head that was collected, in the folder of its log.
#[must_use]
pub fn collected_name(size: u64) -> String {
    format!("heads/{size}")
}

impl<K: Storage> Collecting<'_, K> {
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
        source: &Source<S>,
        outlet: &mut O,
        log: impl FnOnce(&str) -> T,
    ) -> io::Result<Collected> {
        let heads = source.heads()?;
        let Some(presented) = head_of(&heads.head) else {
            let wrong = if heads.head.is_empty() { Wrong::NoLog } else { Wrong::HeadUnreadable };
            return Ok(Collected::Refused { origin: String::new(), wrong, evidence: None });
        };
        let origin = presented.0.origin.clone();
        let Some(enrolled) = self.registry.get(&origin) else {
            return Ok(Collected::Unknown { origin });
        };
        let (remembered, memo, fold, first_cosigned) = {
            let witness = self.witness();
            let first_cosigned = witness.first_cosigned(&origin)?;
            (witness.remembered(&origin)?, witness.memo(&origin)?, witness.fold(&origin)?, first_cosigned)
        };
        let mut to = log(&origin);
        let key = &enrolled.key;
        // A head that the station has not signed accuses nobody, however it came into the memory.
        let own = |(note, head): &(Note, Checkpoint)| head.origin == origin && note.signed_by(key) == Signed::Yes;
        let trusted = remembered.as_ref().filter(|seen| own(seen));
        let (memo, fold) = (memo.filter(|_| trusted.is_some()), fold.filter(|_| trusted.is_some()));
        let first_cosigned = first_cosigned.filter(|_| trusted.is_some());
        // The store's own head counts when the station has signed it; somebody else may have collected into it.
        let stored = to.read_all(CHECKPOINT, MAX_NOTE as u64).or_else(too_large)?.and_then(|bytes| head_of(&bytes));
        let stored = stored.filter(|(head, note)| head.origin == origin && note.signed_by(key) == Signed::Yes);
        let signed = presented.1.signed_by(key) == Signed::Yes;
        if signed && is_old_copy(&to, &presented.0, trusted, stored.as_ref())? {
            return Ok(Collected::Old { origin, size: presented.0.size });
        }
        if let Some(other) = other_collector(&to, &presented, key)? {
            let evidence = Some(keep_evidence(&mut to, &other, &heads.head)?);
            return Ok(Collected::Refused { origin, wrong: Wrong::Fork { size: presented.0.size }, evidence });
        }
        let there = There { remembered: trusted, stored: stored.map(|(head, _)| head), memo, fold };
        match self.take(source, &heads, &mut to, key, there)? {
            Ok((mut exported, unfinished)) => {
                // Who reads all of it again finds it nowhere in the log.
                first_cosigned.into_iter().for_each(|time| exported.plausible.fold.cosigned(time));
                let judged = Judged { head: &heads.head, note: presented.1, exported, unfinished };
                let before =
                    Before { remembered: remembered.as_ref(), unsigned: trusted.is_none() && remembered.is_some() };
                self.countersign(&origin, key, judged, &before, &mut to, outlet)
            }
            Err(wrong) => {
                let contradicts = signed && matches!(wrong, Wrong::Fork { .. } | Wrong::RolledBack { .. });
                let evidence = match (trusted, contradicts) {
                    (Some((seen, _)), true) => Some(keep_evidence(&mut to, &seen.to_string(), &heads.head)?),
                    _ => None,
                };
                Ok(Collected::Refused { origin, wrong, evidence })
            }
        }
    }

    /// Reads what is new, or all where that does not fit what is known, and stores it; whether the export was not finished.
    fn take<S: Storage + Sync, T: Storage>(
        &self,
        source: &Source<S>,
        heads: &Heads,
        to: &mut T,
        key: &VerifierKey,
        there: There<'_>,
    ) -> io::Result<Result<(Box<Exported>, bool), Wrong>> {
        let seen = there.remembered.iter().map(|(_, head)| head.clone()).collect();
        let policy = Policy { key: Some(key.clone()), seen, ..Policy::default() };
        // Without the fold the whole log is judged again: of a log that is read partway nobody can say what it lacks.
        if let (Some((_, head)), Some(memo), Some(fold), false) = (there.remembered, there.memo, there.fold, self.full)
        {
            let known = match there.stored.as_ref() == Some(head) {
                true => known(to, head, memo, fold, &heads.closings)?,
                false => None,
            };
            let lacking = known.as_ref().map_or_else(Vec::new, |known| known.lacking.clone());
            if let Some(known) = known
                && let Ok(exported) = export_on(source, heads, to, policy.clone(), known, self.threads)?
                // A plan that came late is judged with all that came before it.
                && lacking.iter().all(|name| exported.lacking.iter().any(|wrong| kept_name(wrong) == Some(name)))
            {
                return Ok(Ok((Box::new(exported), false)));
            }
            // Whatever it was: the whole log says it exactly.
        }
        let exported = export_heads(source, heads, to, there.stored.clone(), policy.clone(), self.threads)?;
        if exported.as_ref().err() != Some(&Wrong::ClosingsLeft) {
            return Ok(exported.map(|exported| (Box::new(exported), false)));
        }
        // The line broke, or the stick was pulled, after the closings and before the head: the log ends at its head.
        let heads = Heads { closings: closings_of(heads), ..heads.clone() };
        let exported = export_heads(source, &heads, to, there.stored, policy, self.threads)?;
        Ok(exported.map(|exported| (Box::new(exported), true)))
    }

    /// Remembers what was judged, countersigns it, and gives the countersignature back. What a store answers is never
    /// signed: it is compared with what was judged, before anything leaves.
    fn countersign<T: Storage, O: Storage>(
        &self,
        origin: &str,
        key: &VerifierKey,
        judged: Judged<'_>,
        before: &Before<'_>,
        to: &mut T,
        outlet: &mut O,
    ) -> io::Result<Collected> {
        let Judged { head, note, mut exported, unfinished } = judged;
        let same = [(CHECKPOINT, head, MAX_NOTE as u64), (CLOSINGS, &exported.closings, MAX_CLOSINGS)];
        for (name, judged, limit) in same {
            if to.read_all(name, limit).or_else(too_large)?.unwrap_or_default() != *judged {
                return Ok(Collected::StoreLies { origin: origin.to_owned(), name: name.to_owned() });
            }
        }
        let standing = exported.found.standing.clone();
        let lacking = exported.lacking.iter().filter_map(kept_name).cloned();
        let memo =
            standing.map(|standing| Memo::new(exported.found.entries, standing, &exported.closings, lacking.collect()));
        let known = to.read_all(COSIGNED, MAX_NOTE as u64).or_else(too_large)?.and_then(|bytes| Note::parse(&bytes));
        let mut witness = self.witness();
        // Another may have taken another head meanwhile: only what goes on from what is remembered now is signed.
        if witness.remembered(origin)?.as_ref() != before.remembered {
            return Err(io::Error::other("this log was collected twice at once; collect it again"));
        }
        if before.remembered.is_none() || before.unsigned {
            exported.plausible.fold.cosigned(i64::try_from(self.now).unwrap_or(i64::MAX));
        }
        witness.remember_fold(origin, &exported.plausible.fold)?;
        witness.remember(origin, &note, memo.as_ref())?;
        // The same head again: the earlier time says more. The station's lines are those of the head that was checked.
        let same = known.filter(|known| known.text == note.text);
        let earlier = same.and_then(|known| cosigned_at(&known, witness.key().public()).ok());
        let text = note.text.clone();
        let cosigned = witness.sign(note, earlier.unwrap_or(self.now)).to_string();
        let seed = (self.chance)()?;
        let mut random = [0; 16];
        random.copy_from_slice(&seed[..16]);
        let anchor = anchor(witness.key(), self.now, random).to_string();
        drop(witness);
        to.replace(COSIGNED, cosigned.as_bytes())?;
        let name = collected_name(exported.found.entries);
        for (name, bytes) in to.create(vec![(name, cosigned.clone().into_bytes())])? {
            let there = to.read_all(&name, MAX_NOTE as u64).or_else(too_large)?;
            let ours = |there: Note| there.text == text || there.signed_by(key) == Signed::Yes;
            if !there.and_then(|there| Note::parse(&there)).is_some_and(ours) {
                // A power cut has spoilt it, or it is nobody's.
                to.replace(&name, &bytes)?;
            }
        }
        to.settle()?;
        let returned =
            outlet.replace(COSIGNED, cosigned.as_bytes()).and_then(|()| outlet.replace(ANCHOR, anchor.as_bytes()));
        let unsigned_memory = before.unsigned;
        Ok(Collected::Taken { exported, unfinished, not_returned: returned.err(), unsigned_memory })
    }
}

/// What was judged, as it stays in memory until it is signed.
struct Judged<'a> {
    head: &'a Vec<u8>,
    note: Note,
    exported: Box<Exported>,
    unfinished: bool,
}

/// What the witness remembered before, and whether the station had not signed it.
struct Before<'a> {
    remembered: Option<&'a (Note, Checkpoint)>,
    unsigned: bool,
}

/// What is there of a log before it is collected.
struct There<'a> {
    remembered: Option<&'a (Note, Checkpoint)>,
    stored: Option<Checkpoint>,
    memo: Option<Memo>,
    fold: Option<Fold>,
}

/// The kept file that is lacking.
fn kept_name(wrong: &Wrong) -> Option<&String> {
    match wrong {
        Wrong::KeptMissing { name } | Wrong::KeptDiffers { name } => Some(name),
        _ => None,
    }
}

/// What is far too large is not ours.
fn too_large(error: io::Error) -> io::Result<Option<Vec<u8>>> {
    if error.kind() == io::ErrorKind::FileTooLarge { Ok(None) } else { Err(error) }
}

/// The closings that are not newer than the head.
fn closings_of(heads: &Heads) -> Vec<u8> {
    let size = head_of(&heads.head).map_or(0, |(head, _)| head.size);
    let older = |note: &&&[u8]| head_of(note).is_some_and(|(closing, _)| closing.size <= size);
    split(&heads.closings).0.iter().take_while(older).flat_map(|note| note.iter().copied()).collect()
}

/// Whether a signed head is of an earlier state of what was collected: an older stick is no rollback. The store's tiles
/// must lead from the one signed head to the other; alone they prove nothing.
fn is_old_copy<T: Storage>(
    to: &T,
    head: &Checkpoint,
    remembered: Option<&(Note, Checkpoint)>,
    stored: Option<&Head>,
) -> io::Result<bool> {
    let newest = remembered.map(|(_, head)| head.size).max(stored.map(|(head, _)| head.size)).unwrap_or(0);
    let Some((stored, _)) = stored.filter(|(stored, _)| head.size < newest && head.size < stored.size) else {
        return Ok(false);
    };
    leads_on(to, head, stored)
}

/// Another signed head of the same size, which was collected into this store, maybe by somebody else.
fn other_collector<T: Storage>(to: &T, (head, note): &Head, key: &VerifierKey) -> io::Result<Option<String>> {
    let there = to.read_all(&collected_name(head.size), MAX_NOTE as u64).or_else(too_large)?;
    let there = there.and_then(|bytes| Note::parse(&bytes));
    let other = there.filter(|there| there.text != note.text && there.signed_by(key) == Signed::Yes);
    Ok(other.filter(|_| note.signed_by(key) == Signed::Yes).map(|other| other.to_string()))
}

/// Keeps two signed heads that contradict each other; gives the folder's name.
fn keep_evidence<T: Storage>(to: &mut T, seen: &str, presented: &[u8]) -> io::Result<String> {
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
