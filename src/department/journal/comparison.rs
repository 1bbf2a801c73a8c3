//! Compares the journal in a store with the copy on the witness's machine.
use super::Journal;
use super::copy::JournalCopy;
use super::entry::moved_line;
use super::fault::JournalFault;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::cosigned_at;
use crate::proof::note::{Note, SignatureStatus, VerifierKey};
use crate::proof::signed_head::SignedHead;
use crate::proof::tree::{leaf_hash, root_of};

/// The copy on the witness's machine.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnCopy {
    /// The journal.
    pub journal: Journal,
    /// The number of entries that the store is known to have taken.
    pub published: u64,
}

/// A journal in a store, judged by itself.
#[derive(Debug, Clone, PartialEq)]
pub enum StoredJournal {
    /// There is none.
    Absent,
    /// The lines are those under a head that the key has signed.
    Signed {
        /// The journal.
        journal: Journal,
        /// The time of the signature, in seconds since 1970.
        signed_at: u64,
    },
    /// Another witness has written it: the lines are those under a head that this other key has signed.
    Foreign {
        /// The journal.
        journal: Journal,
        /// The other key.
        key: Box<VerifierKey>,
        /// The time of the signature, in seconds since 1970.
        signed_at: u64,
    },
    /// It is damaged.
    Faulty(JournalFault),
}

/// The result of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct JournalComparison {
    /// The faults of the journal in the store.
    pub faults: Vec<JournalFault>,
    /// The journal that holds, with which the witness goes on; empty if there is none yet.
    pub journal: Journal,
    /// The number of entries in it that the witness's machine did not have.
    pub taken_over: u64,
    /// The journal of another witness, if the store has one.
    pub foreign: Option<Journal>,
    /// The number of lines that need not be written to the store again.
    pub stored: usize,
}

impl JournalComparison {
    /// Returns true if another machine with the witness's key has written a part of the journal.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.taken_over > 0 && self.taken_over < self.journal.len()
    }
}

/// Judges the journal in a store by itself: the key must have signed its head, and its lines must be under the head.
#[must_use]
pub fn judge_stored(copy: &JournalCopy, key: &VerifierKey) -> StoredJournal {
    let Some(head) = &copy.head else {
        let is_absent = copy.lines.is_empty() && !copy.has_rubbish;
        return if is_absent { StoredJournal::Absent } else { StoredJournal::Faulty(JournalFault::HeadUnsigned) };
    };
    let Some(SignedHead { note, checkpoint }) = SignedHead::parse(head) else {
        return StoredJournal::Faulty(JournalFault::HeadUnsigned);
    };
    match cosigned_at(&note, key) {
        Ok(signed_at) => match journal_under(copy, &checkpoint, key) {
            Ok(journal) => StoredJournal::Signed { journal, signed_at },
            Err(fault) => StoredJournal::Faulty(fault),
        },
        Err(SignatureStatus::Absent) => foreign_journal(copy, &note, &checkpoint)
            .filter(|(_, foreign_key, _)| foreign_key != key)
            .map_or(StoredJournal::Faulty(JournalFault::HeadUnsigned), |(journal, key, signed_at)| {
                StoredJournal::Foreign { journal, key: Box::new(key), signed_at }
            }),
        Err(_) => StoredJournal::Faulty(JournalFault::HeadUnsigned),
    }
}

/// Returns the key that the first line announces, without any check; `None` if there is none.
#[must_use]
pub fn announced_key(copy: &JournalCopy) -> Option<VerifierKey> {
    let first_line = copy.lines.first()?.clone();
    Some(Journal::parse(vec![first_line]).ok()?.start()?.1)
}

fn foreign_journal(copy: &JournalCopy, note: &Note, head: &Checkpoint) -> Option<(Journal, VerifierKey, u64)> {
    let key = announced_key(copy)?;
    let signed_at = cosigned_at(note, &key).ok()?;
    Some((journal_under(copy, head, &key).ok()?, key, signed_at))
}

