//! Closings: the signed heads at which epochs ended, concatenated in one file.
use super::error::VerifyError;
use super::note::{self, Note};

/// Maximum size of the file, bytes: enough for a hundred years.
pub const MAX_CLOSINGS: u64 = 1 << 26;

/// Parses all closings of a file.
///
/// # Errors
/// [`VerifyError::ClosingsUnreadable`] when the bytes are not whole notes.
pub(super) fn parse_closings(closings: &[u8]) -> Result<std::vec::IntoIter<Note>, VerifyError> {
    let (notes, rest) = note::split_notes(closings);
    if !rest.is_empty() {
        return Err(VerifyError::ClosingsUnreadable);
    }
    let notes: Option<Vec<_>> = notes.into_iter().map(Note::parse).collect();
    Ok(notes.ok_or(VerifyError::ClosingsUnreadable)?.into_iter())
}

/// Returns the closings without the last one if a power cut interrupted its write; `None` when the last one is whole.
///
/// The last closing is a copy of the head, so a torn one is a proper prefix of `head`. A cut at the end of a line
/// leaves a prefix that still parses as a note.
#[must_use]
pub fn without_torn_closing<'a>(closings: &'a [u8], head: &[u8]) -> Option<&'a [u8]> {
    let (notes, rest) = note::split_notes(closings);
    let last = if rest.is_empty() { notes.last().copied()? } else { rest };
    (last.len() < head.len() && head.starts_with(last)).then(|| &closings[..closings.len() - last.len()])
}
