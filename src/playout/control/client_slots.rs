//! A limit on the clients that are served at once.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Slots for clients. Clones share them.
#[derive(Clone)]
pub(super) struct ClientSlots {
    taken: Arc<AtomicUsize>,
    count: usize,
}

/// A taken slot; it is free again when this is dropped, also by a panic.
pub(super) struct ClientSlot(Arc<AtomicUsize>);

impl ClientSlots {
    /// Returns `count` free slots.
    pub(super) fn new(count: usize) -> Self {
        Self { taken: Arc::default(), count }
    }

    /// Takes a slot; `None` when all are taken. One thread takes slots; any thread may free them.
    pub(super) fn take(&self) -> Option<ClientSlot> {
        if self.taken.load(Ordering::Relaxed) >= self.count {
            return None;
        }
        self.taken.fetch_add(1, Ordering::Relaxed);
        Some(ClientSlot(self.taken.clone()))
    }
}

impl Drop for ClientSlot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_panics_frees_its_slot() {
        let slots = ClientSlots::new(1);
        let slot = slots.take().expect("a free slot");
        assert!(slots.take().is_none());
        let panicked = std::thread::spawn(move || {
            let _slot = slot;
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(panicked.join().is_err());
        assert!(slots.take().is_some());
    }
}
