//! A run of lines, hashed: the part of the work that any thread can do.
use super::wrong::BadLine;
use crate::proof::entry::kind_of;
use crate::proof::tiles::MAX_ENTRY;
use crate::proof::tree::{Hash, leaf_hash};

/// An entry that the verifier must read.
pub(super) struct Special<'a> {
    pub index: usize,
    pub kind: &'a str,
    pub line: &'a [u8],
}

/// What lines come to.
pub struct Digest<'a> {
    pub(super) leaves: Vec<Hash>,
    pub(super) special: Vec<Special<'a>>,
    /// The line after these is none.
    pub(super) bad: Option<BadLine>,
}

impl<'a> Digest<'a> {
    pub(super) fn new(first: u64, lines: &[&'a [u8]], airing: Option<&str>) -> Self {
        let mut digest = Self { leaves: Vec::with_capacity(lines.len()), special: Vec::new(), bad: None };
        let wanted = airing.map(|id| format!("\"id\":{}", serde_json::Value::from(id)));
        for (index, line) in lines.iter().enumerate() {
            if line.len() > MAX_ENTRY {
                digest.bad = Some(BadLine::TooLong);
                break;
            }
            let Some(kind) = kind_of(line, first + index as u64) else {
                digest.bad = Some(BadLine::NotTheEntry);
                break;
            };
            let special = match kind {
                "genesis" | "epoch" | "schedule" | "plan" | "anchor" | "cosigned" => true,
                "outcome" => wanted.as_ref().is_some_and(|id| contains(line, id.as_bytes())),
                _ => false,
            };
            if special {
                digest.special.push(Special { index, kind, line });
            }
            digest.leaves.push(leaf_hash(line));
        }
        digest
    }

    /// The leaf hashes, in order.
    #[must_use]
    pub fn leaves(&self) -> &[Hash] {
        &self.leaves
    }
}

fn contains(line: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(line, part).is_some()
}
