//! The seam to the disk: [`Storage`], and the two that exist, a folder and memory.
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::progress::PROGRESS;
use crate::base::durable;
use crate::base::durable::{AnchoredPath, CreateModes, DirHandle, OpenMode};

/// A name and the bytes that are to stand there.
pub type NewFile = (String, Vec<u8>);

/// Named byte strings that can be appended to. Names are relative, with `/` between folders.
pub trait Storage {
    /// Reads from the beginning; none when there is no such name.
    ///
    /// # Errors
    /// What the system says.
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>>;
    /// Adds bytes at the end, made when it was not there. Not durable until [`Storage::sync`].
    ///
    /// # Errors
    /// What the system says; some of the bytes may be there then.
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Makes what was appended survive a power cut.
    ///
    /// # Errors
    /// What the system says.
    fn sync(&mut self, name: &str) -> io::Result<()>;
    /// Cuts to this length; nothing happens when it is not longer, or not there.
    ///
    /// # Errors
    /// What the system says.
    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()>;
    /// Puts these bytes there, whole or not at all, durably.
    ///
    /// # Errors
    /// What the system says. Either the former bytes stand then, or these do already and may not outlast a power cut.
    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;
    /// Gives it another name, durably.
    ///
    /// # Errors
    /// What the system says.
    fn rename(&mut self, name: &str, to: &str) -> io::Result<()>;
    /// Takes it away, durably. Nothing happens when it is not there.
    ///
    /// # Errors
    /// What the system says.
    fn remove(&mut self, name: &str) -> io::Result<()>;
    /// The same, its bytes overwritten before: for secrets.
    ///
    /// # Errors
    /// What the system says.
    fn erase(&mut self, name: &str) -> io::Result<()>;
    /// Whether there is such a name.
    fn has(&self, name: &str) -> bool;

    /// From now on it is written wherever it is: for the last words of a station whose folder was moved away.
    fn follow_moved(&mut self) {}

    /// The names of the files in a folder, without it; none where the storage cannot tell.
    ///
    /// # Errors
    /// What the system says.
    fn list(&self, _folder: &str) -> io::Result<Vec<String>> {
        Ok(Vec::new())
    }

    /// Puts files there whose names are free; gives back those whose names are taken, where the former bytes stay.
    /// Whole or not at all, and durable once [`Storage::settle`] has returned.
    ///
    /// # Errors
    /// What the system says; some of the files may be there then.
    fn create(&mut self, files: Vec<NewFile>) -> io::Result<Vec<NewFile>> {
        let mut taken = Vec::new();
        for (name, bytes) in files {
            if self.has(&name) {
                taken.push((name, bytes));
            } else {
                self.replace(&name, &bytes)?;
            }
        }
        Ok(taken)
    }

    /// Makes what was created survive a power cut.
    ///
    /// # Errors
    /// What the system says.
    fn sync_created(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Whether every look into it takes its time: what is known to be there is not looked at then.
    fn is_remote(&self) -> bool {
        false
    }

    /// Reads the whole, up to `limit` bytes; none when it is not there.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::FileTooLarge`] past the limit.
    fn read_all(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let Some(reader) = self.read(name)? else {
            return Ok(None);
        };
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(reader, limit + 1), &mut bytes)?;
        check_limit(bytes, limit).map(Some)
    }

    /// Reads the whole, as [`Self::read_all`]; a file past the limit is not ours, and counts as missing.
    ///
    /// # Errors
    /// What the system says.
    fn read_bounded(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        match self.read_all(name, limit) {
            Err(e) if e.kind() == io::ErrorKind::FileTooLarge => Ok(None),
            other => other,
        }
    }
}

