//! Step 2 of the flow: the audio files of a station, known exactly by decoding them.
//!
//! The types here are plain values; [`mod@file`], [`decode`] and [`scan`] do the work on files.
#[cfg(feature = "playout")]
pub mod decode;
#[cfg(feature = "playout")]
pub mod file;
pub mod flaw;
#[cfg(feature = "playout")]
pub mod flaws;
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

/// What one full decode of a file told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scan {
    /// Its exact length.
    pub length: Length,
    /// Channels as decoded.
    pub channels: u16,
    /// Codec's short name, such as `mp3`.
    pub codec: String,
    /// SHA-256 of the file's bytes, lower-case hex.
    pub sha256: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// How it sounds.
    #[serde(default)]
    pub measure: AudioMeasurements,
    /// What is odd about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flaws: Vec<AudioFlaw>,
}

/// What is known of one audio file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum FileStatus {
    /// Decoded whole.
    Good(Scan),
    /// Cannot be played; `last` is what it was when it last could.
    Damaged {
        /// One sentence in English for the log; people get a finding.
        detail: String,
        /// What it is, if it is something that is not played at all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        foreign: Option<UnplayableFormat>,
        /// The last good scan.
        last: Option<Scan>,
    },
    /// Not there; `last` is what it was when it last was.
    Missing {
        /// The last good scan.
        last: Option<Scan>,
    },
}

impl FileStatus {
    /// The scan, or the last good one.
    #[must_use]
    pub fn last_good_scan(&self) -> Option<&Scan> {
        match self {
            Self::Good(scan) => Some(scan),
            Self::Damaged { last, .. } | Self::Missing { last } => last.as_ref(),
        }
    }
}

/// What is known of a station's audio files, by name in `audio/`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Library {
    /// Name in `audio/` -> what is known.
    pub files: BTreeMap<String, FileStatus>,
}

impl Library {
    /// The length a file is planned with: exact, last known, or nothing.
    #[must_use]
    pub fn planning_length(&self, file: &str) -> Length {
        self.files
            .get(file)
            .and_then(FileStatus::last_good_scan)
            .map_or(Length { frames: 0, rate: 0 }, |scan| scan.length)
    }
}
