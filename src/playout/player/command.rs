//! Commands to the deck.
use std::path::PathBuf;

use crate::playout::output::{Cue, CueKey};

/// A command to the deck.
pub(super) enum DeckCommand {
    /// Opens the line, at this rate if the device takes it.
    Open {
        rate: Option<u32>,
    },
    Close,
    Cue(Cue),
    Cut(CueKey),
    /// Hashes these files when there is time.
    Prefetch(Vec<PathBuf>),
    /// Closes the line, and ends the thread.
    Quit,
}
