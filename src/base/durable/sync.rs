//! Syncing of many files at once.
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::Path;

use super::anchored_path::AnchoredPath;
use super::system::{self, DirHandle};

/// Makes files written with [`write_unsynced`](super::write_unsynced) survive a power cut, and their names. Syncs each
/// by the descriptor that wrote it, if that is still open.
///
/// # Errors
/// Errors of the system; any means that some file may not have reached the disk.
pub fn sync_files<'a>(files: impl Iterator<Item = (&'a Path, Option<&'a File>)>) -> io::Result<()> {
    let mut folders = BTreeSet::new();
    for (path, file) in files {
        match file {
            Some(file) => file.sync_all()?,
            None => AnchoredPath::resolve(path)?.open_read()?.sync_all()?,
        }
        folders.insert(path.parent());
    }
    // The name of a folder is an entry of the folder above it.
    let above: Vec<_> = folders.iter().flatten().flat_map(|folder| folder.ancestors().skip(1).take(4)).collect();
    folders.extend(above.into_iter().filter(|folder| !folder.as_os_str().is_empty()).map(Some));
    folders.into_iter().flatten().try_for_each(|folder| DirHandle::open(folder)?.sync())
}

/// Makes everything on the file system of this open folder survive a power cut. Returns false where the system cannot do
/// that. The system reports failures since the folder was opened, so open it before the first file is written.
///
/// # Errors
/// Errors of the system, those of earlier writes included.
pub fn sync_file_system_of(folder: &File) -> io::Result<bool> {
    system::sync_file_system(folder)
}
