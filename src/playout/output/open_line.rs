//! An open line, whose frames go to a device, to a wave file, or nowhere.
use std::path::Path;
use std::sync::Arc;

use super::SinkInfo;
use super::device::{DeviceBackend, sound_server};
use super::mixer::{MixerHandle, PlaybackPosition};
use super::open_request::OpenRequest;
use super::opened_backend::OpenedBackend;
use super::paced::PacedBackend;
use crate::base::instant::BootTime;
use crate::base::platform::boot_now;
use crate::schedule::settings::{Device, OutputSettings, is_wav_name};

/// An open line. It closes when dropped.
pub(crate) struct OpenLine {
    /// The deck's end of the mixer.
    pub mixer: MixerHandle,
    /// Rate of the line, frames per second.
    pub rate: u32,
    /// Number of channels, 1 or 2.
    pub channels: u16,
    /// Name of the device, for the log.
    pub device: String,
    /// Index of the device in the station's list of devices.
    pub device_index: usize,
    /// The reason why no device before this one was opened, in English, for the log; `None` for the first device.
    pub fallback_reason: Option<String>,
    /// The sink that the device plays to, as far as it is known.
    pub sink: SinkInfo,
    /// True when the device is a sound server, which can be asked for its sink.
    is_sound_server: bool,
    backend: LineBackend,
}

/// The thread or stream that takes the frames.
enum LineBackend {
    Device(DeviceBackend),
    Paced(PacedBackend),
}

impl OpenLine {
    /// Opens the station's device, or one of its fallback devices.
    ///
    /// # Errors
    /// The messages from the system, one for each device, in English, for the log.
    pub(crate) fn open(
        settings: &OutputSettings,
        station_dir: &Path,
        position: &Arc<PlaybackPosition>,
        request: OpenRequest,
    ) -> Result<Self, String> {
        let devices: Vec<&Device> = std::iter::once(&settings.device).chain(&settings.fallback_devices).collect();
        let mut errors = Vec::new();
        for index in request.device_order(devices.len()) {
            match Self::open_device(devices[index], station_dir, position.clone(), request) {
                Ok(line) => {
                    if errors.is_empty() && index > 0 {
                        errors.push("the one before it took nothing".to_owned());
                    }
                    let fallback_reason = (index > 0).then(|| errors.join("; "));
                    return Ok(Self { device_index: index, fallback_reason, ..line });
                }
                Err(detail) => errors.push(detail),
            }
        }
        Err(errors.join("; "))
    }

    fn open_device(
        device: &Device,
        station_dir: &Path,
        position: Arc<PlaybackPosition>,
        request: OpenRequest,
    ) -> Result<Self, String> {
        let name = match device {
            Device::Default => None,
            Device::Named(name) => Some(name.as_str()),
            Device::Null => {
                return PacedBackend::open_null(position).map(|opened| Self::new(opened, LineBackend::Paced));
            }
            Device::Wav(file) => {
                let device = format!("wav:{file}");
                if !is_wav_name(file) {
                    return Err(format!(
                        "{device}: it is not the name of a wave file at the top of the station's folder"
                    ));
                }
                let opened = PacedBackend::open_wav(&station_dir.join(file), device, request.is_reopen, position)?;
                return Ok(Self::new(opened, LineBackend::Paced));
            }
        };
        DeviceBackend::open(name, request, position).map(|opened| Self::new(opened, LineBackend::Device))
    }

    fn new<B>(opened: OpenedBackend<B>, wrap: impl FnOnce(B) -> LineBackend) -> Self {
        let OpenedBackend { mixer, rate, channels, device, sink, is_sound_server, backend } = opened;
        let (device_index, fallback_reason, backend) = (0, None, wrap(backend));
        Self { mixer, rate, channels, device, device_index, fallback_reason, sink, is_sound_server, backend }
    }

    /// Asks a sound server for the sink of this line. If the server names a sink, a thread later calls `on_sink`
    /// with it.
    pub(crate) fn identify_sink(&self, on_sink: impl FnOnce(SinkInfo) + Send + 'static) {
        if self.is_sound_server {
            sound_server::identify_sink(on_sink);
        }
    }

    /// Closes the line at once. The mixer's last reports are in the returned handle.
    pub(crate) fn close(self) -> MixerHandle {
        drop(self.backend);
        self.mixer
    }

    /// Returns the instant at which a lost line became silent.
    pub(crate) fn silent_since(&self) -> BootTime {
        match &self.backend {
            LineBackend::Device(backend) => backend.silent_since(),
            LineBackend::Paced(_) => boot_now(),
        }
    }

    /// Checks that frames are still being taken.
    ///
    /// # Errors
    /// The reason why the line counts as lost, in English, for the log.
    pub(crate) fn check_health(&mut self, now: BootTime) -> Result<(), String> {
        match &mut self.backend {
            LineBackend::Device(backend) => backend.check_health(now),
            LineBackend::Paced(backend) => backend.check_health(),
        }
    }
}
