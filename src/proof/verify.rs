//! Verifies a complete log: reads every line once, in order and in constant memory, and trusts no part of the log.
//!
//! The work has three parts. A [`LineHasher`] hashes runs of lines, on any thread. [`Verifier::add_lines`] follows the
//! tree and the chain of keys, in order. A [`SignatureCheck`](super::signature_check::SignatureCheck) checks
//! signatures, on any thread.
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

/// The trusted keys and heads of a verification, and the items to look for in the log.
#[derive(Debug, Clone, Default)]
pub struct VerifyPolicy {
    /// The log's key, from enrolment; `None` means that the key in the log's `genesis` entry is trusted.
    pub key: Option<VerifierKey>,
    /// The department's key; `None` means that times are not checked.
    pub witness: Option<VerifierKey>,
    /// Earlier heads of this log: the log must extend each of them.
    pub earlier_heads: Vec<Checkpoint>,
    /// A head code to look for, in the format of [`head_code`](super::headcode::head_code).
    pub head_code: Option<String>,
    /// Id of an airing to look for; its outcome is returned in [`VerifiedLog::airing`].
    pub airing: Option<String>,
    /// True when the log has a single key and no epochs.
    pub has_single_key: bool,
}

/// The facts that verification established about a log.
#[derive(Debug, Clone, Default)]
pub struct VerifiedLog {
    /// The name of the log.
    pub origin: String,
    /// The public key in the log's `genesis` entry.
    pub key: Option<VerifierKey>,
    /// Number of entries that the head covers.
    pub entries: u64,
    /// Root of the tree over these entries.
    pub root: Hash,
    /// Number of epochs so far, including the open one.
    pub epochs: u64,
    /// Number of the first entry that no closing covers.
    pub first_open_entry: u64,
    /// Size of the log at which it had [`VerifyPolicy::head_code`].
    pub head_code_size: Option<u64>,
    /// The state of the keys at the size of the head; `None` for a log without epochs.
    pub key_state: Option<KeyChainState>,
    /// Number and line of the outcome of the airing that [`VerifyPolicy::airing`] names.
    pub airing: Option<(u64, Vec<u8>)>,
    /// Times that the department has signed.
    pub evidence: TimeEvidence,
}
