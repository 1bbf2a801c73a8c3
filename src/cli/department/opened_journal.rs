//! Opens the department's journal of a store, and prints what is wrong with it.
use std::io;

use super::registry_review::store_name;
use crate::airlog::storage::FolderStorage;
#[cfg(feature = "department")]
use crate::cli::record::key::wait_for_witness;
use crate::department::journal::JOURNAL_FOLDER;
#[cfg(feature = "department")]
use crate::department::journal::comparison::JournalComparison;
use crate::department::journal::fault::JournalFault;
use crate::department::journal::sentence::journal_fault_text;
use crate::department::journal::store::{OpenedJournal, open_journal};
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::text::journal::JournalText;
use crate::text::{Lang, Localize, print_stderr};

/// Opens the journal of a store. Returns it with the store's name on this machine.
///
/// # Errors
/// If the store or this machine's storage cannot be read.
pub fn open_journal_of(
    store: &StorageLocation,
    witness: &Witness<FolderStorage>,
) -> io::Result<(OpenedJournal, String)> {
    let name = store_name(store);
    Ok((open_journal(&store.child_storage(JOURNAL_FOLDER), witness, &name)?, name))
}

/// Reads the journal of a store while a collection may be writing it.
///
/// # Errors
/// If the store or this machine's storage cannot be read.
#[cfg(feature = "department")]
pub fn read_journal(store: &StorageLocation, witness: &Witness<FolderStorage>) -> io::Result<JournalComparison> {
    let comparison = open_journal_of(store, witness)?.0.comparison;
    if comparison.faults.is_empty() {
        return Ok(comparison);
    }
    // A fault may only be a write that is not finished yet, so the journal is judged again when no collection runs.
    let _witness_lock = wait_for_witness()?;
    Ok(open_journal_of(store, witness)?.0.comparison)
}

/// Prints the faults of a journal, with a hint.
pub fn print_faults(faults: &[JournalFault], store: &StorageLocation, lang: Lang) {
    for fault in faults {
        print_stderr!("{}", JournalText::Fault { fault: journal_fault_text(fault) }.to_plain(lang));
    }
    let is_other = faults.iter().any(|fault| matches!(fault, JournalFault::OtherKey { .. }));
    let store = store.to_string();
    if is_other {
        print_stderr!("{}", JournalText::OtherKeyHint { store }.to_plain(lang));
    } else if !faults.is_empty() {
        print_stderr!("{}", JournalText::Hint { store }.to_plain(lang));
    }
}
