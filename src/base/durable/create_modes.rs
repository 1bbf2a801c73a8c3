//! Permissions of new files and folders.

/// Permissions of new folders and files. The umask may remove some; it never adds any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateModes {
    pub(super) dir_mode: u32,
    pub(super) file_mode: u32,
}

/// Only the station writes, everybody reads.
pub const OWNER_WRITABLE: CreateModes = CreateModes { dir_mode: 0o755, file_mode: 0o644 };
/// A group writes, too, if the umask allows it: playlists, exports, a department's store.
pub const GROUP_WRITABLE: CreateModes = CreateModes { dir_mode: 0o775, file_mode: 0o664 };
/// Only the owner reads and writes: secrets, 0600 in folders of 0700.
pub const OWNER_ONLY: CreateModes = CreateModes { dir_mode: 0o700, file_mode: 0o600 };
