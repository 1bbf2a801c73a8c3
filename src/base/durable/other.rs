//! Durable files on systems other than Unix, on which a department can run loa. Permissions, owners and the syncing of
//! names are left to the system, and a folder is identified by its path.
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::plain_file::{FileId, OpenMode, not_plain_file_error, not_regular_file_error};

/// A folder, identified by its path.
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

    /// Opens a folder inside this one. Links are not followed.
    pub fn open_subdir(&self, name: &OsStr) -> io::Result<Self> {
        Self::open_nofollow(&self.0.join(name))
    }

    /// Creates a folder inside this one, or opens the existing one.
    pub fn create_subdir(&self, name: &OsStr, _: u32) -> io::Result<Self> {
        match fs::create_dir(self.0.join(name)) {
            Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(e),
            _ => self.open_subdir(name),
        }
    }

    /// Returns `fallback`: these systems have no path that follows a moved folder.
    pub fn stable_path(&self, fallback: &Path) -> PathBuf {
        fallback.to_owned()
    }

    /// Returns the default identity, which is the same for every folder.
    #[allow(clippy::unnecessary_wraps)] // the Unix version can fail
    pub fn file_id(&self) -> io::Result<FileId> {
        Ok(FileId::default())
    }

    /// Returns the default identity, which is the same for every regular file. Other files give an error.
    pub fn file_id_of(&self, name: &OsStr) -> io::Result<FileId> {
        let is_file = fs::symlink_metadata(self.0.join(name))?.is_file();
        if is_file { Ok(FileId::default()) } else { Err(not_plain_file_error()) }
    }

    /// Returns true when the name exists, even as a broken link.
    pub fn contains(&self, name: &OsStr) -> bool {
        self.0.join(name).symlink_metadata().is_ok()
    }

    /// Opens a regular file. Links are not followed.
    pub fn open_file(&self, name: &OsStr, mode: OpenMode) -> io::Result<File> {
        self.file_id_of(name)?;
        let mut options = OpenOptions::new();
        match mode {
            OpenMode::Read => options.read(true),
            OpenMode::Append => options.append(true),
            OpenMode::Write => options.read(true).write(true),
        };
        options.open(self.0.join(name))
    }

    /// Creates a file for reading and appending. The name must not exist.
    pub fn create_file(&self, name: &OsStr, _: u32) -> io::Result<File> {
        OpenOptions::new().read(true).append(true).create_new(true).open(self.0.join(name))
    }

    /// Moves a file of this folder to `to_dir` as `to_name`, and replaces an existing file there.
    pub fn rename(&self, name: &OsStr, to_dir: &Self, to_name: &OsStr) -> io::Result<()> {
        fs::rename(self.0.join(name), to_dir.0.join(to_name))
    }

    /// Renames a file inside this folder. The new name must not exist.
    pub fn rename_noreplace(&self, name: &OsStr, to_name: &OsStr) -> io::Result<()> {
        if self.contains(to_name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.rename(name, self, to_name)
    }

    /// Removes the file with this name.
    pub fn unlink(&self, name: &OsStr) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    /// Does nothing: the system syncs the names.
    #[allow(clippy::unnecessary_wraps, clippy::unused_self)] // the Unix version can fail
    pub fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the default identity, which is the same for every file.
#[allow(clippy::unnecessary_wraps)] // the Unix version can fail
pub fn file_id(_: &File) -> io::Result<FileId> {
    Ok(FileId::default())
}

/// Does nothing: permissions are left to the system.
pub fn restrict_mode(_: &File, _: u32) {}

/// Opens a folder. These systems have no folders that can be opened, so this fails, or waits for no pipe.
pub fn open_folder(path: &Path, _: LinkPolicy) -> io::Result<File> {
    File::open(path)
}

/// Opens a regular file for reading. Links are followed.
pub fn open_regular(path: &Path) -> io::Result<File> {
    if fs::metadata(path)?.is_file() { File::open(path) } else { Err(not_regular_file_error()) }
}

/// Returns true when this process may create files in a folder.
pub fn is_writable_dir(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|metadata| metadata.is_dir() && !metadata.permissions().readonly())
}

/// Returns false: these systems cannot sync a whole file system.
#[allow(clippy::unnecessary_wraps)] // the Unix version can fail
pub fn sync_file_system(_: &File) -> io::Result<bool> {
    Ok(false)
}
