//! Durable files on Unix: folders held open, permissions, owners, renaming without replacing, syncing.
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, RenameFlags, Stat, fstat, mkdirat, openat, renameat, renameat_with, statat,
    unlinkat,
};
use rustix::io::Errno;

use super::plain_file::{FileId, OpenMode, not_plain_file_error, not_regular_file_error};

/// A folder that is held open. Operations act on this folder, even if its path leads to another one by now.
#[derive(Debug)]
pub struct DirHandle(OwnedFd);

#[cfg(target_os = "linux")]
const DIR_FLAGS: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
#[cfg(not(target_os = "linux"))]
const DIR_FLAGS: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC);

#[allow(clippy::unnecessary_cast)] // other systems have other widths
fn file_id_from_stat(stat: &Stat) -> FileId {
    FileId { device: stat.st_dev as u64, inode: stat.st_ino as u64 }
}

fn file_type(stat: &Stat) -> FileType {
    FileType::from_raw_mode(stat.st_mode)
}

/// Turns the errors for links, pipes without a reader and folders into one: it is not a regular file.
fn map_open_error(error: Errno) -> io::Error {
    match error {
        Errno::LOOP | Errno::NXIO | Errno::ISDIR | Errno::MLINK => not_plain_file_error(),
        error => error.into(),
    }
}

