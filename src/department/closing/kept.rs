//! Reads the kept files of closings, and compares them with the journal.
use std::collections::BTreeMap;
use std::io;

use super::fault::ClosingFault;
use super::{CLOSINGS_FOLDER, RecordedClosing, SET_ASIDE_FOLDER, addendum_folder};
use crate::airlog::storage::Storage;
use crate::base::hash::sha256_hex;
use crate::department::journal::period_closing::ClosedFile;

/// The maximum number of unknown files and folders that are told.
const MAX_TOLD: usize = 20;

/// The files of a closing that are as they were kept, and what is wrong with the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClosingFiles {
    /// The bytes by name. The files of an addendum have its folder in their names.
    pub files: BTreeMap<String, Vec<u8>>,
    /// The faults.
    pub faults: Vec<ClosingFault>,
}

/// Reads a closing. `storage` is that of the store.
///
/// # Errors
/// If the store cannot be reached.
pub fn read_kept_files<S: Storage>(storage: &S, closing: &RecordedClosing) -> io::Result<ClosingFiles> {
    let folder = closing.folder();
    let mut kept = ClosingFiles::default();
    for file in &closing.closing.files {
        read_file(storage, &folder, &file.name, file, &mut kept)?;
    }
    let is_missing = |fault: &ClosingFault| matches!(fault, ClosingFault::FileMissing { .. });
    if kept.files.is_empty() && kept.faults.iter().all(is_missing) {
        kept.faults = vec![ClosingFault::FolderMissing];
    }
    for (_, addendum) in &closing.addenda {
        for file in &addendum.files {
            let name = format!("{}/{}", addendum_folder(addendum.number), file.name);
            read_file(storage, &folder, &name, file, &mut kept)?;
        }
    }
    let is_known = |name: &str| {
        closing.closing.files.iter().any(|file| file.name == name)
            || closing.addenda.iter().any(|(_, addendum)| addendum_folder(addendum.number) == name)
    };
    let mut unknown = listed(storage, &folder);
    unknown.retain(|name| !is_known(name));
    for (_, addendum) in &closing.addenda {
        let name = addendum_folder(addendum.number);
        let mut added = listed(storage, &format!("{folder}/{name}"));
        added.retain(|added| addendum.files.iter().all(|file| file.name != *added));
        unknown.extend(added.into_iter().map(|added| format!("{name}/{added}")));
    }
    kept.faults.extend(unknown.into_iter().take(MAX_TOLD).map(|name| ClosingFault::UnknownFile { name }));
    if !closing.repeated_by.is_empty() {
        kept.faults.push(ClosingFault::ClosedTwice { entries: closing.repeated_by.clone() });
    }
    Ok(kept)
}

/// Reads a file, of which no more is read than the journal says that it has.
fn read_file<S: Storage>(
    storage: &S,
    folder: &str,
    name: &str,
    file: &ClosedFile,
    kept: &mut ClosingFiles,
) -> io::Result<()> {
    let name = name.to_owned();
    match storage.read_all(&format!("{folder}/{name}"), file.bytes) {
        Ok(Some(bytes)) if sha256_hex(&bytes) == file.sha256 => drop(kept.files.insert(name, bytes)),
        Ok(Some(_)) => kept.faults.push(ClosingFault::FileAltered { name }),
        Ok(None) => kept.faults.push(ClosingFault::FileMissing { name }),
        Err(e) if e.kind() == io::ErrorKind::FileTooLarge => kept.faults.push(ClosingFault::FileAltered { name }),
        Err(e) if e.kind() == io::ErrorKind::NotConnected => return Err(e),
        // A link, a folder or a pipe in the place of the file, or of its folder.
        Err(_) => kept.faults.push(ClosingFault::FileUnreadable { name }),
    }
    Ok(())
}

/// Returns the names in a folder, sorted; none if it cannot be listed. What should be there is found by its name.
fn listed<S: Storage>(storage: &S, folder: &str) -> Vec<String> {
    // Some storages list the files of folders too.
    let first_part = |name: String| name.split('/').next().map(str::to_owned);
    let mut names: Vec<String> = storage.list(folder).unwrap_or_default().into_iter().filter_map(first_part).collect();
    names.sort();
    names.dedup();
    names
}

/// Returns true if something lies in a folder.
#[must_use]
pub fn is_occupied<S: Storage>(storage: &S, folder: &str) -> bool {
    storage.list(folder).map_or(true, |names| !names.is_empty())
}

/// Finds the folders that belong to no closing of the journal: those of a closing that was interrupted, or that somebody
/// has put there.
#[must_use]
pub fn leftovers<S: Storage>(storage: &S, closings: &[RecordedClosing]) -> Vec<ClosingFault> {
    let mut names = listed(storage, CLOSINGS_FOLDER);
    names.retain(|name| name != SET_ASIDE_FOLDER && closings.iter().all(|closing| closing.range.to_string() != *name));
    let fault = |name: String| ClosingFault::Leftover { folder: format!("{CLOSINGS_FOLDER}/{name}") };
    names.into_iter().take(MAX_TOLD).map(fault).collect()
}
