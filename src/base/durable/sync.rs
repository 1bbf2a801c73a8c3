//! Syncs many files, or a whole file system, at once.
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::Path;

use super::anchored_path::AnchoredPath;
use super::system::{self, DirHandle};

/// Syncs files written with [`write_unsynced`](super::write_unsynced), and their names, so that they survive a power
/// cut. Each file is synced through the descriptor that wrote it, if the caller still has that descriptor.
///
/// # Errors
/// If a system call fails. Some of the files may then be missing from the disk.
pub fn sync_files<'a>(files: impl Iterator<Item = (&'a Path, Option<&'a File>)>) -> io::Result<()> {
    let mut folders = BTreeSet::new();
    for (path, file) in files {
        match file {
            Some(file) => file.sync_all()?,
            None => AnchoredPath::resolve(path)?.open_read()?.sync_all()?,
        }
        folders.insert(path.parent());
    }
    // A folder's name is stored in its parent folder, so up to four levels of parents are synced too.
    let parents: Vec<_> = folders.iter().flatten().flat_map(|folder| folder.ancestors().skip(1).take(4)).collect();
    folders.extend(parents.into_iter().filter(|folder| !folder.as_os_str().is_empty()).map(Some));
    folders.into_iter().flatten().try_for_each(|folder| DirHandle::open(folder)?.sync())
}

/// Syncs the whole file system of an open folder, so that its contents survive a power cut. Returns false on systems
/// that cannot do this. Open the folder before writing the first file, because only later write errors are reported.
///
/// # Errors
/// If the sync fails, or a write failed after the folder was opened.
pub fn sync_file_system_of(folder: &File) -> io::Result<bool> {
    system::sync_file_system(folder)
}
