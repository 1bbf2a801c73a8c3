//! Syncs many files, or a whole file system, at once.
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::Path;

use super::anchored_path::AnchoredPath;
use super::system::{self, DirHandle};

/// Makes files written with [`write_unsynced`](super::write_unsynced), and their names, survive a power cut. Syncs each
/// file through the descriptor that wrote it, if the caller still has it.
///
/// # Errors
/// If a system call fails: then any of the files may not have reached the disk.
pub fn sync_files<'a>(files: impl Iterator<Item = (&'a Path, Option<&'a File>)>) -> io::Result<()> {
    let mut folders = BTreeSet::new();
    for (path, file) in files {
        match file {
            Some(file) => file.sync_all()?,
            None => AnchoredPath::resolve(path)?.open_read()?.sync_all()?,
        }
        folders.insert(path.parent());
    }
    // The name of a folder is stored in its parent folder. Four levels of parents are synced.
    let parents: Vec<_> = folders.iter().flatten().flat_map(|folder| folder.ancestors().skip(1).take(4)).collect();
    folders.extend(parents.into_iter().filter(|folder| !folder.as_os_str().is_empty()).map(Some));
    folders.into_iter().flatten().try_for_each(|folder| DirHandle::open(folder)?.sync())
}

/// Makes everything on the file system of this open folder survive a power cut. Returns false on systems that cannot do
/// this. Open the folder before writing the first file: only write errors since then are reported.
///
/// # Errors
/// If the sync fails, or a write failed after the folder was opened.
pub fn sync_file_system_of(folder: &File) -> io::Result<bool> {
    system::sync_file_system(folder)
}
