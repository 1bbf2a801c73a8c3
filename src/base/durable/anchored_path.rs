//! A file name in a folder that stays open, so that later changes to the folder's path have no effect.
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Component, Path};
use std::sync::Arc;

use super::create_modes::{CreateModes, GROUP_WRITABLE};
use super::folders::create_dirs;
use super::plain_file::{FileId, OpenMode, not_plain_file_error};
use super::system::{self, DirHandle};
use super::temp_files::temp_name;

/// A file name and its open folder.
#[derive(Debug, Clone)]
pub struct AnchoredPath {
    pub(super) dir: Arc<DirHandle>,
    pub(super) name: OsString,
}

impl AnchoredPath {
    /// Opens the folder of a path. The path to the folder may contain links; the file itself must not be one.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] if the folder is missing, or the error from a failed system call.
    pub fn resolve(path: &Path) -> io::Result<Self> {
        let folder = DirHandle::open(path.parent().unwrap_or(Path::new(".")))?;
        Self::in_folder(folder, path)
    }

    /// Opens the folder of a path. Creates the folder and its parent folders if they are missing.
    ///
    /// # Errors
    /// If a system call fails.
    pub fn resolve_or_create(path: &Path, modes: CreateModes) -> io::Result<Self> {
        let folder = create_dirs(path.parent().unwrap_or(Path::new(".")), modes)?;
        Self::in_folder(folder, path)
    }

    fn in_folder(folder: DirHandle, path: &Path) -> io::Result<Self> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
        Ok(Self { dir: Arc::new(folder), name })
    }

    /// Opens the folder of `path`, a relative path below `root` with `/` between its components. Links are not
    /// followed, and the path cannot lead out of `root`. Missing folders are created with `create_modes`; if it is
    /// `None`, a missing folder is an error.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] if a folder in the path is a link or the path leads out of `root`, or the error
    /// from a failed system call.
    pub fn beneath(root: &Arc<DirHandle>, path: &str, create_modes: Option<CreateModes>) -> io::Result<Self> {
        let mut folder = root.clone();
        let mut components = Path::new(path).components().peekable();
        while let Some(component) = components.next() {
            let Component::Normal(component) = component else { return Err(io::ErrorKind::InvalidInput.into()) };
            if components.peek().is_none() {
                return Ok(Self { dir: folder, name: component.to_owned() });
            }
            folder = Arc::new(match (folder.open_subdir(component), create_modes) {
                (Err(e), Some(modes)) if e.kind() == io::ErrorKind::NotFound => {
                    folder.create_subdir(component, modes.dir_mode)?
                }
                (subdir, _) => subdir?,
            });
        }
        Err(io::ErrorKind::InvalidInput.into())
    }

    /// Opens the file for reading.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] if it is not a regular file, or the error from a failed system call.
    pub fn open_read(&self) -> io::Result<File> {
        self.dir.open_file(&self.name, OpenMode::Read)
    }

    /// Opens the file, or creates it. The boolean is true when this call created the file.
    ///
    /// # Errors
    /// Same as [`Self::open_read`].
    pub fn open_or_create(&self, open_mode: OpenMode, create_modes: CreateModes) -> io::Result<(File, bool)> {
        // Another process may create or remove the file between the two calls, so try several times.
        for _ in 0..16 {
            match self.dir.open_file(&self.name, open_mode) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                result => return result.map(|file| (file, false)),
            }
            match self.dir.create_file(&self.name, create_modes.file_mode) {
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                result => return result.map(|file| (file, true)),
            }
        }
        Err(not_plain_file_error())
    }

    /// Opens or creates a lock file, as [`super::open_lock`] does.
    ///
    /// # Errors
    /// Same as [`Self::open_read`].
    pub fn open_lock(&self, dir_modes: CreateModes) -> io::Result<File> {
        let file_mode = if dir_modes == GROUP_WRITABLE { 0o660 } else { 0o600 };
        let (lock, is_new) = self.open_or_create(OpenMode::Write, CreateModes { file_mode, ..dir_modes })?;
        if !is_new {
            // Older versions created the file with permissions for everybody.
            system::restrict_mode(&lock, file_mode);
        }
        Ok(lock)
    }

    /// Replaces the file: temporary file, fsync, rename, fsync of the folder.
    ///
    /// # Errors
    /// If a system call fails. If it fails before the rename, the old file stays and the temporary file is removed.
    pub fn replace(&self, bytes: &[u8], modes: CreateModes) -> io::Result<()> {
        let result = self.write_temp_and_rename(modes, &mut |file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        result?;
        self.dir.sync()
    }

    /// Writes a temporary file, then renames it to this name.
    pub(super) fn write_temp_and_rename(
        &self,
        modes: CreateModes,
        write: &mut dyn FnMut(&mut File) -> io::Result<()>,
    ) -> io::Result<File> {
        self.write_temp_then(modes, write, &|temp| self.dir.rename(temp, &self.dir, &self.name))
    }

    /// Writes a temporary file, then calls `rename` with its name. Removes the temporary file if either step fails.
    pub(super) fn write_temp_then(
        &self,
        modes: CreateModes,
        write: &mut dyn FnMut(&mut File) -> io::Result<()>,
        rename: &dyn Fn(&OsStr) -> io::Result<()>,
    ) -> io::Result<File> {
        let temp = temp_name();
        // An earlier process with the same id may have left a file of this name.
        let _ = self.dir.unlink(&temp);
        let mut file = self.dir.create_file(&temp, modes.file_mode)?;
        let result = write(&mut file).and_then(|()| rename(&temp));
        if let Err(e) = result {
            let _ = self.dir.unlink(&temp);
            return Err(e);
        }
        Ok(file)
    }

    /// Renames the file durably. The target can be in a different folder.
    ///
    /// # Errors
    /// If a system call fails.
    pub fn rename(&self, target: &Self) -> io::Result<()> {
        self.dir.rename(&self.name, &target.dir, &target.name)?;
        target.dir.sync()?;
        self.dir.sync()
    }

    /// Removes the file durably. Does nothing if it is missing.
    ///
    /// # Errors
    /// If a system call fails.
    pub fn remove(&self) -> io::Result<()> {
        match self.dir.unlink(&self.name) {
            Ok(()) => self.dir.sync(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(e),
        }
    }

    /// Removes a file that holds a secret, after overwriting its first MiB with zeros. Flash memory may still hold an
    /// old copy.
    ///
    /// # Errors
    /// If a system call fails.
    pub fn shred(&self) -> io::Result<()> {
        let mut file = match self.dir.open_file(&self.name, OpenMode::Write) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            result => result?,
        };
        let length = usize::try_from(file.metadata()?.len()).unwrap_or(0).min(1 << 20);
        file.write_all(&vec![0; length])?;
        file.sync_all()?;
        self.remove()
    }

    /// Returns true when the name exists, even as a broken link.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.dir.contains(&self.name)
    }

    /// Returns the identity of the file.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] if it is not a regular file, or the error from a failed system call.
    pub fn file_id(&self) -> io::Result<FileId> {
        self.dir.file_id_of(&self.name)
    }

    /// Syncs the folder, so that new and renamed files in it survive a power cut.
    ///
    /// # Errors
    /// If a system call fails.
    pub fn sync_dir(&self) -> io::Result<()> {
        self.dir.sync()
    }
}
