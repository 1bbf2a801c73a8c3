//! Opens the department's journal of a store, and prints what is wrong with it.
use std::io;

#[cfg(feature = "department")]
use super::registry_file::utc_now_text;
use super::registry_review::store_name;
use crate::airlog::keys::os_seed;
use crate::airlog::storage::FolderStorage;
#[cfg(feature = "department")]
use crate::base::platform::unix_time_s;
#[cfg(feature = "department")]
use crate::cli::exit::{EXIT_PROBLEMS, fail};
#[cfg(feature = "department")]
use crate::cli::record::key::wait_for_witness;
#[cfg(feature = "department")]
use crate::department::journal::comparison::JournalComparison;
#[cfg(feature = "department")]
use crate::department::journal::entry::JournalBody;
use crate::department::journal::fault::JournalFault;
use crate::department::journal::sentence::journal_fault_text;
use crate::department::journal::store::{OpenedJournal, open_journal};
use crate::department::journal::{JOURNAL_FOLDER, Journal};
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

/// Begins the journal of a store that has none.
///
/// # Errors
/// If the system has no random numbers.
pub fn begin_if_empty(opened: &mut OpenedJournal, witness: &Witness<FolderStorage>, at: &str) -> io::Result<()> {
    if opened.journal_mut().is_empty() {
        *opened.journal_mut() = Journal::begin(witness.key().public(), &os_seed()?[..16], at);
    }
    Ok(())
}

/// Adds an entry to the journal of a store. If the journal is not as this machine has written it, prints the reason and
/// returns the exit code. The caller holds the witness's lock.
///
/// # Errors
/// If the store or this machine's storage cannot be read, or this machine's storage cannot be written.
#[cfg(feature = "department")]
pub fn add_to_journal(
    store: &StorageLocation,
    witness: &mut Witness<FolderStorage>,
    body: &JournalBody,
    lang: Lang,
) -> io::Result<Result<(), u8>> {
    let (mut opened, name) = open_journal_of(store, witness)?;
    let faults = opened.comparison.faults.clone();
    print_faults(&faults, store, lang);
    // A collection records the fault as an incident before it writes the journal again, and this entry must not hide it.
    // The journal of another machine stays, and this one is kept here.
    if faults.iter().any(|fault| !matches!(fault, JournalFault::OtherKey { .. })) {
        return Ok(Err(fail(JournalText::NothingAdded {}.localized(lang), EXIT_PROBLEMS)));
    }
    let at = utc_now_text();
    begin_if_empty(&mut opened, witness, &at)?;
    opened.journal_mut().push(&at, body);
    let saved = opened.save(&mut store.child_storage(JOURNAL_FOLDER), witness, &name, unix_time_s())?;
    if let Some(e) = saved.store_error {
        print_stderr!("{}", JournalText::EntryNotPublished { detail: e.to_string() }.to_plain(lang));
    }
    Ok(Ok(()))
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
