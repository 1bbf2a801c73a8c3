//! The result of opening a sound device or a paced output.
use super::SinkInfo;
use super::mixer::MixerHandle;

/// An opened backend of type `B`, and the mixer that supplies its frames.
pub(super) struct OpenedBackend<B> {
    /// The deck's end of the mixer.
    pub mixer: MixerHandle,
    /// Rate of the line, frames per second.
    pub rate: u32,
    /// Number of channels, 1 or 2.
    pub channels: u16,
    /// Name of the device, for the log.
    pub device: String,
    /// The sink that the device plays to, as far as it is known.
    pub sink: SinkInfo,
    /// True when the device is a sound server, which can be asked for its sink.
    pub is_sound_server: bool,
    /// The owner of the open line. Dropping it closes the line.
    pub backend: B,
}
