//! What was accepted of the documents in a store: what the department's journal says, and before that what this machine
//! has recorded. This is the only place that knows where acceptances are.
use std::io;

use crate::airlog::storage::{FolderStorage, Storage};
use crate::cli::department::opened_journal::{add_to_journal, open_journal_of};
use crate::cli::department::registry_review::store_name;
use crate::cli::record::key::open_witness;
use crate::department::accepted_documents::{AcceptedDocuments, document_digest};
use crate::department::journal::entry::{AcceptedTargets, JournalBody};
use crate::department::target::campaign::DefinedCampaign;
use crate::department::target::read::read_targets;
use crate::department::target::{TARGETS_FILE, Target};
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::schedule::SourceFile;
use crate::schedule::problem::Severity;
use crate::schedule::read::MAX_BYTES;
use crate::text::Lang;

/// The targets of a store that a report can use.
#[derive(Debug, Clone)]
pub enum StoredTargets {
    /// There are none, and none were accepted.
    Absent,
    /// They are not those that were accepted.
    NotAccepted,
    /// They were accepted, but the store no longer has them.
    Removed,
    /// They are those that were accepted.
    Accepted {
        /// The targets.
        targets: Vec<Target>,
        /// The campaigns.
        campaigns: Vec<DefinedCampaign>,
    },
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
    Ok(accepted_documents(witness, store)?.digest(&store_name(store), document).map(str::to_owned))
}

/// Returns the accepted documents of a store: those that its journal names, and those that this machine accepted before
/// the journal recorded that.
///
/// # Errors
/// If the store, or the witness's stored state, cannot be read.
pub fn accepted_documents(witness: &Witness<FolderStorage>, store: &StorageLocation) -> io::Result<AcceptedDocuments> {
    let mut accepted = witness.accepted_documents()?;
    let (opened, name) = open_journal_of(store, witness)?;
    accepted.add_from_journal(&name, &opened.comparison.journal);
    Ok(accepted)
}

/// Records in the journal that the targets of a store were accepted; with `None`, that their absence was. If the journal
/// is not as this machine has written it, prints the reason and returns the exit code. The caller holds the witness's
/// lock.
///
/// # Errors
/// If the store cannot be read, or the witness's stored state cannot be read or written.
pub fn record_acceptance(
    witness: &mut Witness<FolderStorage>,
    store: &StorageLocation,
    digest: Option<String>,
    lang: Lang,
) -> io::Result<Result<(), u8>> {
    add_to_journal(store, witness, &JournalBody::Targets(AcceptedTargets { sha256: digest }), lang)
}

/// Returns the bytes of the accepted targets; `None` if none were accepted, or the store does not have them.
///
/// # Errors
/// If the store, or the witness's stored state, cannot be read.
pub fn accepted_targets(store: &StorageLocation) -> io::Result<Option<Vec<u8>>> {
    let accepted = accepted_digest(&open_witness()?, store, TARGETS_FILE)?;
    if accepted.is_none() {
        return Ok(None);
    }
    let bytes = store.storage().read_all(TARGETS_FILE, MAX_BYTES)?;
    Ok(bytes.filter(|bytes| accepted == Some(document_digest(bytes))))
}

/// Parses the bytes of targets.
#[must_use]
pub fn parsed_targets(bytes: Option<&[u8]>) -> StoredTargets {
    let Some(bytes) = bytes else { return StoredTargets::Absent };
    let parsed = read_targets(&SourceFile::new(TARGETS_FILE, bytes));
    // Another version of the program may have accepted what this one does not understand.
    if parsed.problems.iter().any(|problem| problem.severity == Severity::Error) {
        return StoredTargets::NotAccepted;
    }
    StoredTargets::Accepted {
        targets: parsed.targets.into_iter().map(|(target, _)| target).collect(),
        campaigns: parsed.campaigns.into_iter().map(|(campaign, _)| campaign).collect(),
    }
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
        (Some(bytes), Some(digest)) if document_digest(&bytes) == digest => parsed_targets(Some(&bytes)),
        (Some(_), _) => StoredTargets::NotAccepted,
    })
}
