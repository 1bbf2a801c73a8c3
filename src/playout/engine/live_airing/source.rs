//! Where the audio of an airing comes from.
use std::path::PathBuf;

use crate::library::loudness::Loudness;

/// The file behind an airing.
#[derive(Debug, Clone, PartialEq)]
pub enum AudioSource {
    /// A segment of the station: its file is in the audio folder, its loudness in the library.
    Segment {
        /// SHA-256 that the file must have; none: any file of that name.
        sha256: Option<String>,
    },
    /// A file from elsewhere, examined when it was ordered.
    File {
        /// Its absolute path.
        path: PathBuf,
        /// SHA-256 that it must have.
        sha256: String,
        /// Its loudness.
        loudness: Loudness,
    },
}

impl AudioSource {
    /// SHA-256 that the file must have.
    #[must_use]
    pub fn sha256(&self) -> Option<&str> {
        match self {
            Self::Segment { sha256 } => sha256.as_deref(),
            Self::File { sha256, .. } => Some(sha256),
        }
    }
}
