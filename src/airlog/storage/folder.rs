//! A storage in a folder on the disk.
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::moved::StorageMoved;
use super::{NewFile, Storage, check_size};
use crate::airlog::files::PROGRESS;
use crate::base::durable;
use crate::base::durable::{AnchoredPath, CreateModes, DirHandle, OpenMode};

/// Maximum size of a read buffer that is allocated in advance, in bytes. It is limited because a sparse file can report
/// a huge length.
const MAX_PREALLOCATED_BYTES: u64 = 8 << 20;

/// Maximum number of new files that are synced one by one. If there are more, the whole file system is synced instead.
const MAX_SINGLE_SYNCS: usize = 64;

/// A storage in a folder on the disk.
pub struct FolderStorage {
    folder: PathBuf,
    /// Handle of the pinned folder, if any. Nothing is written if another folder has taken its path.
    pinned_folder: Option<Arc<DirHandle>>,
    /// True when writes to the pinned folder continue after it was moved.
    follows_moves: bool,
    /// Files that are open for appending, by name.
    open_files: BTreeMap<String, File>,
    /// Paths of created files that are not synced yet. The first [`MAX_SINGLE_SYNCS`] have an open handle.
    unsynced_files: Vec<(PathBuf, Option<File>)>,
    /// Handle of the folder, opened before the first unsynced file was written.
    root_handle: Option<File>,
    /// Permissions of new folders and files.
    modes: CreateModes,
    /// True when the folder itself may be a symbolic link.
    allows_link: bool,
}

