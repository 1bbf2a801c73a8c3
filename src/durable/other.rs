//! The same where there is no Unix: a department's desk. Rights and owners are the system's own affair there, and the
//! names of files are kept without being asked.
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// Renames a file to a name that nothing has.
pub fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    if to.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::rename(from, to)
}

/// Whether this process may make files in a folder.
pub fn usable(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|folder| folder.is_dir() && !folder.permissions().readonly())
}

pub fn make_one_folder(folder: &Path, _: u32) -> io::Result<()> {
    fs::create_dir(folder)
}

pub fn give_to_owner_of_folder(_: &File, _: &Path) {}

pub fn new_file(path: &Path, _: u32) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[allow(clippy::unnecessary_wraps)] // elsewhere it can fail
pub fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[allow(clippy::unnecessary_wraps)] // elsewhere it can fail
pub fn sync_file_system(_: &File) -> io::Result<bool> {
    Ok(false)
}
