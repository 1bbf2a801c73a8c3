//! The files of stated rows in a store. They are only added, never changed.
use std::collections::BTreeSet;
use std::io;

use chrono::NaiveDate;

use crate::airlog::storage::{NewFile, Storage};
use crate::cli::department::registry_review::store_name;
use crate::cli::department::target::documents::accepted_documents;
use crate::cli::record::key::open_witness;
use crate::department::accepted_documents::document_digest;
use crate::department::stated::StatedRow;
use crate::department::stated::read::{MAX_STATED_BYTES, read_stated_rows};
use crate::logstore::location::StorageLocation;
use crate::schedule::SourceFile;
use crate::text::strip_unprintable;

/// The folder of the files in a store.
pub const STATED_FOLDER: &str = "stated";
/// The maximum number of files in a store.
pub const MAX_STATED_FILES: usize = 2_000;

/// Returns the rows of all files that were added on this machine, and the names of files that are missing, changed, or
/// were not added on this machine.
///
/// # Errors
/// If the store, or the witness's stored state, cannot be read.
pub fn kept_rows(store: &StorageLocation, today: NaiveDate) -> io::Result<(Vec<StatedRow>, Vec<String>)> {
    let (files, disputed) = kept_files(store)?;
    Ok((files.iter().flat_map(|(name, bytes)| rows_of(name, bytes, today)).collect(), disputed))
}

/// Returns the rows of a file.
#[must_use]
pub fn rows_of(name: &str, bytes: &[u8], today: NaiveDate) -> Vec<StatedRow> {
    read_stated_rows(&SourceFile::new(name, bytes), today).rows
}

/// Returns the names and the bytes of all files that were added on this machine, and the names of files that are missing,
/// changed, or were not added on this machine.
///
/// # Errors
/// If the store, or the witness's stored state, cannot be read.
pub fn kept_files(store: &StorageLocation) -> io::Result<(Vec<NewFile>, Vec<String>)> {
    let accepted = accepted_documents(&open_witness()?, store)?;
    let (store_name, storage) = (store_name(store), store.storage());
    let prefix = format!("{STATED_FOLDER}/");
    let listed = storage.list(STATED_FOLDER)?;
    let mut names: BTreeSet<String> = accepted.names(&store_name, &prefix).map(str::to_owned).collect();
    // Of files that nobody added, only the names are used.
    names.extend(listed.into_iter().take(2 * MAX_STATED_FILES).map(|name| format!("{prefix}{name}")));
    let (mut files, mut disputed) = (Vec::new(), Vec::new());
    for name in names {
        let digest = accepted.digest(&store_name, &name);
        // A file that cannot be read counts as changed, so that one bad file does not hide the others.
        let bytes = digest.and_then(|_| storage.read_bounded(&name, MAX_STATED_BYTES).ok().flatten());
        match bytes.filter(|bytes| digest == Some(document_digest(bytes).as_str())) {
            Some(bytes) => files.push((name, bytes)),
            None => disputed.push(strip_unprintable(&name)),
        }
    }
    Ok((files, disputed))
}
