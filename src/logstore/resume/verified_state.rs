//! The state that a department remembers of a verified log.
use std::fmt;

use crate::base::hash::sha256_hex;
use crate::proof::key_chain::KeyChainState;
use crate::proof::note::VerifierKey;

const FIRST_LINE: &str = "loa/memo/v1";

/// The state of a log at its newest collected head, with a text form for storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedState {
    /// Number of entries under that head.
    pub size: u64,
    /// The keys at that head.
    pub key_state: KeyChainState,
    /// Length of the closings in bytes, and their SHA-256 in hex.
    pub closings_digest: (u64, String),
    /// Kept files that entries name and that are still missing.
    pub missing_kept: Vec<String>,
}

/// Maximum number of missing files that are remembered.
const MAX_MISSING: usize = 100;

impl fmt::Display for VerifiedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let KeyChainState { log_key: log, epoch, key, previous_key: before, open_from } = &self.key_state;
        let before = before.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        writeln!(f, "{FIRST_LINE}\n{}\n{log}\n{epoch}\n{key}\n{before}\n{open_from}", self.size)?;
        writeln!(f, "{} {}", self.closings_digest.0, self.closings_digest.1)?;
        self.missing_kept.iter().try_for_each(|name| writeln!(f, "{name}"))
    }
}

impl VerifiedState {
    /// Builds the state of a log; all but the first [`MAX_MISSING`] missing files are forgotten.
    #[must_use]
    pub fn new(size: u64, key_state: KeyChainState, closings: &[u8], mut missing_kept: Vec<String>) -> Self {
        missing_kept.truncate(MAX_MISSING);
        Self { size, key_state, closings_digest: (closings.len() as u64, sha256_hex(closings)), missing_kept }
    }

    /// Parses the text form; `None` when the text is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut next = || lines.next();
        if next()? != FIRST_LINE {
            return None;
        }
        let size = next()?.parse().ok()?;
        let log = VerifierKey::parse(next()?)?;
        let epoch = next()?.parse().ok()?;
        let key = VerifierKey::parse(next()?)?;
        let before = match next()? {
            "-" => None,
            key => Some(VerifierKey::parse(key)?),
        };
        let open_from = next()?.parse().ok()?;
        let (length, sha256) = next()?.split_once(' ')?;
        let closings = (length.parse().ok()?, sha256.to_owned());
        let missing_kept = lines.take(MAX_MISSING).map(str::to_owned).collect();
        Some(Self {
            size,
            key_state: KeyChainState { log_key: log, epoch, key, previous_key: before, open_from },
            closings_digest: closings,
            missing_kept,
        })
    }
}
