//! MP3 and ADTS streams, which have no container around their frames.
use std::ops::Range;

use super::mpeg;

/// Facts about an MP3 or ADTS stream, collected from its bytes.
pub(super) struct RawStream {
    /// The range of bytes in the file that holds the audio data.
    pub audio_range: Range<u64>,
    /// The frame that holds the index, before the audio data.
    pub index_frame: mpeg::IndexFrame,
    /// Size of the header before each packet of an ADTS stream, in bytes.
    pub adts_header_bytes: u64,
    /// True when the last frame is incomplete.
    pub ends_mid_frame: bool,
    /// Bit rate field in the header of the first packet; `None` before the first packet.
    pub bit_rate_field: Option<u8>,
    /// True when a later packet has a different bit rate.
    pub has_variable_bit_rate: bool,
}
