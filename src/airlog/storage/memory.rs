//! A storage in memory.
mod testing;

use std::collections::BTreeMap;
use std::io::{self, BufRead, Cursor};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Storage;
use super::moved::StorageMoved;

/// A file in memory.
#[derive(Debug, Clone, Default)]
struct MemoryFile {
    /// The bytes that a reader gets.
    bytes: Vec<u8>,
    /// The number of these bytes that survive a power cut.
    synced_len: usize,
}

/// A storage in memory, for rehearsals and tests. Clones share the same files, so a test can drop a daemon and read its
/// files afterwards.
#[derive(Debug, Clone, Default)]
pub struct MemoryStorage {
    files: Arc<Mutex<BTreeMap<String, MemoryFile>>>,
    /// True while the folder is moved away.
    is_moved: Arc<AtomicBool>,
}

impl MemoryStorage {
    fn files(&self) -> MutexGuard<'_, BTreeMap<String, MemoryFile>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_not_moved(&self) -> io::Result<()> {
        if self.is_moved.load(Relaxed) {
            Err(io::Error::other(StorageMoved::from(Path::new("airlog"))))
        } else {
            Ok(())
        }
    }

    /// Returns the bytes of a file, including unsynced ones; empty if the file is missing.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        self.files().get(name).map(|file| file.bytes.clone()).unwrap_or_default()
    }

    /// Returns the names of all files.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.files().keys().cloned().collect()
    }
}

impl Storage for MemoryStorage {
    fn read(&self, name: &str) -> io::Result<Option<Box<dyn BufRead>>> {
        let files = self.files();
        Ok(files.get(name).map(|file| Box::new(Cursor::new(file.bytes.clone())) as Box<dyn BufRead>))
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.check_not_moved()?;
        let mut files = self.files();
        files.entry(name.to_owned()).or_default().bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        if let Some(file) = self.files().get_mut(name) {
            file.synced_len = file.bytes.len();
        }
        Ok(())
    }

    fn truncate(&mut self, name: &str, len: u64) -> io::Result<()> {
        self.check_not_moved()?;
        if let Some(file) = self.files().get_mut(name) {
            file.bytes.truncate(usize::try_from(len).unwrap_or(usize::MAX));
            // On a real disk, a power cut can undo an unsynced truncation. Callers therefore sync the bytes that they
            // append next.
            file.synced_len = file.synced_len.min(file.bytes.len());
        }
        Ok(())
    }

    fn replace(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.check_not_moved()?;
        let file = MemoryFile { bytes: bytes.to_vec(), synced_len: bytes.len() };
        self.files().insert(name.to_owned(), file);
        Ok(())
    }

    fn rename(&mut self, name: &str, to: &str) -> io::Result<()> {
        self.check_not_moved()?;
        let mut files = self.files();
        let file = files.remove(name).ok_or(io::ErrorKind::NotFound)?;
        files.insert(to.to_owned(), file);
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

    fn exists(&self, name: &str) -> bool {
        self.files().contains_key(name)
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let prefix = format!("{folder}/");
        Ok(self.files().keys().filter_map(|name| name.strip_prefix(&prefix)).map(str::to_owned).collect())
    }
}