impl DirHandle {
    /// Opens the folder that a path leads to.
    pub fn open(path: &Path) -> io::Result<Self> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        Ok(Self(openat(CWD, path, DIR_FLAGS, Mode::empty())?))
    }

    /// Opens a folder that is not a link; folders above it may be links.
    pub fn open_nofollow(path: &Path) -> io::Result<Self> {
        match openat(CWD, path, DIR_FLAGS | OFlags::NOFOLLOW, Mode::empty()) {
            Ok(folder) => Ok(Self(folder)),
            Err(Errno::LOOP) => Err(not_plain_file_error()),
            Err(Errno::NOTDIR) if path.symlink_metadata().is_ok() => Err(not_plain_file_error()),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens a folder in this one; links are not followed.
    pub fn open_subdir(&self, name: &OsStr) -> io::Result<Self> {
        match openat(&self.0, name, DIR_FLAGS | OFlags::NOFOLLOW, Mode::empty()) {
            Ok(folder) => Ok(Self(folder)),
            Err(Errno::LOOP | Errno::NOTDIR) => Err(not_plain_file_error()),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a folder in this one durably, or opens the one that exists.
    pub fn create_subdir(&self, name: &OsStr, mode: u32) -> io::Result<Self> {
        match mkdirat(&self.0, name, Mode::from_raw_mode(mode)) {
            Ok(()) => {
                let made = self.open_subdir(name)?;
                self.chown_subdir_to_dir_owner(&made);
                self.sync()?;
                Ok(made)
            }
            Err(Errno::EXIST) => self.open_subdir(name),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns a path that leads to this folder even after it is moved, as long as it is held open; `fallback` where
    /// the system has no such path.
    pub fn stable_path(&self, fallback: &Path) -> PathBuf {
        use std::os::fd::AsRawFd;
        let path = PathBuf::from(format!("/proc/self/fd/{}", self.0.as_raw_fd()));
        let leads_here = Self::open(&path).and_then(|there| there.file_id()).ok() == self.file_id().ok();
        if leads_here { path } else { fallback.to_owned() }
    }

    /// Returns the identity of the folder.
    pub fn file_id(&self) -> io::Result<FileId> {
        Ok(file_id_from_stat(&fstat(&self.0)?))
    }

    /// Returns the identity of the file with this name, if it is a regular file.
    pub fn file_id_of(&self, name: &OsStr) -> io::Result<FileId> {
        let stat = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
        if file_type(&stat) == FileType::RegularFile {
            Ok(file_id_from_stat(&stat))
        } else {
            Err(not_plain_file_error())
        }
    }

    /// Whether anything has this name.
    pub fn contains(&self, name: &OsStr) -> bool {
        statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// Opens a regular file. Nothing else is opened, because opening a pipe blocks and opening a device may act.
    pub fn open_file(&self, name: &OsStr, what: OpenMode) -> io::Result<File> {
        let flags = match what {
            OpenMode::Read => OFlags::RDONLY,
            OpenMode::Append => OFlags::WRONLY | OFlags::APPEND,
            OpenMode::Write => OFlags::RDWR,
        };
        // Opening some devices has effects, so the type is checked before, ...
        self.file_id_of(name)?;
        let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = openat(&self.0, name, flags, Mode::empty()).map_err(map_open_error)?;
        // ... and again after, because the name may stand for another file by now.
        if file_type(&fstat(&file)?) == FileType::RegularFile { Ok(file.into()) } else { Err(not_plain_file_error()) }
    }

    /// Makes a file under a free name, for reading and appending.
    pub fn create_file(&self, name: &OsStr, mode: u32) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::APPEND | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = File::from(openat(&self.0, name, flags, Mode::from_raw_mode(mode))?);
        self.chown_to_dir_owner(&file);
        Ok(file)
    }

    /// Gives a new file to the owner of its folder when root makes it in another user's folder. Only a file made by
    /// this very call changes its owner: any other file of the name may have been put there by somebody else.
    fn chown_to_dir_owner(&self, made: impl AsFd) {
        use rustix::fs::fchown;
        let owner = fstat(&self.0).ok().filter(|owner| owner.st_uid != 0 && rustix::process::geteuid().is_root());
        if let Some(owner) = owner {
            let (uid, gid) = (rustix::fs::Uid::from_raw(owner.st_uid), rustix::fs::Gid::from_raw(owner.st_gid));
            let _ = fchown(made, Some(uid), Some(gid));
        }
    }

    /// Gives a new folder to the owner of the folder above. Making and opening are two steps, so somebody may replace
    /// the folder between them: only a folder that is root's and empty changes its owner, which gives nothing away.
    fn chown_subdir_to_dir_owner(&self, made: &Self) {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let Ok(open) = openat(&made.0, ".", flags, Mode::empty()) else { return };
        let is_roots = fstat(&open).is_ok_and(|stat| stat.st_uid == 0);
        let is_empty = rustix::fs::Dir::read_from(&open).is_ok_and(|names| {
            names.flatten().all(|name| [&b"."[..], &b".."[..]].contains(&name.file_name().to_bytes()))
        });
        if is_roots && is_empty {
            self.chown_to_dir_owner(&open);
        }
    }

    /// Renames a file of this folder into another folder; replaces a file of the new name.
    pub fn rename(&self, name: &OsStr, folder: &Self, to: &OsStr) -> io::Result<()> {
        Ok(renameat(&self.0, name, &folder.0, to)?)
    }

    /// Renames a file of this folder to a name that must be free.
    pub fn rename_noreplace(&self, name: &OsStr, to: &OsStr) -> io::Result<()> {
        match renameat_with(&self.0, name, &self.0, to, RenameFlags::NOREPLACE) {
            Ok(()) => Ok(()),
            // Some file systems of USB sticks cannot do it in one step.
            Err(Errno::INVAL | Errno::NOSYS) if !self.contains(to) => self.rename(name, self, to),
            Err(Errno::INVAL | Errno::NOSYS) => Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a name.
    pub fn unlink(&self, name: &OsStr) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Makes the names in it survive a power cut.
    pub fn sync(&self) -> io::Result<()> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(rustix::fs::fsync(openat(&self.0, ".", flags, Mode::empty())?)?)
    }
}

/// Returns the identity of an open file.
pub fn file_id(file: &File) -> io::Result<FileId> {
    Ok(file_id_from_stat(&fstat(file)?))
}

/// Restricts the permissions of a file, if this process' user owns it and it has no other name.
pub fn restrict_mode(file: &File, mode: u32) {
    let ours = fstat(file).is_ok_and(|stat| stat.st_uid == rustix::process::geteuid().as_raw() && stat.st_nlink == 1);
    if ours {
        let _ = rustix::fs::fchmod(file, Mode::from_raw_mode(mode));
    }
}

/// Opens a regular file; links are followed.
pub fn open_regular(path: &Path) -> io::Result<File> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(not_regular_file_error());
    }
    let file = openat(CWD, path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())
        .map_err(map_open_error)?;
    if file_type(&fstat(&file)?) == FileType::RegularFile { Ok(file.into()) } else { Err(not_regular_file_error()) }
}

/// Whether this process may make files in a folder.
pub fn is_writable_dir(folder: &Path) -> bool {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok()
}

/// Syncs everything on the file system of an open folder; returns false where the system cannot do that.
pub fn sync_file_system(folder: &File) -> io::Result<bool> {
    #[cfg(target_os = "linux")]
    {
        rustix::fs::syncfs(folder)?;
        Ok(true)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = folder;
        Ok(false)
    }
}
