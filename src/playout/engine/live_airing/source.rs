//! The source of an airing's audio.
use std::path::PathBuf;

use crate::library::loudness::Loudness;

/// The file of an airing.
#[derive(Debug, Clone, PartialEq)]
pub enum AudioSource {
    /// A segment of the station. Its file is in the audio folder, and its loudness is in the library.
    Segment {
        /// The SHA-256 that the file must have; `None` accepts any file of that name.
        sha256: Option<String>,
    },
    /// A file outside the audio folder, which was examined when the operator requested it.
    File {
        /// Its absolute path.
        path: PathBuf,
        /// The SHA-256 that the file must have.
        sha256: String,
        /// Its measured loudness.
        loudness: Loudness,
    },
}

impl AudioSource {
    /// The SHA-256 that the file must have; `None` accepts any file.
    #[must_use]
    pub fn sha256(&self) -> Option<&str> {
        match self {
            Self::Segment { sha256 } => sha256.as_deref(),
            Self::File { sha256, .. } => Some(sha256),
        }
    }
}
