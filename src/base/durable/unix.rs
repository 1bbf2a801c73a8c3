//! Durable files on Unix: open folders, permissions, owners, renaming without replacing, syncing.
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

use super::plain_file::{FileId, LinkPolicy, OpenMode, not_plain_file_error, not_regular_file_error};

/// An open folder. Operations act on this folder even if its path later leads to a different folder.
#[derive(Debug)]
pub struct DirHandle(OwnedFd);

#[cfg(target_os = "linux")]
const DIR_FLAGS: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
#[cfg(not(target_os = "linux"))]
const DIR_FLAGS: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC);

#[allow(clippy::unnecessary_cast)] // the widths of these fields differ between systems
fn file_id_from_stat(stat: &Stat) -> FileId {
    FileId { device: stat.st_dev as u64, inode: stat.st_ino as u64 }
}

fn file_type(stat: &Stat) -> FileType {
    FileType::from_raw_mode(stat.st_mode)
}

/// Maps the errors for a link, a pipe without a reader and a folder to one error: not a regular file.
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

    /// Opens a folder that is not a link; its parent folders may be links.
    pub fn open_nofollow(path: &Path) -> io::Result<Self> {
        match openat(CWD, path, DIR_FLAGS | OFlags::NOFOLLOW, Mode::empty()) {
            Ok(folder) => Ok(Self(folder)),
            Err(Errno::LOOP) => Err(not_plain_file_error()),
            Err(Errno::NOTDIR) if path.symlink_metadata().is_ok() => Err(not_plain_file_error()),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens a folder inside this one. Links are not followed.
    pub fn open_subdir(&self, name: &OsStr) -> io::Result<Self> {
        match openat(&self.0, name, DIR_FLAGS | OFlags::NOFOLLOW, Mode::empty()) {
            Ok(folder) => Ok(Self(folder)),
            Err(Errno::LOOP | Errno::NOTDIR) => Err(not_plain_file_error()),
            Err(error) => Err(error.into()),
        }
    }

    /// Creates a folder inside this one durably, or opens the existing one.
    pub fn create_subdir(&self, name: &OsStr, mode: u32) -> io::Result<Self> {
        match mkdirat(&self.0, name, Mode::from_raw_mode(mode)) {
            Ok(()) => {
                let subdir = self.open_subdir(name)?;
                self.chown_subdir_to_dir_owner(&subdir);
                self.sync()?;
                Ok(subdir)
            }
            Err(Errno::EXIST) => self.open_subdir(name),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns a path that leads to this folder while the handle is open, even if the folder is moved. Returns
    /// `fallback` on systems without such paths.
    pub fn stable_path(&self, fallback: &Path) -> PathBuf {
        use std::os::fd::AsRawFd;
        let path = PathBuf::from(format!("/proc/self/fd/{}", self.0.as_raw_fd()));
        let is_same_folder = Self::open(&path).and_then(|dir| dir.file_id()).ok() == self.file_id().ok();
        if is_same_folder { path } else { fallback.to_owned() }
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

    /// Returns true when the name exists, even as a broken link.
    pub fn contains(&self, name: &OsStr) -> bool {
        statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// Opens a regular file. Nothing else is opened, because opening a pipe can block, and opening some devices has
    /// side effects.
    pub fn open_file(&self, name: &OsStr, mode: OpenMode) -> io::Result<File> {
        let flags = match mode {
            OpenMode::Read => OFlags::RDONLY,
            OpenMode::Append => OFlags::WRONLY | OFlags::APPEND,
            OpenMode::Write => OFlags::RDWR,
        };
        // Check the type before opening the file: opening a device can already have side effects.
        self.file_id_of(name)?;
        let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = openat(&self.0, name, flags, Mode::empty()).map_err(map_open_error)?;
        // Check the type again, because the name may now lead to a different file.
        if file_type(&fstat(&file)?) == FileType::RegularFile { Ok(file.into()) } else { Err(not_plain_file_error()) }
    }

    /// Creates a file for reading and appending. The name must not exist.
    pub fn create_file(&self, name: &OsStr, mode: u32) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::APPEND | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = File::from(openat(&self.0, name, flags, Mode::from_raw_mode(mode))?);
        self.chown_to_dir_owner(&file);
        Ok(file)
    }

    /// Gives a new file to the owner of its folder, if root created it in another user's folder. Call this only for a
    /// file that this process has just created, because an existing file may belong to somebody else.
    fn chown_to_dir_owner(&self, file: impl AsFd) {
        use rustix::fs::fchown;
        let dir_stat = fstat(&self.0).ok().filter(|stat| stat.st_uid != 0 && rustix::process::geteuid().is_root());
        if let Some(stat) = dir_stat {
            let (uid, gid) = (rustix::fs::Uid::from_raw(stat.st_uid), rustix::fs::Gid::from_raw(stat.st_gid));
            let _ = fchown(file, Some(uid), Some(gid));
        }
    }

    /// Gives a new folder to the owner of its parent folder. Only an empty folder owned by root is given away, because
    /// somebody may have replaced the new folder before it was opened.
    fn chown_subdir_to_dir_owner(&self, subdir: &Self) {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let Ok(fd) = openat(&subdir.0, ".", flags, Mode::empty()) else { return };
        let is_owned_by_root = fstat(&fd).is_ok_and(|stat| stat.st_uid == 0);
        let is_empty = rustix::fs::Dir::read_from(&fd).is_ok_and(|entries| {
            entries.flatten().all(|name| [&b"."[..], &b".."[..]].contains(&name.file_name().to_bytes()))
        });
        if is_owned_by_root && is_empty {
            self.chown_to_dir_owner(&fd);
        }
    }

    /// Moves a file of this folder to `to_dir` as `to_name`, and replaces an existing file there.
    pub fn rename(&self, name: &OsStr, to_dir: &Self, to_name: &OsStr) -> io::Result<()> {
        Ok(renameat(&self.0, name, &to_dir.0, to_name)?)
    }

    /// Renames a file inside this folder. The new name must not exist.
    pub fn rename_noreplace(&self, name: &OsStr, to_name: &OsStr) -> io::Result<()> {
        match renameat_with(&self.0, name, &self.0, to_name, RenameFlags::NOREPLACE) {
            Ok(()) => Ok(()),
            // Some file systems on USB sticks cannot check and rename in one step.
            Err(Errno::INVAL | Errno::NOSYS) if !self.contains(to_name) => self.rename(name, self, to_name),
            Err(Errno::INVAL | Errno::NOSYS) => Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes the file with this name.
    pub fn unlink(&self, name: &OsStr) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Syncs the folder, so that the names in it survive a power cut.
    pub fn sync(&self) -> io::Result<()> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(rustix::fs::fsync(openat(&self.0, ".", flags, Mode::empty())?)?)
    }
}

/// Returns the identity of an open file.
pub fn file_id(file: &File) -> io::Result<FileId> {
    Ok(file_id_from_stat(&fstat(file)?))
}

/// Sets the permissions of a file, if this process's user owns it and it has no other hard link.
pub fn restrict_mode(file: &File, mode: u32) {
    let is_ours =
        fstat(file).is_ok_and(|stat| stat.st_uid == rustix::process::geteuid().as_raw() && stat.st_nlink == 1);
    if is_ours {
        let _ = rustix::fs::fchmod(file, Mode::from_raw_mode(mode));
    }
}

/// Opens a folder for locking or syncing. Anything else in its place is not opened, because opening a pipe can block.
pub fn open_folder(path: &Path, link_policy: LinkPolicy) -> io::Result<File> {
    let no_follow = if link_policy == LinkPolicy::Refuse { OFlags::NOFOLLOW } else { OFlags::empty() };
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC | no_follow;
    Ok(openat(CWD, path, flags, Mode::empty())?.into())
}

/// Opens a regular file for reading. Links are followed.
pub fn open_regular(path: &Path) -> io::Result<File> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(not_regular_file_error());
    }
    let file = openat(CWD, path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())
        .map_err(map_open_error)?;
    if file_type(&fstat(&file)?) == FileType::RegularFile { Ok(file.into()) } else { Err(not_regular_file_error()) }
}

/// Returns true when this process may create files in a folder.
pub fn is_writable_dir(folder: &Path) -> bool {
    rustix::fs::access(folder, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK).is_ok()
}

/// Syncs the whole file system of an open folder. Returns false on systems that cannot do this.
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
