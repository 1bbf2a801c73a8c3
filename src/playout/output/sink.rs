//! Where a line's frames go: a device, nowhere, or a file.
use std::path::Path;
use std::sync::Arc;

use super::device::DeviceSink;
use super::line::{Position, Remote};
use super::paced::PacedSink;
use crate::instant::Boot;
use crate::station::{Device, OutputSettings};

/// Now, on the clock by which lines are timed.
pub(crate) fn boot_now() -> Boot {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    Boot(now.tv_sec.saturating_mul(1_000_000).saturating_add(now.tv_nsec / 1000))
}

/// A line that is open, and what keeps it so.
pub(crate) struct OpenLine {
    /// The deck's end of the line.
    pub remote: Remote,
    /// Frames a second.
    pub rate: u32,
    /// 1 or 2.
    pub channels: u16,
    /// The device's name for the log.
    pub device: String,
    sink: Sink,
}

enum Sink {
    Device(DeviceSink),
    Paced(PacedSink),
}

impl OpenLine {
    /// Opens what the settings name; `again`: this was open before, and what it holds is kept.
    ///
    /// # Errors
    /// What the system said, in English, for the log.
    pub(crate) fn open(
        settings: &OutputSettings,
        station_dir: &Path,
        position: Arc<Position>,
        again: bool,
    ) -> Result<Self, String> {
        match &settings.device {
            Device::Default => DeviceSink::open(None, position),
            Device::Named(name) => DeviceSink::open(Some(name), position),
            Device::Null => PacedSink::null(position),
            Device::Wav(file) => {
                let device = format!("wav:{file}");
                PacedSink::wav(&station_dir.join(file), device, again, position)
            }
        }
    }

    pub(super) fn of_device(remote: Remote, rate: u32, channels: u16, device: String, sink: DeviceSink) -> Self {
        let sink = Sink::Device(sink);
        Self { remote, rate, channels, device, sink }
    }

    pub(super) fn of_paced(remote: Remote, rate: u32, channels: u16, device: String, sink: PacedSink) -> Self {
        let sink = Sink::Paced(sink);
        Self { remote, rate, channels, device, sink }
    }

    /// Closes the line at once; what it reported last is still to be read.
    pub(crate) fn close(self) -> Remote {
        drop(self.sink);
        self.remote
    }

    /// Since when a line that counts as lost has not sounded.
    pub(crate) fn lost_at(&self) -> Boot {
        match &self.sink {
            Sink::Device(sink) => sink.lost_at(),
            Sink::Paced(_) => boot_now(),
        }
    }

    /// Whether frames are still being taken.
    ///
    /// # Errors
    /// Why the line counts as lost, in English, for the log.
    pub(crate) fn health(&mut self, now: Boot) -> Result<(), String> {
        match &mut self.sink {
            Sink::Device(sink) => sink.health(now),
            Sink::Paced(sink) => sink.health(),
        }
    }
}
