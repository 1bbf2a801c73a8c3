//! Commands to the deck.
use std::path::PathBuf;

use crate::playout::output::{Cue, CueKey};

/// A command to the deck.
pub(super) enum DeckCommand {
    /// Opens the line, at this rate (frames per second) if the device supports it.
    Open {
        rate: Option<u32>,
    },
    Close,
    Cue(Cue),
    Cut(CueKey),
    /// Opens and hashes these files when the deck is idle.
    Inspect(Vec<PathBuf>),
    /// Closes the line and ends the thread.
    Quit,
}
