//! Closings: the signed heads at the ends of the epochs, concatenated in one file.
use super::error::VerifyError;
use super::note::{self, Note};

/// Maximum size of the closings file, in bytes: enough for a hundred years.
pub const MAX_CLOSINGS_BYTES: u64 = 1 << 26;

/// Parses all closings of a file.
///
/// # Errors
/// [`VerifyError::ClosingsUnreadable`] if the file is not a sequence of complete notes.
pub(super) fn parse_closings(closings: &[u8]) -> Result<std::vec::IntoIter<Note>, VerifyError> {
    let (notes, remainder) = note::split_notes(closings);
    if !remainder.is_empty() {
        return Err(VerifyError::ClosingsUnreadable);
    }
    let notes: Option<Vec<_>> = notes.into_iter().map(Note::parse).collect();
    Ok(notes.ok_or(VerifyError::ClosingsUnreadable)?.into_iter())
}

/// Returns the closings without the last one if a power cut interrupted its write; `None` when all closings are
/// complete.
///
/// The last closing is a copy of the head, so a torn closing is a proper prefix of `head`. It may still parse as a note
/// if it ends between two signature lines.
#[must_use]
pub fn without_torn_closing<'a>(closings: &'a [u8], head: &[u8]) -> Option<&'a [u8]> {
    let (notes, remainder) = note::split_notes(closings);
    let last_closing = if remainder.is_empty() { notes.last().copied()? } else { remainder };
    (last_closing.len() < head.len() && head.starts_with(last_closing))
        .then(|| &closings[..closings.len() - last_closing.len()])
}
