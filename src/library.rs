//! The audio files of a station, measured by decoding each file completely.
//!
//! The types here are plain values. [`mod@file`], [`decode`] and [`scan`] work on files.
#[cfg(feature = "playout")]
pub mod decode;
#[cfg(feature = "playout")]
pub mod endings;
#[cfg(feature = "playout")]
pub mod envelope;
#[cfg(feature = "playout")]
pub mod file;
#[cfg(feature = "playout")]
pub mod find_flaws;
pub mod flaw;
pub mod loudness;
pub mod meter;
#[cfg(feature = "playout")]
pub mod panic_guard;
#[cfg(feature = "playout")]
pub mod scan;
#[cfg(feature = "playout")]
pub mod title;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use crate::base::length::Length;
use crate::library::flaw::{AudioFlaw, UnplayableFormat};
use meter::AudioMeasurements;

/// Result of decoding one file completely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// Exact length.
    pub length: Length,
    /// Number of decoded channels.
    pub channels: u16,
    /// Short name of the codec, such as `mp3`.
    pub codec: String,
    /// SHA-256 of the file's bytes, lower-case hex.
    pub sha256: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Loudness and other measurements.
    #[serde(default)]
    pub measure: AudioMeasurements,
    /// Flaws that do not prevent playback.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flaws: Vec<AudioFlaw>,
}

/// State of one audio file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum FileStatus {
    /// The file was decoded from beginning to end.
    Good(Scan),
    /// The file cannot be played.
    Damaged {
        /// One English sentence for the log. Messages show a finding instead.
        detail: String,
        /// The format, if it is a known format that cannot be played.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        foreign: Option<UnplayableFormat>,
        /// The last good scan, if there is one.
        last: Option<Scan>,
    },
    /// The file exists, but cannot be read, for example because a permission is missing or the disk is failing. The
    /// cause may be temporary.
    Unreadable {
        /// One English sentence for the log. Messages show a finding instead.
        detail: String,
        /// The last good scan, if there is one.
        last: Option<Scan>,
    },
    /// The file does not exist.
    Missing {
        /// The last good scan, if there is one.
        last: Option<Scan>,
    },
}

impl FileStatus {
    /// Returns the scan of a good file, or else the last good scan.
    #[must_use]
    pub fn last_good_scan(&self) -> Option<&Scan> {
        match self {
            Self::Good(scan) => Some(scan),
            Self::Damaged { last, .. } | Self::Unreadable { last, .. } | Self::Missing { last } => last.as_ref(),
        }
    }
}

/// The states of a station's audio files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Library {
    /// State of each file, by its path in `audio/`.
    pub files: BTreeMap<String, FileStatus>,
}

impl Library {
    /// Returns the length that the plan uses for a file: its exact length, or else its last known length, or else 0.
    #[must_use]
    pub fn planning_length(&self, file: &str) -> Length {
        self.files
            .get(file)
            .and_then(FileStatus::last_good_scan)
            .map_or(Length { frames: 0, rate: 0 }, |scan| scan.length)
    }
}
