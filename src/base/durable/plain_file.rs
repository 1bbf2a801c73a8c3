//! Regular files that are reached without a link: their identity, open modes, and the errors for all other files.
use std::io;

/// Identity of a file or folder. A rename does not change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct FileId {
    /// Device number of the file system (`st_dev`).
    pub device: u64,
    /// Number of the file in its file system (`st_ino`).
    pub inode: u64,
}

/// Purpose for which a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// Reading.
    Read,
    /// Writing at the end.
    Append,
    /// Reading, and overwriting bytes.
    Write,
}

/// Says if a folder may be reached through a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkPolicy {
    /// The folder may be a link: `playlists` and `audio` can be on another disk.
    Follow,
    /// The folder must not be a link.
    Refuse,
}

/// Returns the error for a file that is not regular, or that is reached through a link.
pub(super) fn not_plain_file_error() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file of its own (a link, a pipe, a device or a folder)")
}

/// Returns the error for a file that is not regular, for callers that follow links.
pub(super) fn not_regular_file_error() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
}