fn check_limit(bytes: Vec<u8>, limit: u64) -> io::Result<Vec<u8>> {
    if bytes.len() as u64 > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

/// No more room is made at once for what a file says of its length: it may be mostly holes.
const READ_AHEAD: u64 = 8 << 20;

/// Any storage behind a pointer.
pub type AnyStorage = Box<dyn Storage + Send + Sync>;

impl<S: Storage + ?Sized> Storage for Box<S> {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        (**self).read(name)
    }
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        (**self).append(name, bytes)
    }
    fn sync(&mut self, name: &str) -> io::Result<()> {
        (**self).sync(name)
    }
    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()> {
        (**self).truncate(name, len)
    }
    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        (**self).replace(name, bytes)
    }
    fn rename(&mut self, name: &str, to: &str) -> io::Result<()> {
        (**self).rename(name, to)
    }
    fn remove(&mut self, name: &str) -> io::Result<()> {
        (**self).remove(name)
    }
    fn erase(&mut self, name: &str) -> io::Result<()> {
        (**self).erase(name)
    }
    fn has(&self, name: &str) -> bool {
        (**self).has(name)
    }
    fn follow_moved(&mut self) {
        (**self).follow_moved();
    }
    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        (**self).list(folder)
    }
    fn create(&mut self, files: Vec<NewFile>) -> io::Result<Vec<NewFile>> {
        (**self).create(files)
    }
    fn sync_created(&mut self) -> io::Result<()> {
        (**self).sync_created()
    }
    fn is_remote(&self) -> bool {
        (**self).is_remote()
    }
    fn read_all(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        (**self).read_all(name, limit)
    }
}

/// With fewer new files than this each is synced by itself, with more the whole file system at once.
const MAX_SYNCED_SINGLY: usize = 64;

/// The folder, or a file in it, is not any more the one that is written. It is not written to until it is back: whoever
/// went on at the same path would split the log, or write over another's.
#[derive(Debug, thiserror::Error)]
#[error("{0} is not any more what it was when loa began: it was moved away, deleted or replaced")]
pub struct StorageMoved(PathBuf);

impl From<&Path> for StorageMoved {
    fn from(path: &Path) -> Self {
        Self(path.to_owned())
    }
}

impl StorageMoved {
    /// Whether this is why something could not be written.
    #[must_use]
    pub fn is_cause_of(error: &io::Error) -> bool {
        Self::moved_path(error).is_some()
    }

    /// The path that moved, if `error` says so.
    #[must_use]
    pub fn moved_path(error: &io::Error) -> Option<&Path> {
        error.get_ref()?.downcast_ref::<Self>().map(|moved| &*moved.0)
    }
}

/// A folder on the disk.
pub struct FolderStorage {
    folder: PathBuf,
    /// The folder, held from the beginning: nothing is written once another has its place.
    pinned: Option<Arc<DirHandle>>,
    /// Whether what is held is written wherever it is by now.
    follows: bool,
    open: BTreeMap<String, File>,
    /// Files that were created and are not synced, the first of them with the descriptors that wrote them.
    unsynced: Vec<(PathBuf, Option<File>)>,
    /// The folder, opened before the first of them was written.
    root_handle: Option<File>,
    /// Rights of what is made.
    modes: CreateModes,
    /// Whether the folder itself may be a link.
    linked: bool,
}

