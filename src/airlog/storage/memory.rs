//! A disk in memory.
mod testing;

use std::collections::BTreeMap;
use std::io::{self, BufRead, Cursor};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Storage;
use super::moved::StorageMoved;

/// A file in memory: the bytes that programs see, and how many of them survive a power cut.
#[derive(Debug, Clone, Default)]
struct MemoryFile {
    live: Vec<u8>,
    synced: usize,
}

/// A disk in memory, for rehearsals and tests. Clones share it, so it outlives a daemon that is cut off.
#[derive(Debug, Clone, Default)]
pub struct MemoryStorage {
    files: Arc<Mutex<BTreeMap<String, MemoryFile>>>,
    /// Whether the folder is away from its place.
    moved: Arc<AtomicBool>,
}

impl MemoryStorage {
    fn files(&self) -> MutexGuard<'_, BTreeMap<String, MemoryFile>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_not_moved(&self) -> io::Result<()> {
        if self.moved.load(Relaxed) { Err(io::Error::other(StorageMoved::from(Path::new("airlog")))) } else { Ok(()) }
    }

    /// Returns the bytes of a file as programs see them; empty when it is missing.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        self.files().get(name).map(|i| i.live.clone()).unwrap_or_default()
    }

    /// Returns all names.
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
            // On a disk an unsynced cut may come undone; callers sync the bytes that follow it.
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
