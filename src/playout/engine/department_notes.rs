//! Converts the department's signed notes to log entries.
use crate::airlog::entry::{Body, SignedNoteEntry};
use crate::proof::anchor;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::Note;

/// The maximum length of a department's note, in bytes.
const MAX_NOTE_BYTES: usize = 4096;

/// Returns the entry for a note. `None` when the note is neither an anchor nor a countersigned head, or is too long.
fn department_note_body(note: String) -> Option<Body> {
    if note.len() > MAX_NOTE_BYTES {
        return None;
    }
    if anchor::parse_anchor(note.as_bytes()).is_some() {
        return Some(Body::Anchor(SignedNoteEntry { note }));
    }
    let text = Note::parse(note.as_bytes())?.text;
    Checkpoint::parse(&text).map(|_| Body::Cosigned(SignedNoteEntry { note }))
}

/// Returns the entries for the notes of a collection, but only the first of each kind.
#[must_use]
pub fn department_bodies(notes: Vec<String>) -> Vec<Body> {
    let mut bodies: Vec<Body> = Vec::new();
    for body in notes.into_iter().filter_map(department_note_body) {
        if !bodies.iter().any(|existing| std::mem::discriminant(existing) == std::mem::discriminant(&body)) {
            bodies.push(body);
        }
    }
    bodies
}
