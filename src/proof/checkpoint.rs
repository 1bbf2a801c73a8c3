//! Checkpoints (c2sp.org/tlog-checkpoint): the text that the signatures of a log's head cover.
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::note::{Note, NoteSigner};
use super::tree::Hash;

/// The size and root of a log at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log.
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Root of the Merkle tree over these entries.
    pub root: Hash,
}

impl Checkpoint {
    /// Parses the text of a note; `None` when it is not a checkpoint. Text with extension lines is refused, because
    /// loa writes none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        if lines.next().is_some() || origin.is_empty() {
            return None;
        }
        let entry_count: u64 = size.parse().ok().filter(|n: &u64| n.to_string() == size)?;
        let root_bytes = BASE64.decode(root).ok()?;
        Some(Self { origin: origin.to_owned(), size: entry_count, root: root_bytes.try_into().ok()? })
    }

    /// Signs the checkpoint with these keys. The signature lines are in the order of the keys.
    #[must_use]
    pub fn sign_with(&self, keys: &[&NoteSigner]) -> Note {
        let text = self.to_string();
        let signatures = keys.iter().map(|key| key.sign_line(&text)).collect();
        Note { text, signatures }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root))
    }
}
