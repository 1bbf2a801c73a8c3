//! A name in a folder that is held open, so that a later change of the path has no effect.
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

/// A file name in a folder that is held open.
#[derive(Debug, Clone)]
pub struct AnchoredPath {
    pub(super) dir: Arc<DirHandle>,
    pub(super) name: OsString,
}

impl AnchoredPath {
    /// Opens the folder of a path. The path to the folder may contain links; the last name is never followed.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when the folder is missing; other errors of the system.
    pub fn resolve(path: &Path) -> io::Result<Self> {
        let folder = DirHandle::open(path.parent().unwrap_or(Path::new(".")))?;
        Self::in_folder(folder, path)
    }

    /// Opens the folder of a path, and makes it if it is missing, with those above it.
    ///
    /// # Errors
    /// Errors of the system.
    pub fn resolve_or_create(path: &Path, modes: CreateModes) -> io::Result<Self> {
        let folder = create_dirs(path.parent().unwrap_or(Path::new(".")), modes)?;
        Self::in_folder(folder, path)
    }

    fn in_folder(folder: DirHandle, path: &Path) -> io::Result<Self> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
        Ok(Self { dir: Arc::new(folder), name })
    }

    /// Opens the folder of a name beneath `root`, with `/` between folders. Links on the way are not followed, and the
    /// name cannot lead out of `root`. Missing folders are made if `make` gives their permissions.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] when a part of the name is a link or leads out; other errors of the system.
    pub fn beneath(root: &Arc<DirHandle>, name: &str, make: Option<CreateModes>) -> io::Result<Self> {
        let mut folder = root.clone();
        let mut parts = Path::new(name).components().peekable();
        while let Some(part) = parts.next() {
            let Component::Normal(part) = part else { return Err(io::ErrorKind::InvalidInput.into()) };
            if parts.peek().is_none() {
                return Ok(Self { dir: folder, name: part.to_owned() });
            }
            folder = Arc::new(match (folder.open_subdir(part), make) {
                (Err(e), Some(modes)) if e.kind() == io::ErrorKind::NotFound => {
                    folder.create_subdir(part, modes.dir_mode)?
                }
                (below, _) => below?,
            });
        }
        Err(io::ErrorKind::InvalidInput.into())
    }

    /// Opens the file for reading.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] when it is not a regular file; other errors of the system.
    pub fn open_read(&self) -> io::Result<File> {
        self.dir.open_file(&self.name, OpenMode::Read)
    }

    /// Opens the file, or makes it; true when this call made it.
    ///
    /// # Errors
    /// Errors of [`Self::open_read`].
    pub fn open_or_create(&self, what: OpenMode, modes: CreateModes) -> io::Result<(File, bool)> {
        // Other processes may make and remove it meanwhile, but not endlessly.
        for _ in 0..16 {
            match self.dir.open_file(&self.name, what) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                opened => return opened.map(|file| (file, false)),
            }
            match self.dir.create_file(&self.name, modes.file_mode) {
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                made => return made.map(|file| (file, true)),
            }
        }
        Err(not_plain_file_error())
    }

    /// Opens the file that carries a lock, as [`super::open_lock`] does.
    ///
    /// # Errors
    /// Errors of [`Self::open_read`].
    pub fn open_lock(&self, beside: CreateModes) -> io::Result<File> {
        let file = if beside == GROUP_WRITABLE { 0o660 } else { 0o600 };
        let (lock, made) = self.open_or_create(OpenMode::Write, CreateModes { file_mode: file, ..beside })?;
        if !made {
            // A file made by an older version may be open to everybody.
            system::restrict_mode(&lock, file);
        }
        Ok(lock)
    }

    /// Replaces the file: temporary file, fsync, rename, fsync of the folder.
    ///
    /// # Errors
    /// Errors of the system; the old file stays then, and the temporary one is removed.
    pub fn replace(&self, bytes: &[u8], modes: CreateModes) -> io::Result<()> {
        let written = self.write_temp_and_rename(modes, &mut |file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written?;
        self.dir.sync()
    }

    pub(super) fn write_temp_and_rename(
        &self,
        modes: CreateModes,
        write: &mut dyn FnMut(&mut File) -> io::Result<()>,
    ) -> io::Result<File> {
        self.write_temp_then(modes, write, &|temp| self.dir.rename(temp, &self.dir, &self.name))
    }

    /// Writes a temporary file, then renames it; removes it when either fails.
    pub(super) fn write_temp_then(
        &self,
        modes: CreateModes,
        write: &mut dyn FnMut(&mut File) -> io::Result<()>,
        rename: &dyn Fn(&OsStr) -> io::Result<()>,
    ) -> io::Result<File> {
        let temp = temp_name();
        // A process of the same number may have left one long ago.
        let _ = self.dir.unlink(&temp);
        let mut file = self.dir.create_file(&temp, modes.file_mode)?;
        let done = write(&mut file).and_then(|()| rename(&temp));
        if let Err(e) = done {
            let _ = self.dir.unlink(&temp);
            return Err(e);
        }
        Ok(file)
    }

    /// Moves the file durably.
    ///
    /// # Errors
    /// Errors of the system.
    pub fn rename(&self, to: &Self) -> io::Result<()> {
        self.dir.rename(&self.name, &to.dir, &to.name)?;
        to.dir.sync()?;
        self.dir.sync()
    }

    /// Removes the file durably. Does nothing when it is missing.
    ///
    /// # Errors
    /// Errors of the system.
    pub fn remove(&self) -> io::Result<()> {
        match self.dir.unlink(&self.name) {
            Ok(()) => self.dir.sync(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(e),
        }
    }

    /// Overwrites a secret, then removes the file. Flash memory may still keep an old copy.
    ///
    /// # Errors
    /// Errors of the system.
    pub fn shred(&self) -> io::Result<()> {
        let mut file = match self.dir.open_file(&self.name, OpenMode::Write) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            file => file?,
        };
        let length = usize::try_from(file.metadata()?.len()).unwrap_or(0).min(1 << 20);
        file.write_all(&vec![0; length])?;
        file.sync_all()?;
        self.remove()
    }

    /// Whether anything has this name.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.dir.contains(&self.name)
    }

    /// Returns the identity of the file.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] when it is not a regular file; other errors of the system.
    pub fn file_id(&self) -> io::Result<FileId> {
        self.dir.file_id_of(&self.name)
    }

    /// Makes the names in its folder survive a power cut.
    ///
    /// # Errors
    /// Errors of the system.
    pub fn sync_dir(&self) -> io::Result<()> {
        self.dir.sync()
    }
}
