//! The judge of a whole log. It reads every line once, in order, in constant memory, and believes nothing.
//!
//! The work falls in three: a [`Hasher`] hashes runs of lines (any thread), [`Verifier::take`] walks the tree and the
//! chain of keys (in order), [`Check`] checks a signature (any thread).
mod fault_text;
mod line_hasher;
mod verifier;

use super::checkpoint::Checkpoint;
use super::key_chain::KeyChainState;
use super::note::VerifierKey;
use super::tree::Hash;

pub use super::error::VerifyError;
pub use super::time_evidence::{TimeBounds, TimeEvidence};
pub use fault_text::fault_text;
pub use line_hasher::{HashedLines, LineHasher};
pub use verifier::Verifier;

/// What a verifier knows and asks beforehand.
#[derive(Debug, Clone, Default)]
pub struct VerifyPolicy {
    /// The log's key, from enrolment; without it the log's own word is taken for it.
    pub key: Option<VerifierKey>,
    /// The department's key.
    pub witness: Option<VerifierKey>,
    /// Heads of this log seen earlier: it must go on from them.
    pub earlier_heads: Vec<Checkpoint>,
    /// A head code to look for, in the form of [`head_code`].
    pub head_code: Option<String>,
    /// An airing to tell about, by its id.
    pub airing: Option<String>,
    /// The log has one key and no epochs.
    pub no_epochs: bool,
}

/// What is found out about a log.
#[derive(Debug, Clone, Default)]
pub struct VerifiedLog {
    /// Its name.
    pub origin: String,
    /// Its key, as it says itself.
    pub key: Option<VerifierKey>,
    /// Entries under its head.
    pub entries: u64,
    /// Root of the tree.
    pub root: Hash,
    /// Epochs so far, and the first entry of the open one.
    pub epochs: u64,
    /// The first entry that no closing covers.
    pub open_from: u64,
    /// After how many entries the code was the head's.
    pub code_at: Option<u64>,
    /// How its keys stand at the head; none for a log without epochs.
    pub key_state: Option<KeyChainState>,
    /// The outcome of the airing that was asked for.
    pub airing: Option<(u64, Vec<u8>)>,
    /// Times that a department has signed.
    pub evidence: TimeEvidence,
}
