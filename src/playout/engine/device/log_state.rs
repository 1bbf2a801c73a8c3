//! The device as the log describes it.
use crate::base::instant::BootTime;
use crate::playout::output::SinkInfo;

/// The log's knowledge of the device.
#[derive(Debug, Default)]
pub(crate) struct DeviceLogState {
    /// Rate and name of the device that was open last; none once its loss is logged.
    pub logged_device: Option<(u32, String)>,
    /// The hardware behind it, as logged.
    pub logged_sink: SinkInfo,
    /// When the last entry was.
    pub last_entry_at: Option<BootTime>,
    /// Whether a loss is logged, and no return since.
    pub loss_logged: bool,
    /// The latest change since, which waits to be logged.
    pub pending_change: Option<DeviceChange>,
}

impl DeviceLogState {
    /// The name of the device as logged last, and the hardware behind it.
    pub fn last_known(&self) -> (Option<String>, SinkInfo) {
        (self.logged_device.as_ref().map(|(_, device)| device.clone()), self.logged_sink.clone())
    }
}

/// A change of the device.
#[derive(Debug, Clone)]
pub(crate) enum DeviceChange {
    /// It was opened.
    Opened {
        /// Frames a second.
        rate: u32,
        /// Its name.
        device: String,
        /// Why it is not the preferred one.
        fallback_reason: Option<String>,
    },
    /// It was lost, or cannot be opened.
    Lost {
        /// Error text of the system.
        detail: String,
    },
}