impl FolderStorage {
    /// Keeps its files in this folder, which is made when something is written.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        let (modes, linked) = (durable::GROUP_WRITABLE, true);
        let (open, unsettled) = (BTreeMap::new(), Vec::new());
        Self { folder, pinned: None, follows: false, open, unsynced: unsettled, root_handle: None, modes, linked }
    }

    /// The same for secrets: folders that only their owner may enter (0700), files that only he may read (0600).
    #[must_use]
    pub fn for_secrets(folder: PathBuf) -> Self {
        Self { modes: durable::OWNER_ONLY, ..Self::new(folder) }
    }

    /// The same for a station's log: only its owner writes there, and the folder is no link to elsewhere.
    #[must_use]
    pub fn for_airlog(folder: PathBuf) -> Self {
        Self { modes: durable::OWNER_WRITABLE, linked: false, ..Self::new(folder) }
    }

    /// Where it is.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the folder if need be, and holds it: from now on nothing is written unless the folder is this one, and
    /// every file that is open is the one of its name.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::InvalidInput`] when the folder is a link.
    pub fn pin_folder(&mut self) -> io::Result<()> {
        durable::create_dirs(&self.folder, self.modes)?;
        self.pinned = Some(self.root()?);
        Ok(())
    }

    fn root(&self) -> io::Result<Arc<DirHandle>> {
        let open = || if self.linked { DirHandle::open(&self.folder) } else { DirHandle::open_nofollow(&self.folder) };
        let Some(held) = &self.pinned else {
            return open().map(Arc::new);
        };
        if self.follows || open().and_then(|there| there.file_id()).ok() == Some(held.file_id()?) {
            return Ok(held.clone());
        }
        Err(io::Error::other(StorageMoved::from(&*self.folder)))
    }

    fn moved_error(&self, name: &str) -> io::Error {
        io::Error::other(StorageMoved(self.folder.join(name)))
    }

    fn spot(&self, name: &str) -> io::Result<AnchoredPath> {
        AnchoredPath::beneath(&self.root()?, name, None)
    }

    /// The same, folders made if need be.
    fn spot_creating_folders(&self, name: &str) -> io::Result<AnchoredPath> {
        if self.pinned.is_none() {
            durable::create_dirs(&self.folder, self.modes)?;
        }
        AnchoredPath::beneath(&self.root()?, name, Some(self.modes))
    }

    /// The open file, which is the one that has this name.
    fn open_for_append(&mut self, name: &str) -> io::Result<&mut File> {
        if self.pinned.is_some() && self.open.contains_key(name) {
            let there = self.spot(name)?.file_id().ok();
            let is_it = self.open.get(name).is_some_and(|file| durable::file_id(file).ok() == there);
            // Marks are scratch: they are written anew.
            if !is_it && name != PROGRESS {
                return Err(self.moved_error(name));
            }
            if !is_it {
                self.open.remove(name);
            }
        }
        if !self.open.contains_key(name) {
            let spot = self.spot_creating_folders(name)?;
            let (file, _) = spot.open_or_create(OpenMode::Append, self.modes).map_err(|e| naming(e, name))?;
            // A new name is itself lost in a power cut until its folder is synced. It may be there already from a try
            // at which just that failed.
            spot.sync_dir()?;
            self.open.insert(name.to_owned(), file);
        }
        self.open.get_mut(name).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Says which file it is that is none of ours.
fn naming(error: io::Error, name: &str) -> io::Error {
    match error.kind() {
        io::ErrorKind::InvalidInput => io::Error::new(io::ErrorKind::InvalidInput, format!("{name}: {error}")),
        _ => error,
    }
}

impl Storage for FolderStorage {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        match self.spot(name).and_then(|spot| spot.open_read()) {
            Ok(file) => Ok(Some(Box::new(BufReader::with_capacity(1 << 16, file)))),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(naming(e, name)),
        }
    }

    fn read_all(&self, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
        let file = match self.spot(name).and_then(|spot| spot.open_read()) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(|e| naming(e, name))?,
        };
        // One byte more than it has, so that its end is met without growing.
        let length = file.metadata()?.len().min(limit) + 1;
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(READ_AHEAD)).unwrap_or_default());
        io::Read::read_to_end(&mut io::Read::take(file, limit + 1), &mut bytes)?;
        check_limit(bytes, limit).map(Some)
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.open_for_append(name)?.write_all(bytes)
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        // Where the file is by now has nothing to do with whether its bytes are on the disk.
        match self.open.get(name) {
            Some(file) => file.sync_data(),
            None => self.open_for_append(name)?.sync_data(),
        }
    }

    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()> {
        if !self.has(name) {
            return Ok(());
        }
        let file = self.open_for_append(name)?;
        if file.metadata()?.len() > len {
            file.set_len(len)?;
        }
        Ok(())
    }

    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.open.remove(name);
        self.spot_creating_folders(name)?.replace(bytes, self.modes)
    }

    fn rename(&mut self, name: &str, to: &str) -> io::Result<()> {
        self.open.remove(name);
        self.open.remove(to);
        self.spot(name)?.rename(&self.spot_creating_folders(to)?)
    }

    fn remove(&mut self, name: &str) -> io::Result<()> {
        self.open.remove(name);
        match self.spot(name) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            spot => spot?.remove(),
        }
    }

    fn erase(&mut self, name: &str) -> io::Result<()> {
        self.open.remove(name);
        match self.spot(name) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            spot => spot?.shred(),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.spot(name).is_ok_and(|spot| spot.exists())
    }

    fn follow_moved(&mut self) {
        self.follows = true;
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        match fs::read_dir(self.folder.join(folder)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            entries => entries?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect(),
        }
    }

    fn create(&mut self, files: Vec<NewFile>) -> io::Result<Vec<NewFile>> {
        let mut taken = Vec::new();
        for (name, bytes) in files {
            let path = self.folder.join(&name);
            if self.has(&name) {
                taken.push((name, bytes));
            } else {
                if self.root_handle.is_none() {
                    durable::create_parent_dirs(&path)?;
                    self.root_handle = File::open(&self.folder).ok();
                }
                let file = durable::write_unsynced(&path, &bytes)?;
                // With more of them the whole file system is synced; descriptors are few.
                let file = Some(file).filter(|_| self.unsynced.len() < MAX_SYNCED_SINGLY);
                self.unsynced.push((path, file));
            }
        }
        Ok(taken)
    }

    fn sync_created(&mut self) -> io::Result<()> {
        let (files, before) = (std::mem::take(&mut self.unsynced), self.root_handle.take());
        let each = || durable::sync_files(files.iter().map(|(path, file)| (path.as_path(), file.as_ref())));
        let synced = match before {
            Some(folder) if files.len() > MAX_SYNCED_SINGLY => {
                durable::sync_file_system_of(&folder).and_then(|all| if all { Ok(()) } else { each() })
            }
            _ => each(),
        };
        if synced.is_err() {
            // After a failed sync a file is not trusted again, however right it looks: it is made anew next time.
            files.iter().for_each(|(path, _)| drop(fs::remove_file(path)));
        }
        synced
    }
}