impl FolderStorage {
    /// Creates a storage in `folder`. A missing folder is created with the first file.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            pinned_folder: None,
            follows_moves: false,
            open_files: BTreeMap::new(),
            unsynced_files: Vec::new(),
            root_handle: None,
            modes: durable::GROUP_WRITABLE,
            allows_link: true,
        }
    }

    /// Creates a storage for secrets. Only the owner may enter the folders (mode 0700) and read the files (mode 0600).
    #[must_use]
    pub fn for_secrets(folder: PathBuf) -> Self {
        Self { modes: durable::OWNER_ONLY, ..Self::new(folder) }
    }

    /// Creates a storage for a station's log. Only the owner may write, and the folder must not be a symbolic link.
    #[must_use]
    pub fn for_airlog(folder: PathBuf) -> Self {
        Self { modes: durable::OWNER_WRITABLE, allows_link: false, ..Self::new(folder) }
    }

    /// Returns the path of the folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Creates the folder if it is missing, and pins it. From then on, a write succeeds only if the same folder still
    /// has this path, and if the open file still has its name.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] if the folder is a symbolic link, or an error from the system.
    pub fn pin_folder(&mut self) -> io::Result<()> {
        durable::create_dirs(&self.folder, self.modes)?;
        self.pinned_folder = Some(self.root()?);
        Ok(())
    }

    /// Opens a file for reading at any offset; `None` if it is missing.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] if it is a link or a device, or an error from the system.
    pub fn open(&self, name: &str) -> io::Result<Option<File>> {
        match self.resolve(name).and_then(|path| path.open_read()) {
            Ok(file) => Ok(Some(file)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(with_file_name(e, name)),
        }
    }

    /// Returns a handle of the folder. Fails with [`StorageMoved`] if the pinned folder was moved.
    fn root(&self) -> io::Result<Arc<DirHandle>> {
        let open_folder =
            || if self.allows_link { DirHandle::open(&self.folder) } else { DirHandle::open_nofollow(&self.folder) };
        let Some(pinned) = &self.pinned_folder else {
            return open_folder().map(Arc::new);
        };
        if self.follows_moves || open_folder().and_then(|handle| handle.file_id()).ok() == Some(pinned.file_id()?) {
            return Ok(pinned.clone());
        }
        Err(io::Error::other(StorageMoved::from(&*self.folder)))
    }

    fn moved_error(&self, name: &str) -> io::Error {
        io::Error::other(StorageMoved::from(&*self.folder.join(name)))
    }

    /// Resolves a name below the folder.
    fn resolve(&self, name: &str) -> io::Result<AnchoredPath> {
        AnchoredPath::beneath(&self.root()?, name, None)
    }

    /// Like [`Self::resolve`], but creates missing folders.
    fn resolve_creating_folders(&self, name: &str) -> io::Result<AnchoredPath> {
        if self.pinned_folder.is_none() {
            durable::create_dirs(&self.folder, self.modes)?;
        }
        AnchoredPath::beneath(&self.root()?, name, Some(self.modes))
    }

    /// Opens a file for appending, or returns the open file. Fails with [`StorageMoved`] if the file that is open
    /// in a pinned folder no longer has this name.
    fn open_for_append(&mut self, name: &str) -> io::Result<&mut File> {
        if self.pinned_folder.is_some() && self.open_files.contains_key(name) {
            let id_at_path = self.resolve(name)?.file_id().ok();
            let is_same_file = self.open_files.get(name).is_some_and(|file| durable::file_id(file).ok() == id_at_path);
            // The log does not depend on the progress file, so a new progress file may replace it.
            if !is_same_file && name != PROGRESS {
                return Err(self.moved_error(name));
            }
            if !is_same_file {
                self.open_files.remove(name);
            }
        }
        if !self.open_files.contains_key(name) {
            let path = self.resolve_creating_folders(name)?;
            let (file, _) = path.open_or_create(OpenMode::Append, self.modes).map_err(|e| with_file_name(e, name))?;
            // A power cut loses a new file until its folder is synced. An existing file needs the sync as well: it may
            // come from an earlier attempt in which only this sync failed.
            path.sync_dir()?;
            self.open_files.insert(name.to_owned(), file);
        }
        self.open_files.get_mut(name).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

/// Adds the name of the file to an [`io::ErrorKind::InvalidInput`] error, which means that the file is a link or a
/// device.
fn with_file_name(error: io::Error, name: &str) -> io::Error {
    match error.kind() {
        io::ErrorKind::InvalidInput => io::Error::new(io::ErrorKind::InvalidInput, format!("{name}: {error}")),
        _ => error,
    }
}

impl Storage for FolderStorage {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        Ok(self.open(name)?.map(|file| Box::new(BufReader::with_capacity(1 << 16, file)) as Box<dyn BufRead>))
    }

    fn read_all(&self, name: &str, max_bytes: u64) -> io::Result<Option<Vec<u8>>> {
        let file = match self.resolve(name).and_then(|path| path.open_read()) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file.map_err(|e| with_file_name(e, name))?,
        };
        // The buffer has one byte more than the file, so that reading to the end does not grow it.
        let length = file.metadata()?.len().min(max_bytes) + 1;
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(MAX_PREALLOCATED_BYTES)).unwrap_or_default());
        io::Read::read_to_end(&mut io::Read::take(file, max_bytes + 1), &mut bytes)?;
        check_size(bytes, max_bytes).map(Some)
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.open_for_append(name)?.write_all(bytes)
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        // The file may have been moved. That does not matter here, because only its bytes must reach the disk.
        match self.open_files.get(name) {
            Some(file) => file.sync_data(),
            None => self.open_for_append(name)?.sync_data(),
        }
    }

    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()> {
        if !self.exists(name) {
            return Ok(());
        }
        let file = self.open_for_append(name)?;
        if file.metadata()?.len() > len {
            file.set_len(len)?;
        }
        Ok(())
    }

    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.open_files.remove(name);
        self.resolve_creating_folders(name)?.replace(bytes, self.modes)
    }

    fn rename(&mut self, name: &str, to: &str) -> io::Result<()> {
        self.open_files.remove(name);
        self.open_files.remove(to);
        self.resolve(name)?.rename(&self.resolve_creating_folders(to)?)
    }

    fn remove(&mut self, name: &str) -> io::Result<()> {
        self.open_files.remove(name);
        match self.resolve(name) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            path => path?.remove(),
        }
    }

    fn erase(&mut self, name: &str) -> io::Result<()> {
        self.open_files.remove(name);
        match self.resolve(name) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            path => path?.shred(),
        }
    }

    fn exists(&self, name: &str) -> bool {
        self.resolve(name).is_ok_and(|path| path.exists())
    }

    fn follow_moved_folder(&mut self) {
        self.follows_moves = true;
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        match fs::read_dir(self.folder.join(folder)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            entries => entries?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect(),
        }
    }

    fn create(&mut self, files: Vec<NewFile>) -> io::Result<Vec<NewFile>> {
        let mut existing = Vec::new();
        for (name, bytes) in files {
            let path = self.folder.join(&name);
            if self.exists(&name) {
                existing.push((name, bytes));
            } else {
                if self.root_handle.is_none() {
                    durable::create_parent_dirs(&path)?;
                    self.root_handle = File::open(&self.folder).ok();
                }
                let file = durable::write_unsynced(&path, &bytes)?;
                // Further files are not kept open, because a process may hold only a limited number of files open. They
                // are synced with the whole file system.
                let file = Some(file).filter(|_| self.unsynced_files.len() < MAX_SINGLE_SYNCS);
                self.unsynced_files.push((path, file));
            }
        }
        Ok(existing)
    }

    fn sync_created(&mut self) -> io::Result<()> {
        let (files, root_handle) = (std::mem::take(&mut self.unsynced_files), self.root_handle.take());
        let sync_each = || durable::sync_files(files.iter().map(|(path, file)| (path.as_path(), file.as_ref())));
        let result = match root_handle {
            Some(folder) if files.len() > MAX_SINGLE_SYNCS => {
                durable::sync_file_system_of(&folder).and_then(|is_synced| if is_synced { Ok(()) } else { sync_each() })
            }
            _ => sync_each(),
        };
        if result.is_err() {
            // A file whose sync failed cannot be trusted, even if it can be read. It is removed, and the next attempt
            // creates it again.
            files.iter().for_each(|(path, _)| drop(fs::remove_file(path)));
        }
        result
    }
}
