//! Durable files on systems other than Unix, for a department's desk. Permissions and owners are left to the system, it
//! syncs names by itself, and a folder is held by its path.
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::plain_file::{FileId, OpenMode, not_plain_file_error, not_regular_file_error};

/// A folder, held by its path.
#[derive(Debug)]
pub struct PathDirHandle(PathBuf);

pub use self::PathDirHandle as DirHandle;

impl PathDirHandle {
    /// Opens the folder that a path leads to.
    pub fn open(path: &Path) -> io::Result<Self> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        if fs::metadata(path)?.is_dir() { Ok(Self(path.to_owned())) } else { Err(not_plain_file_error()) }
    }

    /// Opens a folder that is not a link.
    pub fn open_nofollow(path: &Path) -> io::Result<Self> {
        if fs::symlink_metadata(path)?.is_dir() { Ok(Self(path.to_owned())) } else { Err(not_plain_file_error()) }
    }

    /// Opens a folder in this one; links are not followed.
    pub fn open_subdir(&self, name: &OsStr) -> io::Result<Self> {
        Self::open_nofollow(&self.0.join(name))
    }

    /// Makes a folder in this one, or opens the one that exists.
    pub fn create_subdir(&self, name: &OsStr, _: u32) -> io::Result<Self> {
        match fs::create_dir(self.0.join(name)) {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(e),
            _ => self.open_subdir(name),
        }
    }

    /// Returns a path to it.
    pub fn stable_path(&self, fallback: &Path) -> PathBuf {
        fallback.to_owned()
    }

    /// Returns the identity of the folder.
    #[allow(clippy::unnecessary_wraps)] // elsewhere it can fail
    pub fn file_id(&self) -> io::Result<FileId> {
        Ok(FileId::default())
    }

    /// Returns the identity of the file with this name, if it is a regular file.
    pub fn file_id_of(&self, name: &OsStr) -> io::Result<FileId> {
        let is_file = fs::symlink_metadata(self.0.join(name))?.is_file();
        if is_file { Ok(FileId::default()) } else { Err(not_plain_file_error()) }
    }

    /// Whether anything has this name.
    pub fn contains(&self, name: &OsStr) -> bool {
        self.0.join(name).symlink_metadata().is_ok()
    }

    /// Opens a regular file.
    pub fn open_file(&self, name: &OsStr, what: OpenMode) -> io::Result<File> {
        self.file_id_of(name)?;
        let mut options = OpenOptions::new();
        match what {
            OpenMode::Read => options.read(true),
            OpenMode::Append => options.append(true),
            OpenMode::Write => options.read(true).write(true),
        };
        options.open(self.0.join(name))
    }

    /// Makes a file under a free name, for reading and appending.
    pub fn create_file(&self, name: &OsStr, _: u32) -> io::Result<File> {
        OpenOptions::new().read(true).append(true).create_new(true).open(self.0.join(name))
    }

    /// Renames a file of this folder into another folder; replaces a file of the new name.
    pub fn rename(&self, name: &OsStr, folder: &Self, to: &OsStr) -> io::Result<()> {
        fs::rename(self.0.join(name), folder.0.join(to))
    }

    /// Renames a file of this folder to a name that must be free.
    pub fn rename_noreplace(&self, name: &OsStr, to: &OsStr) -> io::Result<()> {
        if self.contains(to) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.rename(name, self, to)
    }

    /// Removes a name.
    pub fn unlink(&self, name: &OsStr) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    /// Makes the names in it survive a power cut.
    #[allow(clippy::unnecessary_wraps, clippy::unused_self)] // elsewhere it can fail
    pub fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the identity of an open file.
#[allow(clippy::unnecessary_wraps)] // elsewhere it can fail
pub fn file_id(_: &File) -> io::Result<FileId> {
    Ok(FileId::default())
}

/// Does nothing: permissions are left to the system.
pub fn restrict_mode(_: &File, _: u32) {}

/// Opens a regular file; links are followed.
pub fn open_regular(path: &Path) -> io::Result<File> {
    if fs::metadata(path)?.is_file() { File::open(path) } else { Err(not_regular_file_error()) }
}

/// Whether this process may make files in a folder.
pub fn is_writable_dir(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|folder| folder.is_dir() && !folder.permissions().readonly())
}

/// Syncs everything on the file system of an open folder; returns false where the system cannot do that.
#[allow(clippy::unnecessary_wraps)] // elsewhere it can fail
pub fn sync_file_system(_: &File) -> io::Result<bool> {
    Ok(false)
}
