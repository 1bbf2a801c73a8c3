//! Errors in a file's header, found before a demuxer reads it.

/// Corrections that a file's header needs before a demuxer reads it.
#[derive(Debug, Default)]
pub(super) struct HeaderCorrections {
    /// Four-byte fields to overwrite: offset in the file, and new bytes.
    pub patches: Vec<(u64, [u8; 4])>,
    /// Whether the header promises bytes that are not there.
    pub truncated: bool,
    /// Whether it gives a length that cannot be right.
    pub bad_length: bool,
}
