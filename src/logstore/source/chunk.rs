//! A chunk of consecutive lines.

/// Consecutive lines of a log.
#[derive(Debug, Default)]
pub struct LogReadChunk {
    /// Number of the first line.
    pub first_seq: u64,
    pub(super) bytes: Vec<u8>,
    /// End of each line in `bytes`.
    pub(super) ends: Vec<usize>,
}

impl LogReadChunk {
    /// Returns the lines, without their newlines.
    #[must_use]
    pub fn lines(&self) -> Vec<&[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(from, until)| &self.bytes[from..*until]).collect()
    }

    /// Returns whether the chunk holds no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(super) fn push(&mut self, line: &[u8]) {
        self.bytes.extend_from_slice(line);
        self.ends.push(self.bytes.len());
    }
}
