//! Files that outlive a power cut, and that are what they seem.
//!
//! A file is replaced so that a power cut leaves the old one or the new one, never something between. And the folders of
//! a station come on sticks and belong to people: a link, a pipe or another's file in the place of one of ours is neither
//! followed nor waited for nor given away. Each file is judged by the descriptor that is used, in a folder that is held
//! open, because a name that was looked at may stand for something else a moment later.
#[cfg_attr(unix, path = "durable/unix.rs")]
#[cfg_attr(not(unix), path = "durable/other.rs")]
mod system;

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Component, Path};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use system::{Folder, open_regular};

static NEXT_TEMP: AtomicU64 = AtomicU64::new(0);
/// How the names of temporary files begin.
const TEMP: &str = ".loa-";

/// The rights that folders and files are made with; the umask may take more away, and gives none back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Modes {
    folder: u32,
    file: u32,
}

/// What only the station writes, and everybody may read.
pub const OURS: Modes = Modes { folder: 0o755, file: 0o644 };
/// What the people of one group may write, if the umask lets them: playlists, exports, a department's store.
pub const SHARED: Modes = Modes { folder: 0o775, file: 0o664 };
/// Secrets: 0600 in folders of 0700.
pub const SECRET: Modes = Modes { folder: 0o700, file: 0o600 };

/// Which file or folder it is, however it is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Identity {
    /// The file system.
    pub device: u64,
    /// The file's number in it.
    pub file: u64,
}

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// To be read.
    Read,
    /// To be added to.
    Append,
    /// To be read and written over.
    Write,
}

fn not_ours() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file of its own (a link, a pipe, a device or a folder)")
}

fn not_regular() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
}

/// A name in a folder that is held open.
#[derive(Debug, Clone)]
pub struct Spot {
    folder: Arc<Folder>,
    name: OsString,
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

    /// The spot of this name, with `/` between folders, beneath a folder. No link on the way is followed, and no way leads
    /// out of the folder. Folders between are made where `make` says how.
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

    /// As the free function [`open_lock`].
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

    fn written(&self, modes: Modes, write: &mut dyn FnMut(&mut File) -> io::Result<()>) -> io::Result<File> {
        self.written_and(modes, write, &|temp| self.folder.rename(temp, &self.folder, &self.name))
    }

    /// Writes a temporary file, and gives it its name.
    fn written_and(
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

/// Which file this is.
///
/// # Errors
/// What the system says.
pub fn identity_of(file: &File) -> io::Result<Identity> {
    system::identity_of(file)
}

/// Puts `bytes` at `path`, which people may edit: temporary file, fsync, rename, fsync of the folder. Makes the folder
/// if need be.
///
/// # Errors
/// What the system says; the former file stands then, and the temporary one is removed.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    Spot::made(path, SHARED)?.replace(bytes, SHARED)
}

/// The same for secrets: 0600 in folders of 0700, whatever the umask says.
///
/// # Errors
/// As [`replace`].
pub fn replace_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    Spot::made(path, SECRET)?.replace(bytes, SECRET)
}

/// Puts a file there without waiting until it would survive a power cut: see [`sync_files`] and [`sync_all_of`]. Gives
/// the descriptor that wrote it: the system tells it, and no other one for certain, when the bytes do not reach the disk.
///
/// # Errors
/// What the system says; the temporary file is removed then.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let spot = match Spot::at(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Spot::made(path, SHARED)?,
        spot => spot?,
    };
    spot.written(SHARED, &mut |file| file.write_all(bytes))
}

/// Makes files that were [`put`] survive a power cut, and their names; each by the descriptor that wrote it, if it is
/// still open.
///
/// # Errors
/// What the system says.
pub fn sync_files<'a>(files: impl Iterator<Item = (&'a Path, Option<&'a File>)>) -> io::Result<()> {
    let mut folders = BTreeSet::new();
    for (path, file) in files {
        match file {
            Some(file) => file.sync_all()?,
            None => open_own(path)?.sync_all()?,
        }
        folders.insert(path.parent());
    }
    // A folder's own name is kept by the folder above it.
    let above: Vec<_> = folders.iter().flatten().flat_map(|folder| folder.ancestors().skip(1).take(4)).collect();
    folders.extend(above.into_iter().filter(|folder| !folder.as_os_str().is_empty()).map(Some));
    folders.into_iter().flatten().try_for_each(|folder| Folder::open(folder)?.sync())
}

