//! The device as the log describes it.
use crate::base::instant::BootTime;
use crate::playout::output::SinkInfo;

/// The state of the device according to the log, and the change that is not logged yet.
#[derive(Debug, Default)]
pub(crate) struct DeviceLogState {
    /// The rate in frames per second and the name of the last logged device. `None` once its loss is logged.
    pub logged_device: Option<(u32, String)>,
    /// The hardware of that device, as logged.
    pub logged_sink: SinkInfo,
    /// The time of the last `device` entry.
    pub last_entry_at: Option<BootTime>,
    /// True when a loss is logged and no device has been opened since then.
    pub is_loss_logged: bool,
    /// True when that loss is of a device that the settings no longer name. A loss of the new one is logged too.
    pub is_loss_of_old_device: bool,
    /// The latest change that is not logged yet.
    pub pending_change: Option<DeviceChange>,
}

impl DeviceLogState {
    /// The name of the last logged device, and its hardware.
    pub fn last_logged_device(&self) -> (Option<String>, SinkInfo) {
        (self.logged_device.as_ref().map(|(_, device)| device.clone()), self.logged_sink.clone())
    }
}

/// A change of the device.
#[derive(Debug, Clone)]
pub(crate) enum DeviceChange {
    /// A device was opened.
    Opened {
        /// The rate in frames per second.
        rate: u32,
        /// The device's name.
        device: String,
        /// The reason why it is not the preferred device; `None` when it is.
        fallback_reason: Option<String>,
    },
    /// The device was lost, or none can be opened.
    Lost {
        /// The error text from the system.
        detail: String,
    },
}
