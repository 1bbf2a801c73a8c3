//! Chunks of a log's lines.

/// Consecutive lines of a log.
#[derive(Debug, Default)]
pub struct LogReadChunk {
    /// Number of the first line.
    pub first_seq: u64,
    /// The lines, one after the other, without their newlines.
    pub(super) bytes: Vec<u8>,
    /// End of each line in `bytes`.
    pub(super) line_ends: Vec<usize>,
}

impl LogReadChunk {
    /// Returns the lines, without their newlines.
    #[must_use]
    pub fn lines(&self) -> Vec<&[u8]> {
        let line_starts = std::iter::once(0).chain(self.line_ends.iter().copied());
        line_starts.zip(&self.line_ends).map(|(from, until)| &self.bytes[from..*until]).collect()
    }

    /// True when the chunk has no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.line_ends.is_empty()
    }

    pub(super) fn push(&mut self, line: &[u8]) {
        self.bytes.extend_from_slice(line);
        self.line_ends.push(self.bytes.len());
    }
}
