//! The department's side: takes exports into its store, as a witness.
//!
//! It keeps the newest head of every log, refuses whatever does not go on from it, and countersigns what does. What it
//! remembers is on the disk before it signs; and it never signs what the station's own key has not.
use std::io;

use zeroize::Zeroizing;

use super::export::{Exported, export};
use super::source::Source;
use crate::airlog::keys::{Chance, folder_of};
use crate::airlog::seal::COSIGNED;
use crate::airlog::storage::Storage;
use crate::proof::anchor::anchor;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::{cosign, cosigned_at};
use crate::proof::note::{Kind, MAX_NOTE, Note, SigningName, hex};
use crate::proof::verify::{Policy, Wrong};
use crate::registry::Registry;

/// An anchor's name in an export.
pub const ANCHOR: &str = "anchor";
/// The witness's key, in its own folder.
const KEY: &str = "key";

/// The department's key and memory, local to its machine.
pub struct Witness<K> {
    memory: K,
    key: SigningName,
}

impl<K: Storage> Witness<K> {
    /// The witness of this machine; made when there is none yet.
    ///
    /// # Errors
    /// When the storage or the system's chance fails, or the key file is none.
    pub fn open(mut memory: K, chance: Chance) -> io::Result<Self> {
        let there = memory.read_all(KEY, 1024)?.map(Zeroizing::new);
        if let Some(bytes) = there {
            let key = std::str::from_utf8(&bytes).ok().and_then(SigningName::from_secret);
            let key = key.ok_or_else(|| io::Error::other("the witness's key file is damaged"))?;
            return Ok(Self { memory, key });
        }
        let seed = chance()?;
        let unnamed = SigningName::new("x", Kind::Cosignature, &seed);
        let name = unnamed.map(|key| format!("loa-witness/{}", hex(&key.public().bytes()[..8]))).unwrap_or_default();
        let key = SigningName::new(&name, Kind::Cosignature, &seed);
        let key = key.ok_or_else(|| io::Error::other("a key that cannot be used"))?;
        memory.replace(KEY, key.secret_text().as_bytes())?;
        Ok(Self { memory, key })
    }

    /// What others check its signatures with.
    #[must_use]
    pub fn public(&self) -> String {
        self.key.public().to_string()
    }

    /// The newest head that was taken of a log.
    ///
    /// # Errors
    /// When the storage fails, or what is remembered cannot be read: nothing is signed then.
    pub fn remembered(&self, origin: &str) -> io::Result<Option<(Note, Checkpoint)>> {
        let Some(bytes) = self.memory.read_all(&memory_name(origin), MAX_NOTE as u64)? else {
            return Ok(None);
        };
        let note = Note::parse(&bytes).ok_or_else(|| io::Error::other("the witness's memory is damaged"))?;
        let head = Checkpoint::parse(&note.text).ok_or_else(|| io::Error::other("the witness's memory is damaged"))?;
        Ok(Some((note, head)))
    }

    /// Remembers a head, durably.
    fn remember(&mut self, origin: &str, note: &Note) -> io::Result<()> {
        self.memory.replace(&memory_name(origin), note.to_string().as_bytes())
    }

    /// Countersigns a head that is remembered, at this time (seconds since 1970).
    fn sign(&self, mut note: Note, time: u64) -> Note {
        // Only the station's own lines go with it: what others may have written under it is theirs.
        note.signatures.retain(|line| !self.key.public().claims(line));
        note.signatures.push(cosign(&self.key, time, &note.text));
        note
    }
}

fn memory_name(origin: &str) -> String {
    format!("heads/{}", folder_of(origin))
}

/// What came of one export.
#[derive(Debug)]
pub enum Collected {
    /// It was taken and countersigned.
    Taken {
        /// What was taken.
        exported: Box<Exported>,
        /// Why the countersignature could not be given back, if it could not.
        not_returned: Option<io::Error>,
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

/// Takes one export into the store. `log` opens the folder of a log in the store, whose name is its origin; `outlet` is where the export came from,
/// and gets the countersignature and a new anchor.
///
/// # Errors
/// When a storage fails. Nothing is signed then that is not kept.
#[allow(clippy::too_many_arguments)] // each is another place or power
pub fn collect<S: Storage, T: Storage, O: Storage, K: Storage>(
    source: &Source<S>,
    outlet: &mut O,
    registry: &Registry,
    witness: &mut Witness<K>,
    mut log: impl FnMut(&str) -> T,
    now: u64,
    chance: Chance,
    threads: usize,
) -> io::Result<Collected> {
    let heads = source.heads()?;
    let Some(presented) = Note::parse(&heads.head).and_then(|note| Some((Checkpoint::parse(&note.text)?, note))) else {
        let wrong = if heads.head.is_empty() { Wrong::NoLog } else { Wrong::HeadUnreadable };
        return Ok(Collected::Refused { origin: String::new(), wrong, evidence: None });
    };
    let origin = presented.0.origin.clone();
    let Some(enrolled) = registry.get(&origin) else {
        return Ok(Collected::Unknown { origin });
    };
    let remembered = witness.remembered(&origin)?;
    let policy = Policy {
        key: Some(enrolled.key.clone()),
        seen: remembered.iter().map(|(_, head)| head.clone()).collect(),
        ..Policy::default()
    };
    let mut to = log(&origin);
    let exported = match export(source, &mut to, policy, threads)? {
        Ok(exported) => exported,
        Err(wrong) => {
            let signed = presented.1.signed_by(&enrolled.key) == crate::proof::note::Signed::Yes;
            let contradicts = signed && matches!(wrong, Wrong::Fork { .. } | Wrong::RolledBack { .. });
            let evidence = match (&remembered, contradicts) {
                (Some((seen, _)), true) => Some(keep_evidence(&mut to, &seen.to_string(), &heads.head)?),
                _ => None,
            };
            return Ok(Collected::Refused { origin, wrong, evidence });
        }
    };
    // What was stored is what is signed: the head may have moved on since it was first read.
    let stored = to.read_all(crate::airlog::seal::CHECKPOINT, MAX_NOTE as u64)?.unwrap_or_default();
    let note = Note::parse(&stored).ok_or_else(|| io::Error::other("the stored head cannot be read"))?;
    witness.remember(&origin, &note)?;
    let known = to.read_all(COSIGNED, MAX_NOTE as u64)?.and_then(|bytes| Note::parse(&bytes));
    let cosigned = match known {
        // The same head again: the earlier time says more.
        Some(known) if known.text == note.text && cosigned_at(&known, witness.key.public()).is_ok() => known,
        _ => witness.sign(note, now),
    };
    to.replace(COSIGNED, cosigned.to_string().as_bytes())?;
    let seed = chance()?;
    let mut random = [0; 16];
    random.copy_from_slice(&seed[..16]);
    let anchor = anchor(&witness.key, now, random).to_string();
    let returned = outlet
        .replace(COSIGNED, cosigned.to_string().as_bytes())
        .and_then(|()| outlet.replace(ANCHOR, anchor.as_bytes()));
    Ok(Collected::Taken { exported: Box::new(exported), not_returned: returned.err() })
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
