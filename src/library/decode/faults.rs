//! Errors that prevent the decoding of a file, and faults found while decoding it.
use std::io;

use crate::library::flaw::UnplayableFormat;

/// Reason why a file cannot be decoded at all.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Read(#[from] io::Error),
    /// A known format that cannot be played.
    #[error("it is {}", crate::text::Localize::localized(.0, crate::text::Lang::En))]
    Foreign(UnplayableFormat),
    /// loa does not know the format or codec.
    #[error("it is not in a format that loa can play")]
    UnknownFormat,
    /// A known format whose beginning is broken.
    #[error("its beginning is broken: {0}")]
    Broken(String),
    /// A known format without a frame that can be decoded.
    #[error("it holds no sound that can be decoded{}", .0.as_ref().map(|d| format!(": {d}")).unwrap_or_default())]
    NoSound(Option<String>),
    /// More channels than can be played, or none.
    #[error("it has {0} channels; 1 to 8 can be played")]
    Channels(usize),
    /// A rate outside the range that can be played.
    #[error("it has {0} frames a second; 8000 to 192000 can be played")]
    Rate(u32),
}

/// Faults found while decoding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecodeFaults {
    /// Number of packets that were read, good and bad.
    pub packets: u64,
    /// Number of packets that are missing or could not be decoded.
    pub lost_packets: u64,
    /// Error of the first lost packet.
    pub first_error: Option<String>,
    /// Error that stopped the decoding before the end of the file.
    pub fatal_error: Option<String>,
    /// Number of samples that are not finite.
    pub non_finite_samples: u64,
    /// Number of samples that exceed [`super::MAX_SAMPLE`].
    pub out_of_range_samples: u64,
    /// Number of bytes that are not audio data; 0 in formats where they cannot be counted.
    pub garbage_bytes: u64,
    /// True when the file ends in the middle of a packet, page or box.
    pub is_truncated: bool,
    /// True when the last page in an Ogg file is not marked as the last one.
    pub is_unfinished: bool,
    /// Number of frames that the header declares, without encoder delay and padding; `None` when it declares none.
    pub declared_frames: Option<u64>,
    /// True when `declared_frames` is only approximate.
    pub is_declared_length_approximate: bool,
    /// True when the header declares an impossible length.
    pub has_bad_length: bool,
    /// True when the bit rate of an MP3 file varies and no index gives its number of frames.
    pub is_index_missing: bool,
    /// True when bytes of the file differ from its digest.
    pub is_altered: bool,
}

impl DecodeFaults {
    /// Returns one English sentence for the log: the fatal error, or else a sentence about the lost packets. `None`
    /// when there is neither.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        if let Some(error) = &self.fatal_error {
            return Some(error.clone());
        }
        let first_error = self.first_error.as_deref().unwrap_or("no reason given");
        (self.lost_packets > 0).then(|| format!("{} of its blocks cannot be decoded: {first_error}", self.lost_packets))
    }

    /// Adds lost packets, and keeps the error of the first lost packet.
    pub(super) fn count_lost(&mut self, packets: u64, error: String) {
        self.lost_packets = self.lost_packets.saturating_add(packets);
        self.first_error.get_or_insert(error);
    }
}
