//! Errors that keep a file from being decoded, and faults found while decoding it.
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
    /// The format or codec is not known.
    #[error("it is not in a format that loa can play")]
    Unknown,
    /// A known format whose beginning is broken.
    #[error("its beginning is broken: {0}")]
    Broken(String),
    /// A known format from which no frame comes out.
    #[error("it holds no sound that can be decoded{}", .0.as_ref().map(|d| format!(": {d}")).unwrap_or_default())]
    Silent(Option<String>),
    /// More channels than can be played, or none.
    #[error("it has {0} channels, 1 to 8 can be played")]
    Channels(usize),
    /// A rate outside the range that can be played.
    #[error("it has {0} frames a second, 8000 to 192000 can be played")]
    Rate(u32),
}

/// Faults found while decoding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecodeFaults {
    /// Packets seen, good and bad.
    pub packets: u64,
    /// Packets that could not be decoded, or were missing.
    pub lost: u64,
    /// Error of the first of them.
    pub first_error: Option<String>,
    /// Error that ended the stream before its end.
    pub fatal: Option<String>,
    /// Samples that are not finite.
    pub nan_samples: u64,
    /// Samples beyond [`super::MAX_SAMPLE`].
    pub out_of_range: u64,
    /// Bytes between the packets that are not sound, where they can be counted.
    pub garbage_bytes: u64,
    /// Whether the file ends in the middle of a packet, page or box.
    pub truncated: bool,
    /// Whether the mark of its end is missing.
    pub unfinished: bool,
    /// Frames that the header declares, without encoder delay and padding, if it does.
    pub declared_frames: Option<u64>,
    /// Whether that number is only approximate.
    pub declared_roughly: bool,
    /// Whether its header gives a length that cannot be right.
    pub bad_length: bool,
    /// Whether its bit rate varies and no index says how.
    pub no_index: bool,
    /// Whether its bytes differ from the digest taken before.
    pub altered: bool,
}

impl DecodeFaults {
    /// Returns one sentence in English for the log, if sound was lost.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        if let Some(fatal) = &self.fatal {
            return Some(fatal.clone());
        }
        let first = self.first_error.as_deref().unwrap_or("no reason given");
        (self.lost > 0).then(|| format!("{} of its blocks cannot be decoded: {first}", self.lost))
    }

    /// Counts packets without sound.
    pub(super) fn count_lost(&mut self, packets: u64, what: String) {
        self.lost = self.lost.saturating_add(packets);
        self.first_error.get_or_insert(what);
    }
}
