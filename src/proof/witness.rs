//! What a witness remembers of a log, and what it refuses (pure; where it is kept is the caller's matter).
use serde::{Deserialize, Serialize};

use super::checkpoint::Checkpoint;
use super::verify::Wrong;

/// The newest head that was seen of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// The signed checkpoint, whole, as evidence.
    pub head: String,
}

impl Memory {
    /// What the remembered head says.
    #[must_use]
    pub fn checkpoint(&self) -> Option<Checkpoint> {
        let note = super::note::Note::parse(self.head.as_bytes())?;
        Checkpoint::parse(&note.text)
    }
}

/// Judges a head against what is remembered; `root_at` gives the root of the presented entries at the remembered size.
///
/// # Errors
/// [`Wrong::RolledBack`] or [`Wrong::Fork`].
pub fn judge(old: &Checkpoint, new: &Checkpoint, root_at: Option<super::tree::Hash>) -> Result<(), Wrong> {
    if old.origin != new.origin {
        return Err(Wrong::OtherLog { origin: new.origin.clone() });
    }
    if new.size < old.size {
        return Err(Wrong::RolledBack { size: new.size, seen: old.size });
    }
    let root = if new.size == old.size { Some(new.root) } else { root_at };
    if root == Some(old.root) { Ok(()) } else { Err(Wrong::Fork { size: old.size }) }
}
