//! State that the deck shares with the station's output.
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError};

use crate::playout::output::mixer::PlaybackPosition;
use crate::playout::output::{OutputEvent, Waker};

/// State that the deck shares with its [`DeckOutput`](super::deck_output::DeckOutput).
pub(super) struct DeckShared {
    events: Mutex<Vec<OutputEvent>>,
    /// How far the sounding cue has come. The callback writes it.
    pub position: Arc<PlaybackPosition>,
    /// How many times a line was opened.
    pub openings: AtomicU64,
    waker: Waker,
}

impl DeckShared {
    pub(super) fn new(waker: Waker) -> Self {
        let (events, position, openings) = (Mutex::default(), Arc::default(), AtomicU64::new(0));
        Self { events, position, openings, waker }
    }

    /// Adds an event, and wakes the loop.
    pub(super) fn push_event(&self, event: OutputEvent) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        (self.waker)();
    }

    /// Returns the events since the last call.
    pub(super) fn take_events(&self) -> Vec<OutputEvent> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
