//! MP3 and ADTS streams, which have no container around their frames.
use std::ops::Range;

use super::mpeg;

/// Facts about an MP3 or ADTS stream that come from its bytes alone.
pub(super) struct RawStream {
    /// Bytes of the file that hold the sound.
    pub sound: Range<u64>,
    /// The frame in front of the sound that holds its index.
    pub front: mpeg::IndexFrame,
    /// Bytes in front of each packet of an ADTS stream.
    pub adts_header: u64,
    /// Whether the last frame is incomplete.
    pub ends_short: bool,
    /// Bit rate field of the first packet's header.
    pub rate: Option<u8>,
    /// Whether a later packet has another bit rate.
    pub varies: bool,
}
