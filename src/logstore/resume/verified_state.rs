//! The state of a verified log that a department remembers.
use std::fmt;

use crate::base::hash::sha256_hex;
use crate::proof::key_chain::KeyChainState;
use crate::proof::note::VerifierKey;

/// First line of the text format.
const FIRST_LINE: &str = "loa/memo/v1";

/// The state of a log at its newest collected head, with a text format for storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedState {
    /// Number of entries under that head.
    pub size: u64,
    /// The state of the keys at that head.
    pub key_state: KeyChainState,
    /// Length of the closings in bytes, and SHA-256 of the closings in hex.
    pub closings_digest: (u64, String),
    /// Names of kept files that are still missing.
    pub missing_kept: Vec<String>,
}

/// Maximum number of missing files that are remembered.
const MAX_MISSING_NAMES: usize = 100;

impl fmt::Display for VerifiedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let KeyChainState { log_key, epoch, key, previous_key, first_open_entry } = &self.key_state;
        let previous_key = previous_key.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
        writeln!(f, "{FIRST_LINE}\n{}\n{log_key}\n{epoch}\n{key}\n{previous_key}\n{first_open_entry}", self.size)?;
        writeln!(f, "{} {}", self.closings_digest.0, self.closings_digest.1)?;
        self.missing_kept.iter().try_for_each(|name| writeln!(f, "{name}"))
    }
}

impl VerifiedState {
    /// Creates the state of a log. Only the first [`MAX_MISSING_NAMES`] names of missing files are remembered.
    #[must_use]
    pub fn new(size: u64, key_state: KeyChainState, closings: &[u8], mut missing_kept: Vec<String>) -> Self {
        missing_kept.truncate(MAX_MISSING_NAMES);
        Self { size, key_state, closings_digest: (closings.len() as u64, sha256_hex(closings)), missing_kept }
    }

    /// Parses the text format; `None` if the text is invalid.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut next_line = || lines.next();
        if next_line()? != FIRST_LINE {
            return None;
        }
        let size = next_line()?.parse().ok()?;
        let log_key = VerifierKey::parse(next_line()?)?;
        let epoch = next_line()?.parse().ok()?;
        let key = VerifierKey::parse(next_line()?)?;
        let previous_key = match next_line()? {
            "-" => None,
            text => Some(VerifierKey::parse(text)?),
        };
        let first_open_entry = next_line()?.parse().ok()?;
        let (length, sha256) = next_line()?.split_once(' ')?;
        let closings_digest = (length.parse().ok()?, sha256.to_owned());
        let missing_kept = lines.take(MAX_MISSING_NAMES).map(str::to_owned).collect();
        Some(Self {
            size,
            key_state: KeyChainState { log_key, epoch, key, previous_key, first_open_entry },
            closings_digest,
            missing_kept,
        })
    }
}
