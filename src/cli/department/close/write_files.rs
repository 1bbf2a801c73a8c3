//! Writes the files of a closing or an addendum into the store.
use std::io;

use crate::airlog::storage::{NewFile, Storage};
use crate::department::closing::kept::is_occupied;
use crate::department::closing::{CLOSINGS_FOLDER, SET_ASIDE_FOLDER};
use crate::department::journal::period_closing::ClosedFile;
use crate::text::closing::ClosingText;
use crate::text::{Lang, Localize, print_stderr};

/// The maximum number of interrupted closings of one period that are set aside.
const MAX_SET_ASIDE: u32 = 100;
/// The maximum size of a file that is set aside in an object store, in bytes. Larger ones stay where they are.
const MAX_MOVED_BYTES: u64 = 64 * 1024 * 1024;

/// Writes files to a folder, and describes them for the journal.
///
/// # Errors
/// If the store cannot be written.
pub(super) fn write_files<S: Storage>(storage: &mut S, folder: &str, files: &[NewFile]) -> io::Result<Vec<ClosedFile>> {
    for (name, bytes) in files {
        storage.replace(&format!("{folder}/{name}"), bytes)?;
    }
    Ok(files.iter().map(|(name, bytes)| ClosedFile::new(name, bytes)).collect())
}

/// Moves what lies in the place of a new closing or addendum aside: the files of one that was interrupted, or somebody
/// else's. `name` is the name of the folder to which they go, without its number.
///
/// # Errors
/// If the store cannot be read or written, or has too many of such folders.
pub(super) fn set_aside<S: Storage>(storage: &mut S, folder: &str, name: &str, lang: Lang) -> io::Result<()> {
    if !is_occupied(storage, folder) {
        return Ok(());
    }
    let targets = (1..=MAX_SET_ASIDE).map(|number| format!("{CLOSINGS_FOLDER}/{SET_ASIDE_FOLDER}/{name}-{number}"));
    let target = targets.clone().find(|target| !is_occupied(storage, target)).ok_or(io::ErrorKind::AlreadyExists)?;
    if storage.is_remote() {
        move_objects(storage, folder, &target)?;
    } else {
        storage.rename(folder, &target)?;
    }
    print_stderr!("{}", ClosingText::LeftoverSetAside { folder: target }.to_plain(lang));
    Ok(())
}

/// Moves the objects below a prefix one by one: an object store has no folders that could be renamed.
fn move_objects<S: Storage>(storage: &mut S, folder: &str, target: &str) -> io::Result<()> {
    for name in storage.list(folder)? {
        let path = format!("{folder}/{name}");
        if let Some(bytes) = storage.read_all(&path, MAX_MOVED_BYTES)? {
            storage.replace(&format!("{target}/{name}"), &bytes)?;
            storage.remove(&path)?;
        }
    }
    Ok(())
}
