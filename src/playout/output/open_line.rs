//! Where a line's frames go: a device, nowhere, or a file.
use crate::base::platform::boot_now;
use std::path::Path;
use std::sync::Arc;

use super::SinkInfo;
use super::device::DeviceSink;
use super::mixer::{MixerHandle, PlaybackPosition};
use super::paced::PacedSink;
use crate::base::instant::BootTime;
use crate::schedule::settings::{Device, OutputSettings, is_wav_name};

/// How a line is wished.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenRequest {
    /// Frames a second of most of what comes.
    pub rate: Option<u32>,
    /// What the device holds of sound ahead, milliseconds.
    pub buffer_ms: u32,
    /// This was open before, and what it holds is kept.
    pub is_reopen: bool,
    /// Only so many of the station's devices may be tried, the first ones.
    pub max_devices: usize,
    /// Devices, by their places, that were opened and then took nothing: they are tried behind the others.
    pub stalled_devices: u8,
}

impl OpenRequest {
    /// The places of the devices in the order in which they are tried, of so many.
    fn device_order(self, count: usize) -> Vec<usize> {
        let idle = |place: &usize| self.stalled_devices >> (*place).min(7) & 1 == 1;
        // Waiting faithfully for a device that takes nothing would be waiting for ever.
        let allowed = if (0..count.min(self.max_devices)).all(|place| idle(&place)) { count } else { self.max_devices };
        let (idle, others): (Vec<_>, Vec<_>) = (0..count.min(allowed)).partition(idle);
        others.into_iter().chain(idle).collect()
    }
}

/// A line that is open, and what keeps it so.
pub(crate) struct OpenLine {
    /// The deck's end of the line.
    pub mixer: MixerHandle,
    /// Frames a second.
    pub rate: u32,
    /// 1 or 2.
    pub channels: u16,
    /// The device's name for the log.
    pub device: String,
    /// Its place among the station's devices, and why none before it was taken.
    pub device_index: usize,
    pub fallback_reason: Option<String>,
    /// What stands behind it, as far as that is known.
    pub sink: SinkInfo,
    /// It is a sound server, which may tell more.
    pub is_sound_server: bool,
    backend: LineBackend,
}

enum LineBackend {
    Device(DeviceSink),
    Paced(PacedSink),
}

impl OpenLine {
    /// Opens what the settings name, or what they name to take its place.
    ///
    /// # Errors
    /// What the system said, in English, for the log.
    pub(crate) fn open(
        settings: &OutputSettings,
        station_dir: &Path,
        position: &Arc<PlaybackPosition>,
        wish: OpenRequest,
    ) -> Result<Self, String> {
        let devices: Vec<&Device> = std::iter::once(&settings.device).chain(&settings.fallback_devices).collect();
        let mut why = Vec::new();
        for place in wish.device_order(devices.len()) {
            match Self::open_one(devices[place], station_dir, position.clone(), wish) {
                Ok(line) => {
                    if why.is_empty() && place > 0 {
                        why.push("the one before it took nothing".to_owned());
                    }
                    let instead = (place > 0).then(|| why.join("; "));
                    return Ok(Self { device_index: place, fallback_reason: instead, ..line });
                }
                Err(detail) => why.push(detail),
            }
        }
        Err(why.join("; "))
    }

    fn open_one(
        device: &Device,
        station_dir: &Path,
        position: Arc<PlaybackPosition>,
        wish: OpenRequest,
    ) -> Result<Self, String> {
        match device {
            Device::Default => DeviceSink::open(None, wish, position),
            Device::Named(name) => DeviceSink::open(Some(name), wish, position),
            Device::Null => PacedSink::null(position),
            Device::Wav(file) => {
                let device = format!("wav:{file}");
                if !is_wav_name(file) {
                    return Err(format!("{device}: it is no name of a wave file at the top of the station's folder"));
                }
                PacedSink::wav(&station_dir.join(file), device, wish.is_reopen, position)
            }
        }
    }

    pub(super) fn from_device(remote: MixerHandle, rate: u32, channels: u16, device: String, sink: DeviceSink) -> Self {
        let (kept, sink) = (LineBackend::Device(sink), SinkInfo::default());
        Self {
            mixer: remote,
            rate,
            channels,
            device,
            device_index: 0,
            fallback_reason: None,
            sink,
            is_sound_server: false,
            backend: kept,
        }
    }

    /// The same, with what stands behind it, and whether that is a sound server.
    pub(super) fn with_sink(self, sink: SinkInfo, served: bool) -> Self {
        Self { sink, is_sound_server: served, ..self }
    }

    pub(super) fn from_paced(remote: MixerHandle, rate: u32, channels: u16, device: String, sink: PacedSink) -> Self {
        let kept = LineBackend::Paced(sink);
        let sink = SinkInfo { name: None, hardware: Some(false) };
        Self {
            mixer: remote,
            rate,
            channels,
            device,
            device_index: 0,
            fallback_reason: None,
            sink,
            is_sound_server: false,
            backend: kept,
        }
    }

    /// Finds out what more there is to be told of what stands behind it, in its own time.
    pub(crate) fn identify_sink(&self, tell: impl FnOnce(SinkInfo) + Send + 'static) {
        if self.is_sound_server {
            super::device::sound_server::identify_sink(tell);
        }
    }

    /// Closes the line at once; what it reported last is still to be read.
    pub(crate) fn close(self) -> MixerHandle {
        drop(self.backend);
        self.mixer
    }

    /// Since when a line that counts as lost has not sounded.
    pub(crate) fn silent_since(&self) -> BootTime {
        match &self.backend {
            LineBackend::Device(sink) => sink.silent_since(),
            LineBackend::Paced(_) => boot_now(),
        }
    }

    /// Whether frames are still being taken.
    ///
    /// # Errors
    /// Why the line counts as lost, in English, for the log.
    pub(crate) fn check_health(&mut self, now: BootTime) -> Result<(), String> {
        match &mut self.backend {
            LineBackend::Device(sink) => sink.check_health(now),
            LineBackend::Paced(sink) => sink.check_health(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_tried_in_their_order_and_those_that_take_nothing_behind_the_others() {
        let order = |devices, idle| {
            OpenRequest { rate: None, buffer_ms: 200, is_reopen: true, max_devices: devices, stalled_devices: idle }
                .device_order(3)
        };
        assert_eq!(order(usize::MAX, 0), [0, 1, 2]);
        assert_eq!(order(1, 0), [0], "it is waited for");
        assert_eq!(order(2, 0b01), [1, 0]);
        assert_eq!(order(usize::MAX, 0b01), [1, 2, 0]);
        assert_eq!(order(1, 0b01), [1, 2, 0], "it is not waited for when it takes nothing");
        assert_eq!(order(usize::MAX, 0b111), [0, 1, 2]);
    }
}
