//! What this machine has accepted of the documents in a store. This is the only place that knows where acceptances are
//! recorded.
use std::io;

use crate::airlog::storage::{FolderStorage, Storage};
use crate::cli::department::registry_review::store_name;
use crate::cli::record::key::open_witness;
use crate::department::accepted_documents::{AcceptedDocuments, document_digest};
use crate::department::target::read::read_targets;
use crate::department::target::{TARGETS_FILE, Target};
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::schedule::SourceFile;
use crate::schedule::problem::Severity;
use crate::schedule::read::MAX_BYTES;

/// The targets of a store that a report can use.
pub enum StoredTargets {
    /// There are none, and none were accepted.
    Absent,
    /// They are not those that were accepted.
    NotAccepted,
    /// They were accepted, but the store no longer has them.
    Removed,
    /// They are those that were accepted.
    Accepted(Vec<Target>),
}

/// Returns the digest of an accepted document of a store; `None` if none was accepted under this name.
///
/// # Errors
/// If the witness's stored state cannot be read.
pub fn accepted_digest(
    witness: &Witness<FolderStorage>,
    store: &StorageLocation,
    document: &str,
) -> io::Result<Option<String>> {
    Ok(witness.accepted_documents()?.digest(&store_name(store), document).map(str::to_owned))
}

/// Records that a document of a store was accepted; with `None`, that its absence was accepted. The caller holds the
/// witness's lock.
///
/// # Errors
/// If the witness's stored state cannot be read or written.
pub fn record_acceptance(
    witness: &mut Witness<FolderStorage>,
    store: &StorageLocation,
    document: &str,
    digest: Option<String>,
) -> io::Result<()> {
    let mut accepted: AcceptedDocuments = witness.accepted_documents()?;
    match digest {
        Some(digest) => accepted.accept(&store_name(store), document, digest),
        None => accepted.forget(&store_name(store), document),
    }
    witness.record_documents(&accepted)
}

/// Reads the targets of a store for a report.
///
/// # Errors
/// If the store, or the witness's stored state, cannot be read.
pub fn stored_targets(store: &StorageLocation) -> io::Result<StoredTargets> {
    let accepted = accepted_digest(&open_witness()?, store, TARGETS_FILE)?;
    let bytes = match store.storage().read_all(TARGETS_FILE, MAX_BYTES) {
        // A file that is too long, and a link, a pipe or a folder in its place, was never accepted. It must not keep the
        // rest of the report from being made.
        Err(e) if e.kind() == io::ErrorKind::FileTooLarge || store.folder().is_some() => {
            return Ok(StoredTargets::NotAccepted);
        }
        bytes => bytes?,
    };
    Ok(match (bytes, accepted) {
        (None, None) => StoredTargets::Absent,
        (None, Some(_)) => StoredTargets::Removed,
        (Some(bytes), Some(digest)) if document_digest(&bytes) == digest => {
            let parsed = read_targets(&SourceFile::new(TARGETS_FILE, &bytes));
            // Another version of the program may have accepted what this one does not understand.
            if parsed.problems.iter().any(|problem| problem.severity == Severity::Error) {
                return Ok(StoredTargets::NotAccepted);
            }
            StoredTargets::Accepted(parsed.targets.into_iter().map(|(target, _)| target).collect())
        }
        (Some(_), _) => StoredTargets::NotAccepted,
    })
}
