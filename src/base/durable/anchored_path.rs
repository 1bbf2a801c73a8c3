//! A name in a folder that is held open: what is done there is done there, wherever the path leads by now.
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

/// A name in a folder that is held open.
#[derive(Debug, Clone)]
pub struct AnchoredPath {
    pub(super) dir: Arc<DirHandle>,
    pub(super) name: OsString,
}

impl AnchoredPath {
    /// The spot that a path names. The path to its folder may contain links; the last name is never followed.
    ///
    /// # Errors
    /// What the system says when there is no such folder.
    pub fn resolve(path: &Path) -> io::Result<Self> {
        let folder = DirHandle::open(path.parent().unwrap_or(Path::new(".")))?;
        Self::in_folder(folder, path)
    }

    /// The same, its folder made if need be, and those above it.
    ///
    /// # Errors
    /// What the system says.
    pub fn resolve_or_create(path: &Path, modes: CreateModes) -> io::Result<Self> {
        let folder = create_dirs(path.parent().unwrap_or(Path::new(".")), modes)?;
        Self::in_folder(folder, path)
    }

    fn in_folder(folder: DirHandle, path: &Path) -> io::Result<Self> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
        Ok(Self { dir: Arc::new(folder), name })
    }

    /// The spot of this name, with `/` between folders, beneath a folder. No link on the way is followed, and no way
    /// leads out of the folder. Folders between are made where `make` says how.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::InvalidInput`] when something on the way is a link.
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
    /// What the system says; [`io::ErrorKind::InvalidInput`] when it is no regular file of its own.
    pub fn open_read(&self) -> io::Result<File> {
        self.dir.open_file(&self.name, OpenMode::Read)
    }

    /// Opens the file, or makes it: true when this very call has made it.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn open_or_create(&self, what: OpenMode, modes: CreateModes) -> io::Result<(File, bool)> {
        // Between two looks it may come and go, but not for ever.
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

    /// As the free function [`super::open_lock`].
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn open_lock(&self, beside: CreateModes) -> io::Result<File> {
        let file = if beside == GROUP_WRITABLE { 0o660 } else { 0o600 };
        let (lock, made) = self.open_or_create(OpenMode::Write, CreateModes { file_mode: file, ..beside })?;
        if !made {
            // One of an older version may be open to everybody.
            system::restrict_mode(&lock, file);
        }
        Ok(lock)
    }

    /// Puts `bytes` there: temporary file, fsync, rename, fsync of the folder.
    ///
    /// # Errors
    /// What the system says; the former file stands then, and the temporary one is removed.
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

    /// Writes a temporary file, and gives it its name.
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

    /// Gives the file another place, durably.
    ///
    /// # Errors
    /// What the system says.
    pub fn rename(&self, to: &Self) -> io::Result<()> {
        self.dir.rename(&self.name, &to.dir, &to.name)?;
        to.dir.sync()?;
        self.dir.sync()
    }

    /// Takes the file away, durably. Nothing happens when it is not there.
    ///
    /// # Errors
    /// What the system says.
    pub fn remove(&self) -> io::Result<()> {
        match self.dir.unlink(&self.name) {
            Ok(()) => self.dir.sync(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(e),
        }
    }

    /// Overwrites a secret, then takes it away. Flash memory may keep an old copy all the same.
    ///
    /// # Errors
    /// What the system says.
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

    /// Whether something stands there.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.dir.contains(&self.name)
    }

    /// Which file stands there.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::InvalidInput`] when it is no regular file of its own.
    pub fn file_id(&self) -> io::Result<FileId> {
        self.dir.file_id_of(&self.name)
    }

    /// Makes the names in its folder survive a power cut.
    ///
    /// # Errors
    /// What the system says.
    pub fn sync_dir(&self) -> io::Result<()> {
        self.dir.sync()
    }
}
