//! Simulates power cuts and a moved folder, for tests.
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use super::MemoryStorage;

impl MemoryStorage {
    /// Simulates a power cut: drops the unsynced bytes of each file, except the first `surviving_bytes` of them.
    pub fn cut_power(&self, surviving_bytes: usize) {
        for file in self.files().values_mut() {
            file.bytes.truncate(file.synced_len.saturating_add(surviving_bytes));
            file.synced_len = file.bytes.len();
        }
    }

    /// Returns a copy of the storage that does not share its files.
    #[must_use]
    pub fn copy(&self) -> Self {
        let is_moved = AtomicBool::new(self.is_moved.load(Relaxed));
        Self { files: Arc::new(Mutex::new(self.files().clone())), is_moved: Arc::new(is_moved) }
    }

    /// Moves the folder away or back. While it is away, every write fails with `StorageMoved`.
    pub fn set_moved(&self, is_moved: bool) {
        self.is_moved.store(is_moved, Relaxed);
    }
}
