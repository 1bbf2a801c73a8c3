//! A run of lines, hashed: the part of the work that any thread can do.
use super::wrong::BadLine;
use crate::proof::entry::kind_of;
use crate::proof::tiles::MAX_ENTRY;
use crate::proof::tree::{Hash, leaf_hash};

/// The types of entries that a verifier reads.
const READ: [&str; 6] = ["genesis", "epoch", "schedule", "plan", "anchor", "cosigned"];

/// Hashes lines; any number of threads may have one.
#[derive(Debug, Clone, Default)]
pub struct Hasher {
    /// What stands in the outcome of the airing that is asked for.
    airing: Option<Vec<u8>>,
}

/// An entry that the verifier must read.
#[derive(Debug)]
pub(super) struct Special {
    pub index: usize,
    pub kind: &'static str,
}

/// What lines come to.
#[derive(Debug, Default)]
pub struct Digest {
    pub(super) leaves: Vec<Hash>,
    pub(super) special: Vec<Special>,
    /// The line after these is none.
    pub(super) bad: Option<BadLine>,
}

impl Hasher {
    pub(super) fn new(airing: Option<&str>) -> Self {
        Self { airing: airing.map(|id| format!("\"id\":{}", serde_json::Value::from(id)).into_bytes()) }
    }

    /// Hashes lines that begin with entry `first`, up to the first that is no entry.
    #[must_use]
    pub fn digest(&self, first: u64, lines: &[&[u8]]) -> Digest {
        let mut digest = Digest { leaves: Vec::with_capacity(lines.len()), ..Digest::default() };
        for (index, line) in lines.iter().enumerate() {
            if line.len() > MAX_ENTRY {
                digest.bad = Some(BadLine::TooLong);
                break;
            }
            let Some(kind) = kind_of(line, first + index as u64) else {
                digest.bad = Some(BadLine::NotTheEntry);
                break;
            };
            if let Some(kind) = self.special(kind, line) {
                digest.special.push(Special { index, kind });
            }
            digest.leaves.push(leaf_hash(line));
        }
        digest
    }

    fn special(&self, kind: &str, line: &[u8]) -> Option<&'static str> {
        if kind == "outcome" {
            let wanted = self.airing.as_ref()?;
            return memchr::memmem::find(line, wanted).map(|_| "outcome");
        }
        READ.into_iter().find(|read| *read == kind)
    }
}

impl Digest {
    /// The leaf hashes, in order.
    #[must_use]
    pub fn leaves(&self) -> &[Hash] {
        &self.leaves
    }
}
