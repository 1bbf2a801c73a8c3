//! State that the deck's thread shares with other threads.
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use crate::playout::output::mixer::PlaybackPosition;
use crate::playout::output::{OutputEvent, Waker};

/// State that the deck shares with its [`DeckOutput`](super::deck_output::DeckOutput).
pub(super) struct DeckShared {
    events: Mutex<Vec<OutputEvent>>,
    /// Progress of the sounding cue. The device's callback writes it.
    pub position: Arc<PlaybackPosition>,
    /// Number of times that the line was opened, or kept open after a request to close it.
    pub opening_count: AtomicU64,
    waker: Waker,
}

impl DeckShared {
    pub(super) fn new(waker: Waker) -> Self {
        let (events, position, opening_count) = (Mutex::default(), Arc::default(), AtomicU64::new(0));
        Self { events, position, opening_count, waker }
    }

    /// Adds an event, and wakes the main loop.
    pub(super) fn push_event(&self, event: OutputEvent) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        (self.waker)();
    }

    /// Returns the events since the last call, in order.
    pub(super) fn take_events(&self) -> Vec<OutputEvent> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