/// Makes everything on the file system of this open folder survive a power cut, where the system can do that; false where
/// it cannot. The system tells of failures since the folder was opened: that has to be before the first file is written.
///
/// # Errors
/// What the system says.
pub fn sync_all_of(folder: &File) -> io::Result<bool> {
    system::sync_file_system(folder)
}

/// Copies a file to a new place where nothing may stand: temporary file, fsync, rename, fsync of the folder. `each` sees
/// the bytes that are written.
///
/// # Errors
/// What the system says, [`io::ErrorKind::AlreadyExists`] among it; nothing is left behind then.
pub fn copy_new(from: &mut File, to: &Path, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let spot = Spot::made(to, SHARED)?;
    let rename = |temp: &OsStr| spot.folder.rename_new(temp, &spot.name);
    spot.written_and(SHARED, &mut |file| copy(from, file, each), &rename)?;
    spot.folder.sync()
}

fn copy(from: &mut File, to: &mut File, each: &mut dyn FnMut(&[u8])) -> io::Result<()> {
    let mut block = vec![0; 256 * 1024];
    loop {
        let n = match from.read(&mut block) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        if n == 0 {
            return to.sync_all();
        }
        each(&block[..n]);
        to.write_all(&block[..n])?;
    }
}

/// Opens a file of our own for reading: no link, and nothing that could block whoever opens it.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when it is none; what the system says when it is not there.
pub fn open_own(path: &Path) -> io::Result<File> {
    Spot::at(path)?.read()
}

/// Opens a file that holds a lock as long as it is open, or makes it. Whoever can open it can hold it: so nobody can who
/// may not write beside it.
///
/// # Errors
/// [`io::ErrorKind::InvalidInput`] when something else has its name; what the system says.
pub fn open_lock(path: &Path, beside: Modes) -> io::Result<File> {
    Spot::made(path, beside)?.open_lock(beside)
}

/// Gives a file another name, in a folder that is made if need be.
///
/// # Errors
/// What the system says.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    Spot::at(from)?.rename(&Spot::made(to, SHARED)?)
}

/// Makes a folder that only its owner may enter, and sees that it is one.
///
/// # Errors
/// What the system says; [`io::ErrorKind::PermissionDenied`] when it cannot be written to.
pub fn private_folder(folder: &Path) -> io::Result<()> {
    make_folder(folder, SECRET)?;
    if system::usable(folder) { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

/// Makes the folder of `path`, and those above it.
///
/// # Errors
/// What the system says.
pub fn make_folder_of(path: &Path) -> io::Result<()> {
    make_folder(path.parent().unwrap_or(Path::new(".")), SHARED).map(|_| ())
}

/// Holds a folder that is made if need be, and those above it, each durable in the one above.
///
/// # Errors
/// What the system says.
pub fn make_folder(folder: &Path, modes: Modes) -> io::Result<Folder> {
    match Folder::open(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        held => return held,
    }
    let above = make_folder(folder.parent().ok_or(io::ErrorKind::NotFound)?, modes)?;
    match folder.file_name() {
        Some(name) => above.make(name, modes.folder),
        // `a/..` is there once `a` is.
        None => Folder::open(folder),
    }
}

/// Takes a file away, durably. Nothing happens when it is not there.
///
/// # Errors
/// What the system says.
pub fn remove(path: &Path) -> io::Result<()> {
    match Spot::at(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        spot => spot?.remove(),
    }
}

/// Takes away what a cut between writing and renaming has left in a folder: it may be a head that was signed and never
/// acknowledged.
///
/// # Errors
/// What the system says.
pub fn sweep(folder: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with(TEMP) && name.ends_with(".tmp"));
        if ours && entry.file_type()?.is_file() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Makes the names in the folder of `path` survive a power cut.
///
/// # Errors
/// What the system says.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
    Folder::open(path.parent().unwrap_or(Path::new(".")))?.sync()
}
