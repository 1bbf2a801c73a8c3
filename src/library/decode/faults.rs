//! What can be wrong with a file, and what went wrong on the way through it.
use std::io;

use crate::library::flaw::UnplayableFormat;

/// Why a file cannot be decoded at all.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Read(#[from] io::Error),
    /// A known format that is not played.
    #[error("it is {}", crate::text::Localize::localized(.0, crate::text::Lang::En))]
    Foreign(UnplayableFormat),
    /// Not a format or codec that is known.
    #[error("its format is not one that loa can play")]
    Unknown,
    /// A known format, but its beginning makes no sense.
    #[error("its beginning is broken: {0}")]
    Broken(String),
    /// A known format, but not one frame comes out.
    #[error("it holds no sound that can be decoded{}", .0.as_ref().map(|d| format!(": {d}")).unwrap_or_default())]
    Silent(Option<String>),
    /// More channels than the decoder takes, or none.
    #[error("it has {0} channels, 1 to 8 can be played")]
    Channels(usize),
    /// Outside the rates that the decoder takes.
    #[error("it has {0} frames a second, 8000 to 192000 can be played")]
    Rate(u32),
}

/// What went wrong while decoding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecodeFaults {
    /// Packets seen, good and bad.
    pub packets: u64,
    /// Packets of which nothing could be decoded, or that were missing.
    pub lost: u64,
    /// What was said of the first of them.
    pub first_error: Option<String>,
    /// What ended the stream before its end.
    pub fatal: Option<String>,
    /// Samples that were no numbers, and samples beyond [`super::MAX_SAMPLE`].
    pub nan_samples: u64,
    /// See `not_numbers`.
    pub out_of_range: u64,
    /// Bytes between the packets that were no sound, where that can be known.
    pub garbage_bytes: u64,
    /// Whether the file ends in the middle of something.
    pub truncated: bool,
    /// Whether it lacks the mark that ends it.
    pub unfinished: bool,
    /// Frames that the header promises, encoder delay and padding taken off, where it does.
    pub declared_frames: Option<u64>,
    /// Whether that promise is only about right.
    pub declared_roughly: bool,
    /// Whether its header told a length that cannot be meant.
    pub bad_length: bool,
    /// Whether its rate of bits changes and no index says how.
    pub no_index: bool,
    /// Whether its bytes are not any more those that were hashed before.
    pub altered: bool,
}

impl DecodeFaults {
    /// One sentence, if anything went wrong; English, for the log.
    #[must_use]
    pub fn detail(&self) -> Option<String> {
        if let Some(fatal) = &self.fatal {
            return Some(fatal.clone());
        }
        let first = self.first_error.as_deref().unwrap_or("no reason given");
        (self.lost > 0).then(|| format!("{} of its blocks cannot be decoded: {first}", self.lost))
    }

    /// Counts packets that gave nothing.
    pub(super) fn count_lost(&mut self, packets: u64, what: String) {
        self.lost = self.lost.saturating_add(packets);
        self.first_error.get_or_insert(what);
    }
}
