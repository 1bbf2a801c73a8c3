//! Reads and writes a journal: the copy on the witness's machine, and the one in the store.
//!
//! The order of a write is: the lines on this machine, the signed head on this machine, the lines in the store, the
//! head in the store, and last the note on this machine that the store has them. So whatever is interrupted, nothing
//! that this machine has signed is lost, and an interrupted write does not look like a rollback.
use std::io;

use super::Journal;
use super::comparison::{JournalComparison, OwnCopy, StoredJournal, compare, judge_stored};
use super::copy::{HEAD_FILE, JournalCopy, LINES_PER_FILE, entries_file, read_copy, remove_files_after, write_copy};
use super::fault::JournalFault;
use crate::airlog::storage::Storage;
use crate::department::witness::Witness;
use crate::proof::note::VerifierKey;
use crate::proof::signed_head::SignedHead;

/// The folder with the copies on the witness's machine, one for each journal.
const OWN_FOLDER: &str = "journals";
/// The file that says which stores have how many entries.
const PUBLISHED_FILE: &str = "published";
/// The maximum size of that file, in bytes.
const MAX_PUBLISHED_BYTES: u64 = 1 << 20;
/// The maximum number of damaged copies that are set aside in a store.
const MAX_SET_ASIDE: u32 = 20;

/// A journal that was read and compared.
#[derive(Debug)]
pub struct OpenedJournal {
    /// The journal, and how the one in the store differs from it.
    pub comparison: JournalComparison,
    /// What lies in the store.
    stored_copy: JournalCopy,
    /// The folder of the copy on this machine; `None` if there is none yet.
    own_folder: Option<String>,
    /// The number of lines that need not be written to this machine again.
    own_lines: usize,
}

/// The result of a write.
#[derive(Debug, Default)]
pub struct SavedJournal {
    /// The reason why the store has not taken the entries. They are on this machine, and the next write brings them.
    pub store_error: Option<io::Error>,
    /// The folder to which the damaged journal in the store was copied before it was replaced.
    pub set_aside: Option<String>,
}

/// The stores that have a journal, with the number of entries that each is known to have taken.
fn published_sizes<K: Storage>(storage: &K, folder: &str) -> io::Result<Vec<(u64, String)>> {
    let bytes = storage.read_bounded(&format!("{folder}/{PUBLISHED_FILE}"), MAX_PUBLISHED_BYTES)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let parse = |line: &str| line.split_once('\t').and_then(|(size, name)| Some((size.parse().ok()?, name.to_owned())));
    Ok(text.lines().filter_map(parse).collect())
}

/// Returns the hexadecimal part of a journal's name, under which this machine keeps its copy.
fn folder_of_origin(origin: &str) -> Option<String> {
    let hash = origin.strip_prefix("loa-department/")?;
    let is_hash = hash.len() == 32 && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    is_hash.then(|| format!("{OWN_FOLDER}/{hash}"))
}

/// Returns the folders of this machine's copies, sorted.
fn own_folders<K: Storage>(storage: &K) -> io::Result<Vec<String>> {
    let mut hashes: Vec<String> =
        storage.list(OWN_FOLDER)?.iter().filter_map(|name| name.split('/').next().map(str::to_owned)).collect();
    hashes.sort();
    hashes.dedup();
    Ok(hashes.iter().filter_map(|hash| folder_of_origin(&format!("loa-department/{hash}"))).collect())
}

/// Records that a store which this machine knows under its former name has a new one, so that its journal is missed
/// there too.
///
/// # Errors
/// If the witness's storage fails.
pub fn remember_moved_store<K: Storage>(
    witness: &mut Witness<K>,
    store_name: &str,
    former_name: &str,
) -> io::Result<()> {
    for folder in own_folders(witness.storage())? {
        let sizes = published_sizes(witness.storage(), &folder)?;
        if let Some((size, _)) = sizes.iter().find(|(_, name)| name == former_name)
            && sizes.iter().all(|(_, name)| name != store_name)
        {
            record_published(witness.storage_mut(), &folder, store_name, *size)?;
        }
    }
    Ok(())
}

/// Finds this machine's copy of the journal of a store: by the name of the store, or by the name of the journal that lies
/// there.
fn find_own_folder<K: Storage>(storage: &K, name: &str, stored: &JournalCopy) -> io::Result<Option<String>> {
    let folders = own_folders(storage)?;
    let mut folder_by_name = Vec::new();
    for folder in &folders {
        folder_by_name.extend(published_sizes(storage, folder)?.into_iter().map(|(_, name)| (name, folder.clone())));
    }
    let of_name = folder_by_name.iter().find(|(store, _)| store == name).map(|(_, folder)| folder.clone());
    let stored_origin = stored.head.as_deref().and_then(SignedHead::parse).map(|head| head.checkpoint.origin);
    let of_stored =
        stored_origin.and_then(|origin| folder_of_origin(&origin)).filter(|folder| folders.contains(folder));
    Ok(of_name.or(of_stored))
}

/// Reads this machine's copy; an error inside if it is damaged.
fn read_own_copy<K: Storage>(
    storage: &K,
    folder: &str,
    store_name: &str,
    key: &VerifierKey,
) -> io::Result<Result<Option<OwnCopy>, JournalFault>> {
    let copy = read_copy(storage, &format!("{folder}/"))?;
    let journal = match judge_stored(&copy, key) {
        // The first write was interrupted before the head.
        StoredJournal::Absent => return Ok(Ok(None)),
        StoredJournal::Faulty(JournalFault::HeadUnsigned) if copy.head.is_none() => return Ok(Ok(None)),
        StoredJournal::Signed { journal, .. } => journal,
        StoredJournal::Foreign { .. } | StoredJournal::Faulty(_) => return Ok(Err(JournalFault::CopyDamaged)),
    };
    let sizes = published_sizes(storage, folder)?;
    let published = sizes.iter().find(|(_, name)| name == store_name).map_or(0, |(size, _)| *size);
    Ok(Ok(Some(OwnCopy { published: published.min(journal.len()), journal })))
}

