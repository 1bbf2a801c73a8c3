//! The format of decoded sound, and its limits.
use symphonia::core::audio::GenericAudioBufferRef;

use super::DecodeError;

/// Maximum number of channels that can be played.
pub const MAX_CHANNELS: u16 = 8;
/// Sample rates that can be played, in frames per second.
pub const SAMPLE_RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;

/// Format of the decoded sound of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecodedFormat {
    /// Frames per second.
    pub rate: u32,
    /// Samples per frame.
    pub channels: u16,
    /// Short name of the codec, such as `mp3`.
    pub codec: &'static str,
}

impl DecodedFormat {
    /// Returns the format of a decoded packet.
    ///
    /// # Errors
    /// [`DecodeError::Channels`] or [`DecodeError::Rate`] if the format cannot be played.
    pub(super) fn of(buffer: &GenericAudioBufferRef<'_>, codec: &'static str) -> Result<Self, DecodeError> {
        let (rate, count) = (buffer.spec().rate(), buffer.spec().channels().count());
        let channels =
            u16::try_from(count).ok().filter(|n| (1..=MAX_CHANNELS).contains(n)).ok_or(DecodeError::Channels(count))?;
        if !SAMPLE_RATES.contains(&rate) {
            return Err(DecodeError::Rate(rate));
        }
        Ok(Self { rate, channels, codec })
    }
}
