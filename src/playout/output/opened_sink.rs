//! The result of opening a device or a paced output.
use super::SinkInfo;
use super::mixer::MixerHandle;

/// An opened sink of type `S`, and the mixer that it takes frames from.
pub(super) struct OpenedSink<S> {
    /// The deck's end of the mixer.
    pub mixer: MixerHandle,
    /// Frames per second.
    pub rate: u32,
    /// 1 or 2.
    pub channels: u16,
    /// Name of the device, for the log.
    pub device: String,
    /// Sink behind the device, as far as it is known.
    pub info: SinkInfo,
    /// The device is a sound server, which can say more about its sink.
    pub is_sound_server: bool,
    /// Whatever keeps the line open; dropping it closes the line.
    pub sink: S,
}
