//! A limit on the number of clients that are served at the same time.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A fixed number of slots for clients. Clones share the same slots.
#[derive(Clone)]
pub(super) struct ClientSlots {
    taken_count: Arc<AtomicUsize>,
    slot_count: usize,
}

/// A taken slot. Dropping it, even in a panic, frees the slot.
pub(super) struct ClientSlot(Arc<AtomicUsize>);

impl ClientSlots {
    /// Returns `slot_count` free slots.
    pub(super) fn new(slot_count: usize) -> Self {
        Self { taken_count: Arc::default(), slot_count }
    }

    /// Takes a free slot. Returns `None` if all slots are taken. Only one thread may take slots, but any thread may
    /// free them.
    pub(super) fn take(&self) -> Option<ClientSlot> {
        if self.taken_count.load(Ordering::Relaxed) >= self.slot_count {
            return None;
        }
        self.taken_count.fetch_add(1, Ordering::Relaxed);
        Some(ClientSlot(self.taken_count.clone()))
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
        let slot = slots.take().expect("take a free slot");
        assert!(slots.take().is_none());
        let result = std::thread::spawn(move || {
            let _slot = slot;
            std::panic::resume_unwind(Box::new(()));
        });
        assert!(result.join().is_err());
        assert!(slots.take().is_some());
    }
}
