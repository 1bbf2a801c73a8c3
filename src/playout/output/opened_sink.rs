//! The result of opening a sound device or a paced sink.
use super::SinkInfo;
use super::mixer::MixerHandle;

/// An opened sink of type `S`, and the mixer that supplies its frames.
pub(super) struct OpenedSink<S> {
    /// The deck's end of the mixer.
    pub mixer: MixerHandle,
    /// Frames per second.
    pub rate: u32,
    /// 1 or 2.
    pub channels: u16,
    /// Name of the device, for the log.
    pub device: String,
    /// Description of the sink that the device plays to, as far as it is known.
    pub info: SinkInfo,
    /// True when the device is a sound server, which can be asked for its sink.
    pub is_sound_server: bool,
    /// The owner of the open line. Dropping it closes the line.
    pub sink: S,
}
