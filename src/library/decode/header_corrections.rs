//! Corrections of the lengths in a file's header.

/// Corrections that a file's header needs before a demuxer reads it.
#[derive(Debug, Default)]
pub(super) struct HeaderCorrections {
    /// Fields of four bytes to overwrite: offset in the file, and new bytes.
    pub patches: Vec<(u64, [u8; 4])>,
    /// True when the header declares more bytes than the file has.
    pub truncated: bool,
    /// True when the header declares an impossible length.
    pub bad_length: bool,
}
