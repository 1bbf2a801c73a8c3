//! Files that are regular and reached without a link: their identity, how they are opened, and the errors for all others.
use std::io;

/// Identity of a file or folder, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct FileId {
    /// Number of the file system.
    pub device: u64,
    /// Number of the file in it.
    pub inode: u64,
}

/// Purpose for which a file is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// Reading.
    Read,
    /// Writing at its end.
    Append,
    /// Reading, and writing over its bytes.
    Write,
}

/// Error of what is not a regular file, or is reached through a link.
pub(super) fn not_plain_file_error() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file of its own (a link, a pipe, a device or a folder)")
}

/// Error of what is not a regular file; links are allowed.
pub(super) fn not_regular_file_error() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
}
