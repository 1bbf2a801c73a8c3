//! A folder on the disk.
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::moved::StorageMoved;
use super::{NewFile, Storage, check_limit};
use crate::airlog::files::PROGRESS;
use crate::base::durable;
use crate::base::durable::{AnchoredPath, CreateModes, DirHandle, OpenMode};

/// Maximum number of bytes preallocated from a file's reported length, which a sparse file can inflate.
const READ_AHEAD: u64 = 8 << 20;

/// Up to this many new files are synced one by one; with more of them the whole file system is synced at once.
const MAX_SYNCED_SINGLY: usize = 64;

/// A folder on the disk.
pub struct FolderStorage {
    folder: PathBuf,
    /// Handle of the pinned folder: nothing is written once another folder is in its place.
    pinned: Option<Arc<DirHandle>>,
    /// Whether to keep writing to the pinned folder after it has been moved.
    follows: bool,
    open: BTreeMap<String, File>,
    /// Files created but not yet synced; the first [`MAX_SYNCED_SINGLY`] keep their open handle.
    unsynced: Vec<(PathBuf, Option<File>)>,
    /// Handle of the folder, opened before the first unsynced file was written.
    root_handle: Option<File>,
    /// Permissions of new folders and files.
    modes: CreateModes,
    /// Whether the folder itself may be a symbolic link.
    linked: bool,
}

impl FolderStorage {
    /// Creates a storage in `folder`, which is itself created with the first file.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        let (modes, linked) = (durable::GROUP_WRITABLE, true);
        let (open, unsettled) = (BTreeMap::new(), Vec::new());
        Self { folder, pinned: None, follows: false, open, unsynced: unsettled, root_handle: None, modes, linked }
    }

    /// For secrets: only the owner may enter the folders (0700) and read the files (0600).
    #[must_use]
    pub fn for_secrets(folder: PathBuf) -> Self {
        Self { modes: durable::OWNER_ONLY, ..Self::new(folder) }
    }

    /// For a station's log: only the owner may write, and the folder must not be a symbolic link.
    #[must_use]
    pub fn for_airlog(folder: PathBuf) -> Self {
        Self { modes: durable::OWNER_WRITABLE, linked: false, ..Self::new(folder) }
    }

    /// Returns the path of the folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Creates the folder if it is missing, and pins it: from now on nothing is written unless this folder is in its
    /// place and every open file is the one that has its name.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] when the folder is a symbolic link, and those of the system.
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
        io::Error::other(StorageMoved::from(&*self.folder.join(name)))
    }

    fn spot(&self, name: &str) -> io::Result<AnchoredPath> {
        AnchoredPath::beneath(&self.root()?, name, None)
    }

    /// Like [`Self::spot`], but creates missing folders.
    fn spot_creating_folders(&self, name: &str) -> io::Result<AnchoredPath> {
        if self.pinned.is_none() {
            durable::create_dirs(&self.folder, self.modes)?;
        }
        AnchoredPath::beneath(&self.root()?, name, Some(self.modes))
    }

    /// Returns the open file, after a check that it is the one that has this name.
    fn open_for_append(&mut self, name: &str) -> io::Result<&mut File> {
        if self.pinned.is_some() && self.open.contains_key(name) {
            let there = self.spot(name)?.file_id().ok();
            let is_it = self.open.get(name).is_some_and(|file| durable::file_id(file).ok() == there);
            // Marks are scratch: a new file does.
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
            // A power cut loses a new name until its folder is synced. The name may exist already, from an attempt in
            // which only that sync failed.
            spot.sync_dir()?;
            self.open.insert(name.to_owned(), file);
        }
        self.open.get_mut(name).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Adds the name of the file to the error about a file that is not ours (a link, a device).
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
        // One byte more than the file has, so that its end is found without growing the buffer.
        let length = file.metadata()?.len().min(limit) + 1;
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(READ_AHEAD)).unwrap_or_default());
        io::Read::read_to_end(&mut io::Read::take(file, limit + 1), &mut bytes)?;
        check_limit(bytes, limit).map(Some)
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.open_for_append(name)?.write_all(bytes)
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        // A moved file does not matter here: only whether its bytes are on the disk.
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
                // Beyond that the whole file system is synced: descriptors are scarce.
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
            // After a failed sync a file is not trusted, however right it looks: it is created anew next time.
            files.iter().for_each(|(path, _)| drop(fs::remove_file(path)));
        }
        synced
    }
}