/// What one name holds in memory: what programs see, and how much of it a power cut leaves.
#[derive(Debug, Clone, Default)]
struct MemoryFile {
    live: Vec<u8>,
    synced: usize,
}

/// A disk in memory, for rehearsals and tests. Clones share it, so it outlives a daemon that is "cut off".
#[derive(Debug, Clone, Default)]
pub struct MemoryStorage {
    files: Arc<Mutex<BTreeMap<String, MemoryFile>>>,
    /// It is not in its place.
    moved: Arc<AtomicBool>,
}

impl MemoryStorage {
    fn files(&self) -> MutexGuard<'_, BTreeMap<String, MemoryFile>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything that was not synced is gone, but for the first `kept` unsynced bytes of each file.
    pub fn power_cut(&self, kept: usize) {
        for image in self.files().values_mut() {
            image.live.truncate(image.synced.saturating_add(kept));
            image.synced = image.live.len();
        }
    }

    /// A disk of its own with the same files.
    #[must_use]
    pub fn copy(&self) -> Self {
        let moved = AtomicBool::new(self.moved.load(Relaxed));
        Self { files: Arc::new(Mutex::new(self.files().clone())), moved: Arc::new(moved) }
    }

    /// Its folder is moved away, or back: meanwhile it takes nothing.
    pub fn set_moved(&self, moved: bool) {
        self.moved.store(moved, Relaxed);
    }

    fn check_not_moved(&self) -> io::Result<()> {
        if self.moved.load(Relaxed) { Err(io::Error::other(StorageMoved::from(Path::new("airlog")))) } else { Ok(()) }
    }

    /// The bytes under this name, as programs see them.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        self.files().get(name).map(|i| i.live.clone()).unwrap_or_default()
    }

    /// All names.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.files().keys().cloned().collect()
    }
}

impl Storage for MemoryStorage {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        let files = self.files();
        Ok(files.get(name).map(|i| Box::new(Cursor::new(i.live.clone())) as Box<dyn BufRead>))
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.check_not_moved()?;
        let mut files = self.files();
        files.entry(name.to_owned()).or_default().live.extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        if let Some(image) = self.files().get_mut(name) {
            image.synced = image.live.len();
        }
        Ok(())
    }

    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()> {
        self.check_not_moved()?;
        if let Some(image) = self.files().get_mut(name) {
            image.live.truncate(usize::try_from(len).unwrap_or(usize::MAX));
            // A cut that is not synced may come undone; whoever cuts here syncs what follows.
            image.synced = image.synced.min(image.live.len());
        }
        Ok(())
    }

    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.check_not_moved()?;
        let image = MemoryFile { live: bytes.to_vec(), synced: bytes.len() };
        self.files().insert(name.to_owned(), image);
        Ok(())
    }

    fn rename(&mut self, name: &str, to: &str) -> io::Result<()> {
        self.check_not_moved()?;
        let mut files = self.files();
        let image = files.remove(name).ok_or(io::ErrorKind::NotFound)?;
        files.insert(to.to_owned(), image);
        Ok(())
    }

    fn remove(&mut self, name: &str) -> io::Result<()> {
        self.check_not_moved()?;
        self.files().remove(name);
        Ok(())
    }

    fn erase(&mut self, name: &str) -> io::Result<()> {
        self.remove(name)
    }

    fn has(&self, name: &str) -> bool {
        self.files().contains_key(name)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let prefix = format!("{folder}/");
        Ok(self.files().keys().filter_map(|name| name.strip_prefix(&prefix)).map(str::to_owned).collect())
    }
}