/// Returns the journal under a head, which must be this key's.
fn journal_under(copy: &JournalCopy, head: &Checkpoint, key: &VerifierKey) -> Result<Journal, JournalFault> {
    let size = usize::try_from(head.size).unwrap_or(usize::MAX);
    let Some(lines) = copy.lines.get(..size) else {
        return Err(JournalFault::LinesMissing { lines: copy.lines.len() as u64, size: head.size });
    };
    let leaves: Vec<_> = lines.iter().map(|line| leaf_hash(line)).collect();
    if root_of(&leaves) != head.root {
        return Err(JournalFault::Edited { entry: 0 });
    }
    let journal = Journal::parse(lines.to_vec()).map_err(|entry| JournalFault::Edited { entry })?;
    let is_own = journal.start().is_some_and(|(origin, start_key)| origin == head.origin && start_key == *key);
    if is_own { Ok(journal) } else { Err(JournalFault::HeadUnsigned) }
}

/// Returns the number of the first line in which two lists differ; `None` if one begins with the other.
fn first_difference(a: &[Vec<u8>], b: &[Vec<u8>]) -> Option<u64> {
    a.iter().zip(b).position(|(a, b)| a != b).map(|index| index as u64)
}

/// Compares the journal in a store with the witness's own copy.
#[must_use]
pub fn compare(own: Option<OwnCopy>, copy: &JournalCopy, key: &VerifierKey) -> JournalComparison {
    let stored = judge_stored(copy, key);
    let (own, published) = own.map_or((Journal::default(), 0), |own| (own.journal, own.published));
    let mut result = JournalComparison { faults: Vec::new(), journal: own, taken_over: 0, foreign: None, stored: 0 };
    match stored {
        StoredJournal::Absent if published > 0 => result.faults.push(JournalFault::Missing { known: published }),
        StoredJournal::Absent => {}
        StoredJournal::Foreign { journal, key, .. } => {
            result.faults.push(JournalFault::OtherKey { key: key.to_string() });
            result.foreign = Some(journal);
        }
        StoredJournal::Faulty(fault) => {
            let difference = first_difference(&copy.lines, result.journal.lines());
            match (fault, difference) {
                (JournalFault::Edited { entry }, difference) => {
                    result.faults.push(JournalFault::Edited { entry: difference.unwrap_or(entry) });
                }
                (fault, Some(entry)) => result.faults.extend([fault, JournalFault::Edited { entry }]),
                (fault, None) => result.faults.push(fault),
            }
        }
        StoredJournal::Signed { journal, .. } => compare_signed(&mut result, journal, published, copy),
    }
    result
}

/// Compares a journal that the witness's key has signed.
fn compare_signed(result: &mut JournalComparison, stored: Journal, published: u64, copy: &JournalCopy) {
    let size = stored.lines().len();
    let origin_of = |journal: &Journal| journal.start().map(|(origin, _)| origin.to_owned()).unwrap_or_default();
    if !result.journal.is_empty() && origin_of(&result.journal) != origin_of(&stored) {
        result.faults.push(JournalFault::OtherJournal { origin: origin_of(&stored) });
        return;
    }
    let own_size = result.journal.lines().len();
    if let Some(entry) = first_difference(stored.lines(), result.journal.lines()) {
        // A copy of this machine's key has written on somewhere else. What both have written is kept.
        result.faults.push(JournalFault::Forked { entry });
        let own_tail = result.journal.lines()[usize::try_from(entry).unwrap_or(own_size)..].to_vec();
        let (mut merged, shift) = (stored, size as u64 - entry);
        result.taken_over = shift;
        for line in own_tail {
            if let Some(line) = moved_line(&line, entry, shift) {
                let _ = merged.push_line(line);
            }
        }
        result.journal = merged;
        return;
    }
    result.stored = size;
    if size > own_size {
        (result.taken_over, result.journal) = ((size - own_size) as u64, stored);
    } else if (size as u64) < published {
        result.faults.push(JournalFault::RolledBack { size: size as u64, known: published });
    }
    // Lines after the head are those of a write that was interrupted before the head, or somebody else's.
    let rest = &copy.lines[size..];
    let known_rest = &result.journal.lines()[size..];
    let is_known = !copy.has_rubbish && rest.len() <= known_rest.len() && first_difference(rest, known_rest).is_none();
    if !is_known {
        let entry = size as u64 + first_difference(rest, known_rest).unwrap_or(rest.len().min(known_rest.len()) as u64);
        result.faults.push(JournalFault::Edited { entry });
    }
    if !result.faults.is_empty() {
        result.stored = 0;
    }
}
