//! Accidents that only tests stage.
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use super::MemoryStorage;

impl MemoryStorage {
    /// Drops everything that was not synced, except the first `kept` unsynced bytes of each file.
    pub fn power_cut(&self, kept: usize) {
        for image in self.files().values_mut() {
            image.live.truncate(image.synced.saturating_add(kept));
            image.synced = image.live.len();
        }
    }

    /// Returns a separate disk with the same files.
    #[must_use]
    pub fn copy(&self) -> Self {
        let moved = AtomicBool::new(self.moved.load(Relaxed));
        Self { files: Arc::new(Mutex::new(self.files().clone())), moved: Arc::new(moved) }
    }

    /// Moves the folder away, or back. While it is away every write fails with `StorageMoved`.
    pub fn set_moved(&self, moved: bool) {
        self.moved.store(moved, Relaxed);
    }
}
