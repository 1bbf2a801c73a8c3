//! Corrections to the lengths in a file's header.

/// Corrections that a file's header needs before a demuxer reads it.
#[derive(Debug, Default)]
pub(super) struct HeaderCorrections {
    /// Fields of four bytes to overwrite: offset in the file, and new bytes.
    pub patches: Vec<(u64, [u8; 4])>,
    /// True when the header declares more bytes than the file has.
    pub is_truncated: bool,
    /// True when the header declares an impossible length.
    pub has_bad_length: bool,
}
