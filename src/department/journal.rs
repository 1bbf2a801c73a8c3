//! The department's own log: what each collection took, refused and found contradictory, what the department answered
//! and which documents it accepted, kept for good.
//!
//! A [`Journal`] is a list of JSON lines under a Merkle tree, like a station's log, and its heads are signed by the
//! witness's own key. The witness's machine keeps a copy, which is the truth; the copy in the store is for others.
//! [`comparison`] compares the two, [`store`] reads and writes them, [`history`] sums up the entries about each
//! incident. `docs/department.md` specifies the files.
pub mod answer;
pub mod answer_list;
pub mod comparison;
mod copy;
pub mod entry;
pub mod fault;
pub mod history;
pub mod incident;
pub mod period_closing;
pub mod sentence;
pub mod settled_overlaps;
pub mod store;
#[cfg(test)]
mod tests;
pub mod verdict_text;

use crate::base::hash::hex;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::cosign;
use crate::proof::note::{Note, NoteSigner, VerifierKey};
use crate::proof::tree::{CompactRange, leaf_hash};
use sha2::{Digest as _, Sha256};

use self::entry::{JournalBody, JournalEntry, JournalStart, entry_line, parse_line};

pub use self::copy::{JournalCopy, read_copy};

/// The folder of the journal in a store.
pub const JOURNAL_FOLDER: &str = "department";

/// A journal whose lines are all entries.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Journal {
    /// The lines without their newlines: the leaves of the tree.
    lines: Vec<Vec<u8>>,
    entries: Vec<JournalEntry>,
    tree: CompactRange,
}

impl Journal {
    /// Begins the journal of a witness with its first entry. `random` tells the journals of one witness apart.
    #[must_use]
    pub fn begin(key: &VerifierKey, random: &[u8], at: &str) -> Self {
        let hash = Sha256::new().chain_update(key.bytes()).chain_update(random).finalize();
        let origin = format!("loa-department/{}", hex(&hash[..16]));
        let mut journal = Self::default();
        journal.push(at, &JournalBody::Journal(JournalStart { origin, key: key.to_string() }));
        journal
    }

    /// Parses lines.
    ///
    /// # Errors
    /// The number of the first line that is not an entry with this number, or a first line that begins no journal.
    pub fn parse(lines: Vec<Vec<u8>>) -> Result<Self, u64> {
        let mut journal = Self::default();
        for line in lines {
            journal.push_line(line).map_err(|()| journal.len())?;
        }
        Ok(journal)
    }

    /// Adds an entry.
    pub fn push(&mut self, at: &str, body: &JournalBody) {
        let line = entry_line(self.len(), at, body);
        // A line from `entry_line` is always an entry.
        let _ = self.push_line(line);
    }

    /// Adds a line. Fails if it is not an entry with the next number.
    pub(super) fn push_line(&mut self, line: Vec<u8>) -> Result<(), ()> {
        let entry = parse_line(&line).filter(|entry| entry.seq == self.len()).ok_or(())?;
        if matches!(entry.body, JournalBody::Journal(_)) != self.entries.is_empty() {
            return Err(());
        }
        self.tree.push(leaf_hash(&line));
        self.lines.push(line);
        self.entries.push(entry);
        Ok(())
    }

    /// Returns the number of entries.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Returns true for a journal that has not begun.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the entries.
    #[must_use]
    pub fn entries(&self) -> &[JournalEntry] {
        &self.entries
    }

    /// Returns the lines without their newlines.
    #[must_use]
    pub fn lines(&self) -> &[Vec<u8>] {
        &self.lines
    }

    /// Returns the name of the journal and the key that it announces; `None` if it has not begun, or the key cannot be
    /// parsed.
    #[must_use]
    pub fn start(&self) -> Option<(&str, VerifierKey)> {
        match &self.entries.first()?.body {
            JournalBody::Journal(start) => Some((&start.origin, VerifierKey::parse(&start.key)?)),
            _ => None,
        }
    }

    /// Returns the size and root of the whole journal.
    #[must_use]
    pub fn head(&self) -> Checkpoint {
        let origin = self.start().map(|(origin, _)| origin.to_owned()).unwrap_or_default();
        Checkpoint { origin, size: self.len(), root: self.tree.root() }
    }

    /// Signs the head. `now` is in seconds since 1970.
    #[must_use]
    pub fn sign_head(&self, witness: &NoteSigner, now: u64) -> Note {
        let text = self.head().to_string();
        let signatures = vec![cosign(witness, now, &text)];
        Note { text, signatures }
    }
}
