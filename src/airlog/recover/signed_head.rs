//! The signed head of the log on the disk.
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::Note;

/// Signed note, and the checkpoint in it.
pub(super) struct SignedHead {
    pub note: Note,
    pub checkpoint: Checkpoint,
}

impl SignedHead {
    /// Parses a head over at least one entry. Signatures are not checked.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let note = Note::parse(bytes)?;
        let checkpoint = Checkpoint::parse(&note.text).filter(|c| c.size > 0)?;
        Some(Self { note, checkpoint })
    }
}
