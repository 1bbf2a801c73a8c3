//! Records a collection in the department's journal.
use std::io;

use super::incidents::{incidents_of, whole_origins};
use super::row::CollectRow;
use crate::airlog::storage::FolderStorage;
use crate::base::platform::unix_time_s;
use crate::cli::department::opened_journal::{begin_if_empty, open_journal_of, print_faults};
use crate::cli::department::registry_file::utc_now_text;
use crate::department::journal::JOURNAL_FOLDER;
use crate::department::journal::entry::CollectionRecord;
use crate::department::journal::fault::JournalFault;
use crate::department::journal::history::add_collection;
use crate::department::journal::incident::Incident;
use crate::department::witness::Witness;
use crate::logstore::location::StorageLocation;
use crate::text::journal::JournalText;
use crate::text::{Lang, Localize, print_stderr};

/// Records the rows of a collection, and prints what became of that. Returns false if the journal was not as this
/// machine had written it, or could not be written. The caller holds the witness's lock.
pub(super) fn record_collection(
    rows: &[CollectRow],
    sources: &[StorageLocation],
    store: &StorageLocation,
    witness: &mut Witness<FolderStorage>,
    lang: Lang,
) -> bool {
    match try_record(rows, sources, store, witness, lang) {
        Ok(is_good) => is_good,
        Err(e) => {
            print_stderr!("{}", JournalText::NotRecorded { detail: e.to_string() }.to_plain(lang));
            false
        }
    }
}

fn try_record(
    rows: &[CollectRow],
    sources: &[StorageLocation],
    store: &StorageLocation,
    witness: &mut Witness<FolderStorage>,
    lang: Lang,
) -> io::Result<bool> {
    let (mut opened, store_name) = open_journal_of(store, witness)?;
    let faults = opened.comparison.faults.clone();
    print_faults(&faults, store, lang);
    if faults.is_empty() && opened.comparison.is_shared() {
        let count = opened.comparison.taken_over.into();
        print_stderr!("{}", JournalText::TakenOver { count }.to_plain(lang));
    }
    let at = utc_now_text();
    begin_if_empty(&mut opened, witness, &at)?;
    let mut incidents: Vec<Incident> = faults.iter().map(JournalFault::to_incident).collect();
    incidents.extend(rows.iter().flat_map(incidents_of));
    let sources: Vec<String> = sources.iter().map(ToString::to_string).collect();
    let collection = CollectionRecord {
        logs: rows.iter().filter(|row| row.location.is_some()).count() as u64,
        new_entries: rows.iter().map(|row| row.new_entries).sum(),
        ..CollectionRecord::of_sources(&sources)
    };
    let (new, again) = add_collection(opened.journal_mut(), &at, collection, incidents, &whole_origins(rows));
    let mut storage = store.child_storage(JOURNAL_FOLDER);
    let saved = opened.save(&mut storage, witness, &store_name, unix_time_s())?;
    let path = format!("{store}/{JOURNAL_FOLDER}");
    if let Some(folder) = saved.set_aside {
        print_stderr!("{}", JournalText::SetAside { path: format!("{path}/{folder}") }.to_plain(lang));
    }
    if let Some(e) = &saved.store_error {
        print_stderr!("{}", JournalText::NotPublished { detail: e.to_string() }.to_plain(lang));
    }
    if new + again > 0 {
        print_stderr!("{}", JournalText::Recorded { new: new.into(), again: again.into(), path }.to_plain(lang));
    }
    Ok(faults.is_empty() && saved.store_error.is_none())
}
