//! A name in a folder that is held open: what is done there is done there, wherever the path leads by now.
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Component, Path};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Folder, Identity, Modes, Open, SHARED, TEMP, make_folder, not_ours, system};

static NEXT_TEMP: AtomicU64 = AtomicU64::new(0);

/// A name in a folder that is held open.
#[derive(Debug, Clone)]
pub struct Spot {
    pub(super) folder: Arc<Folder>,
    pub(super) name: OsString,
}

impl Spot {
    /// The spot that a path names. The path to its folder may contain links; the last name is never followed.
    ///
    /// # Errors
    /// What the system says when there is no such folder.
    pub fn at(path: &Path) -> io::Result<Self> {
        let folder = Folder::open(path.parent().unwrap_or(Path::new(".")))?;
        Self::in_folder(folder, path)
    }

    /// The same, its folder made if need be, and those above it.
    ///
    /// # Errors
    /// What the system says.
    pub fn made(path: &Path, modes: Modes) -> io::Result<Self> {
        let folder = make_folder(path.parent().unwrap_or(Path::new(".")), modes)?;
        Self::in_folder(folder, path)
    }

    fn in_folder(folder: Folder, path: &Path) -> io::Result<Self> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_owned();
        Ok(Self { folder: Arc::new(folder), name })
    }

    /// The spot of this name, with `/` between folders, beneath a folder. No link on the way is followed, and no way
    /// leads out of the folder. Folders between are made where `make` says how.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::InvalidInput`] when something on the way is a link.
    pub fn beneath(root: &Arc<Folder>, name: &str, make: Option<Modes>) -> io::Result<Self> {
        let mut folder = root.clone();
        let mut parts = Path::new(name).components().peekable();
        while let Some(part) = parts.next() {
            let Component::Normal(part) = part else { return Err(io::ErrorKind::InvalidInput.into()) };
            if parts.peek().is_none() {
                return Ok(Self { folder, name: part.to_owned() });
            }
            folder = Arc::new(match (folder.below(part), make) {
                (Err(e), Some(modes)) if e.kind() == io::ErrorKind::NotFound => folder.make(part, modes.folder)?,
                (below, _) => below?,
            });
        }
        Err(io::ErrorKind::InvalidInput.into())
    }

    /// Opens the file for reading.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::InvalidInput`] when it is no regular file of its own.
    pub fn read(&self) -> io::Result<File> {
        self.folder.file(&self.name, Open::Read)
    }

    /// Opens the file, or makes it: true when this very call has made it.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn open_or_make(&self, what: Open, modes: Modes) -> io::Result<(File, bool)> {
        // Between two looks it may come and go, but not for ever.
        for _ in 0..16 {
            match self.folder.file(&self.name, what) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                opened => return opened.map(|file| (file, false)),
            }
            match self.folder.new_file(&self.name, modes.file) {
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                made => return made.map(|file| (file, true)),
            }
        }
        Err(not_ours())
    }

    /// As the free function [`super::open_lock`].
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn open_lock(&self, beside: Modes) -> io::Result<File> {
        let file = if beside == SHARED { 0o660 } else { 0o600 };
        let (lock, made) = self.open_or_make(Open::Write, Modes { file, ..beside })?;
        if !made {
            // One of an older version may be open to everybody.
            system::keep_private(&lock, file);
        }
        Ok(lock)
    }

    /// Puts `bytes` there: temporary file, fsync, rename, fsync of the folder.
    ///
    /// # Errors
    /// What the system says; the former file stands then, and the temporary one is removed.
    pub fn replace(&self, bytes: &[u8], modes: Modes) -> io::Result<()> {
        let written = self.written(modes, &mut |file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        written?;
        self.folder.sync()
    }

    pub(super) fn written(&self, modes: Modes, write: &mut dyn FnMut(&mut File) -> io::Result<()>) -> io::Result<File> {
        self.written_and(modes, write, &|temp| self.folder.rename(temp, &self.folder, &self.name))
    }

    /// Writes a temporary file, and gives it its name.
    pub(super) fn written_and(
        &self,
        modes: Modes,
        write: &mut dyn FnMut(&mut File) -> io::Result<()>,
        rename: &dyn Fn(&OsStr) -> io::Result<()>,
    ) -> io::Result<File> {
        let number = NEXT_TEMP.fetch_add(1, Ordering::Relaxed);
        let temp = OsString::from(format!("{TEMP}{}-{number}.tmp", std::process::id()));
        // What a process of the same number has left, long ago.
        let _ = self.folder.unlink(&temp);
        let mut file = self.folder.new_file(&temp, modes.file)?;
        let done = write(&mut file).and_then(|()| rename(&temp));
        if let Err(e) = done {
            let _ = self.folder.unlink(&temp);
            return Err(e);
        }
        Ok(file)
    }

    /// Gives the file another place, durably.
    ///
    /// # Errors
    /// What the system says.
    pub fn rename(&self, to: &Self) -> io::Result<()> {
        self.folder.rename(&self.name, &to.folder, &to.name)?;
        to.folder.sync()?;
        self.folder.sync()
    }

    /// Takes the file away, durably. Nothing happens when it is not there.
    ///
    /// # Errors
    /// What the system says.
    pub fn remove(&self) -> io::Result<()> {
        match self.folder.unlink(&self.name) {
            Ok(()) => self.folder.sync(),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(e),
        }
    }

    /// Overwrites a secret, then takes it away. Flash memory may keep an old copy all the same.
    ///
    /// # Errors
    /// What the system says.
    pub fn erase(&self) -> io::Result<()> {
        let mut file = match self.folder.file(&self.name, Open::Write) {
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
    pub fn is_taken(&self) -> bool {
        self.folder.has(&self.name)
    }

    /// Which file stands there.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::InvalidInput`] when it is no regular file of its own.
    pub fn identity(&self) -> io::Result<Identity> {
        self.folder.identity_of(&self.name)
    }

    /// Makes the names in its folder survive a power cut.
    ///
    /// # Errors
    /// What the system says.
    pub fn sync_folder(&self) -> io::Result<()> {
        self.folder.sync()
    }
}
