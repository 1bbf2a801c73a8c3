//! What durable files need of Unix: folders that are held open, rights, owners, renaming onto nothing, syncing.
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

/// A folder that is held open: whatever its path leads to by now, what is done here is done in it.
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

/// What opening says of a link that is not to be followed, of a pipe that nobody reads, of a folder: it is no file.
fn map_open_error(error: Errno) -> io::Error {
    match error {
        Errno::LOOP | Errno::NXIO | Errno::ISDIR | Errno::MLINK => not_plain_file_error(),
        error => error.into(),
    }
}

impl DirHandle {
    /// Holds the folder that a path leads to.
    pub fn open(path: &Path) -> io::Result<Self> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        Ok(Self(openat(CWD, path, DIR_FLAGS, Mode::empty())?))
    }

    /// The same of a folder that is none of those that a link leads to. (Folders above it may be.)
    pub fn open_nofollow(path: &Path) -> io::Result<Self> {
        match openat(CWD, path, DIR_FLAGS | OFlags::NOFOLLOW, Mode::empty()) {
            Ok(folder) => Ok(Self(folder)),
            Err(Errno::LOOP) => Err(not_plain_file_error()),
            Err(Errno::NOTDIR) if path.symlink_metadata().is_ok() => Err(not_plain_file_error()),
            Err(error) => Err(error.into()),
        }
    }

    /// A folder in this one; links are not followed.
    pub fn open_subdir(&self, name: &OsStr) -> io::Result<Self> {
        match openat(&self.0, name, DIR_FLAGS | OFlags::NOFOLLOW, Mode::empty()) {
            Ok(folder) => Ok(Self(folder)),
            Err(Errno::LOOP | Errno::NOTDIR) => Err(not_plain_file_error()),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a folder in this one, durably; nothing happens when it is there.
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

    /// A path to it that leads there wherever it is moved, as long as it is held; the one that is given where the
    /// system has none.
    pub fn stable_path(&self, fallback: &Path) -> PathBuf {
        use std::os::fd::AsRawFd;
        let path = PathBuf::from(format!("/proc/self/fd/{}", self.0.as_raw_fd()));
        let leads_here = Self::open(&path).and_then(|there| there.file_id()).ok() == self.file_id().ok();
        if leads_here { path } else { fallback.to_owned() }
    }

    /// Which folder it is.
    pub fn file_id(&self) -> io::Result<FileId> {
        Ok(file_id_from_stat(&fstat(&self.0)?))
    }

    /// Which file has this name, if it is a file of its own.
    pub fn file_id_of(&self, name: &OsStr) -> io::Result<FileId> {
        let stat = statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW)?;
        if file_type(&stat) == FileType::RegularFile {
            Ok(file_id_from_stat(&stat))
        } else {
            Err(not_plain_file_error())
        }
    }

    /// Whether something has this name, be it what it may.
    pub fn contains(&self, name: &OsStr) -> bool {
        statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW).is_ok()
    }

    /// Opens a file of its own: no link, and nothing that could block or act. `what` says for what.
    pub fn open_file(&self, name: &OsStr, what: OpenMode) -> io::Result<File> {
        let flags = match what {
            OpenMode::Read => OFlags::RDONLY,
            OpenMode::Append => OFlags::WRONLY | OFlags::APPEND,
            OpenMode::Write => OFlags::RDWR,
        };
        // Opening some devices has effects, so it is asked first what the name stands for, ...
        self.file_id_of(name)?;
        let flags = flags | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = openat(&self.0, name, flags, Mode::empty()).map_err(map_open_error)?;
        // ... and once more of what was opened, which may be something else by now.
        if file_type(&fstat(&file)?) == FileType::RegularFile { Ok(file.into()) } else { Err(not_plain_file_error()) }
    }

    /// Makes a file where none is, to be read and added to.
    pub fn create_file(&self, name: &OsStr, mode: u32) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::APPEND | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = File::from(openat(&self.0, name, flags, Mode::from_raw_mode(mode))?);
        self.chown_to_dir_owner(&file);
        Ok(file)
    }

    /// What root makes in another's folder becomes that one's. Only what was made by the very call that is on its way
    /// is ever given away: whatever else has the name may have been put there by somebody else.
    fn chown_to_dir_owner(&self, made: impl AsFd) {
        use rustix::fs::fchown;
        let owner = fstat(&self.0).ok().filter(|owner| owner.st_uid != 0 && rustix::process::geteuid().is_root());
        if let Some(owner) = owner {
            let (uid, gid) = (rustix::fs::Uid::from_raw(owner.st_uid), rustix::fs::Gid::from_raw(owner.st_gid));
            let _ = fchown(made, Some(uid), Some(gid));
        }
    }

    /// A folder is made and opened in two steps: one that somebody else has put in its place is not given away,
    /// unless it is root's and empty, which is no gift.
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

    /// Renames a file of this folder into another, over whatever is there.
    pub fn rename(&self, name: &OsStr, folder: &Self, to: &OsStr) -> io::Result<()> {
        Ok(renameat(&self.0, name, &folder.0, to)?)
    }

    /// Renames a file of this folder to a name that nothing has.
    pub fn rename_noreplace(&self, name: &OsStr, to: &OsStr) -> io::Result<()> {
        match renameat_with(&self.0, name, &self.0, to, RenameFlags::NOREPLACE) {
            Ok(()) => Ok(()),
            // Some file systems of sticks cannot do it in one step.
            Err(Errno::INVAL | Errno::NOSYS) if !self.contains(to) => self.rename(name, self, to),
            Err(Errno::INVAL | Errno::NOSYS) => Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a name away.
    pub fn unlink(&self, name: &OsStr) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Makes the names in it survive a power cut.
    pub fn sync(&self) -> io::Result<()> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(rustix::fs::fsync(openat(&self.0, ".", flags, Mode::empty())?)?)
    }
}

/// Which file this is.
pub fn file_id(file: &File) -> io::Result<FileId> {
    Ok(file_id_from_stat(&fstat(file)?))
}

/// Takes away the rights of others to open a file, where it is this process' own and has no other name.
pub fn restrict_mode(file: &File, mode: u32) {
    let ours = fstat(file).is_ok_and(|stat| stat.st_uid == rustix::process::geteuid().as_raw() && stat.st_nlink == 1);
    if ours {
        let _ = rustix::fs::fchmod(file, Mode::from_raw_mode(mode));
    }
}

/// Opens what a path leads to, links and all, if it is a file.
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

/// Everything on the file system of an open folder; false where the system cannot do that.
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
