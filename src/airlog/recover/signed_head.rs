//! The head as it lies on the disk.
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::Note;

/// A head, and the checkpoint that it signs.
pub(super) struct SignedHead {
    pub note: Note,
    pub checkpoint: Checkpoint,
}

impl SignedHead {
    /// Parses a head, if it is one over at least one entry.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let note = Note::parse(bytes)?;
        let checkpoint = Checkpoint::parse(&note.text).filter(|c| c.size > 0)?;
        Some(Self { note, checkpoint })
    }
}
