//! Permissions of new files and folders.

/// Permissions of new folders and files, before the umask removes some of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreateModes {
    pub(super) dir_mode: u32,
    pub(super) file_mode: u32,
}

/// Only the owner may write; everybody may read.
pub const OWNER_WRITABLE: CreateModes = CreateModes { dir_mode: 0o755, file_mode: 0o644 };
/// The group may write too, if the umask allows it: playlists, exports, a department's store.
pub const GROUP_WRITABLE: CreateModes = CreateModes { dir_mode: 0o775, file_mode: 0o664 };
/// Only the owner may read and write: secrets.
pub const OWNER_ONLY: CreateModes = CreateModes { dir_mode: 0o700, file_mode: 0o600 };
