//! Opens the closed periods of a store.
use std::io;
use std::path::Path;

use crate::airlog::storage::FolderStorage;
use crate::cli::department::opened_journal::{print_faults, read_journal};
use crate::cli::department::registry_file::read_store_registry;
use crate::cli::department::store::{DEFAULT_RETRY_TIME, parse_location, report_store_failure};
use crate::cli::record::key::open_witness;
use crate::department::closing::fault::ClosingFault;
use crate::department::closing::kept::{ClosingFiles, read_kept_files};
use crate::department::closing::{RecordedClosing, recorded_closings};
use crate::department::journal::comparison::JournalComparison;
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::text::closing::ClosingText;
use crate::text::{Lang, Localize, print_stderr};

/// A store with the periods that its journal closes. This machine's copy of the journal says which files they have, so
/// nobody can change a closing by changing the store.
pub(super) struct OpenedClosings {
    pub(super) location: StorageLocation,
    pub(super) witness: Witness<FolderStorage>,
    pub(super) journal: JournalComparison,
    pub(super) closings: Vec<RecordedClosing>,
}

/// Opens a store. If that fails, prints the reason and returns the exit code.
///
/// # Errors
/// If the witness's stored state cannot be read.
pub(super) fn open_closings(store: &Path, lang: Lang) -> io::Result<Result<OpenedClosings, u8>> {
    let location = match parse_location(store, DEFAULT_RETRY_TIME, lang) {
        Ok(location) => location,
        Err(code) => return Ok(Err(code)),
    };
    if let Err(code) = read_store_registry(&location, lang) {
        return Ok(Err(code));
    }
    let witness = open_witness()?;
    let journal = match read_journal(&location, &witness) {
        Ok(journal) => journal,
        Err(e) => return Ok(Err(report_store_failure(&location.to_string(), &e, lang))),
    };
    print_faults(&journal.faults, &location, lang);
    let closings = recorded_closings(&journal.journal);
    Ok(Ok(OpenedClosings { location, witness, journal, closings }))
}

/// Reads the files of a closing, and prints its faults.
///
/// # Errors
/// If the store cannot be reached.
pub(super) fn read_and_print(
    location: &StorageLocation,
    closing: &RecordedClosing,
    lang: Lang,
) -> io::Result<ClosingFiles> {
    let kept = read_kept_files(&location.storage(), closing)?;
    for fault in &kept.faults {
        print_fault(closing, fault, lang);
    }
    Ok(kept)
}

/// Prints a fault of a closing.
pub(super) fn print_fault(closing: &RecordedClosing, fault: &ClosingFault, lang: Lang) {
    let text = ClosingText::Fault { period: closing.range.to_string(), fault: fault.text() };
    print_stderr!("{}", text.to_plain(lang));
}