/// Reads and compares the journal of a store. `store` is the storage of [`super::JOURNAL_FOLDER`] in the store, and
/// `store_name` the store's name on this machine.
///
/// # Errors
/// If a storage fails.
pub fn open_journal<S: Storage, K: Storage>(
    store: &S,
    witness: &Witness<K>,
    store_name: &str,
) -> io::Result<OpenedJournal> {
    let key = witness.key().public();
    let stored_copy = read_copy(store, "")?;
    let own_folder = find_own_folder(witness.storage(), store_name, &stored_copy)?;
    let own = match &own_folder {
        Some(folder) => read_own_copy(witness.storage(), folder, store_name, key)?,
        None => Ok(None),
    };
    let (own, damage) = own.map_or_else(|fault| (None, Some(fault)), |own| (own, None));
    let own_lines = own.as_ref().map_or(0, |own| own.journal.lines().len());
    let mut comparison = compare(own, &stored_copy, key);
    comparison.faults.extend(damage);
    // Entries that were taken over by a fork stand between the entries of this machine.
    let is_forked = comparison.faults.iter().any(|fault| matches!(fault, JournalFault::Forked { .. }));
    let own_lines = if is_forked { 0 } else { own_lines };
    Ok(OpenedJournal { comparison, stored_copy, own_folder, own_lines })
}

impl OpenedJournal {
    /// Returns the journal, to which entries can be added.
    pub fn journal_mut(&mut self) -> &mut Journal {
        &mut self.comparison.journal
    }

    /// Writes the journal to this machine, then to the store. A damaged journal in the store is set aside first. The
    /// journal of another witness stays as it is, and this one stays on this machine. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// If this machine's storage fails. Then nothing was recorded.
    pub fn save<S: Storage, K: Storage>(
        self,
        store: &mut S,
        witness: &mut Witness<K>,
        store_name: &str,
        now: u64,
    ) -> io::Result<SavedJournal> {
        let journal = &self.comparison.journal;
        let head = journal.sign_head(witness.key(), now).to_string().into_bytes();
        let folder = journal.start().and_then(|(origin, _)| folder_of_origin(origin));
        let folder = folder.ok_or_else(|| io::Error::other("the journal has no name"))?;
        let own_lines = if self.own_folder.as_deref() == Some(&folder) { self.own_lines } else { 0 };
        write_copy(witness.storage_mut(), &format!("{folder}/"), journal.lines(), own_lines, &head)?;
        let mut saved = SavedJournal::default();
        if self.comparison.foreign.is_none() {
            match self.publish(store, &head) {
                Ok(set_aside) => {
                    saved.set_aside = set_aside;
                    record_published(witness.storage_mut(), &folder, store_name, journal.len())?;
                }
                Err(e) => saved.store_error = Some(e),
            }
        }
        if self.comparison.foreign.is_some() || saved.store_error.is_some() {
            let sizes = published_sizes(witness.storage(), &folder)?;
            if !sizes.iter().any(|(_, name)| name == store_name) {
                record_published(witness.storage_mut(), &folder, store_name, 0)?;
            }
        }
        Ok(saved)
    }

    /// Writes the journal to the store.
    fn publish<S: Storage>(&self, store: &mut S, head: &[u8]) -> io::Result<Option<String>> {
        let (journal, is_damaged) = (&self.comparison.journal, !self.comparison.faults.is_empty());
        let set_aside = if is_damaged { set_aside(store, &self.stored_copy)? } else { None };
        if is_damaged {
            remove_files_after(store, "", journal.lines().len())?;
        }
        write_copy(store, "", journal.lines(), self.comparison.stored, head)?;
        Ok(set_aside)
    }
}

/// Records how many entries a store has taken.
fn record_published<K: Storage>(storage: &mut K, folder: &str, store_name: &str, size: u64) -> io::Result<()> {
    let mut sizes = published_sizes(storage, folder)?;
    sizes.retain(|(_, name)| name != store_name);
    sizes.push((size, store_name.to_owned()));
    let text: String = sizes.iter().map(|(size, name)| format!("{size}\t{name}\n")).collect();
    storage.replace(&format!("{folder}/{PUBLISHED_FILE}"), text.as_bytes())
}

/// Copies the damaged journal of a store to a folder beside it. Returns the folder; `None` if there is nothing to copy,
/// or too much was set aside before.
fn set_aside<S: Storage>(store: &mut S, copy: &JournalCopy) -> io::Result<Option<String>> {
    if copy.lines.is_empty() && copy.head.is_none() {
        return Ok(None);
    }
    let is_free = |folder: &String| {
        !store.exists(&format!("{folder}/{HEAD_FILE}")) && !store.exists(&entries_file(&format!("{folder}/"), 0))
    };
    let Some(folder) = (0..MAX_SET_ASIDE).map(|number| format!("set-aside/{number}")).find(is_free) else {
        return Ok(None);
    };
    for (chunk, number) in copy.lines.chunks(LINES_PER_FILE).zip(0..) {
        let mut bytes = chunk.join(&b'\n');
        bytes.push(b'\n');
        store.replace(&entries_file(&format!("{folder}/"), number), &bytes)?;
    }
    if let Some(head) = &copy.head {
        store.replace(&format!("{folder}/{HEAD_FILE}"), head)?;
    }
    Ok(Some(folder))
}
