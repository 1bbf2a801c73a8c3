//! Finds devices by their names, and captures the messages that ALSA prints about them.
use rodio::cpal;
use rodio::cpal::traits::{DeviceTrait, HostTrait};

/// Maximum number of device names in an error message.
const MAX_LISTED_NAMES: usize = 20;

/// Returns the device with this name, or the default device if no name is given.
pub(super) fn find_device(name: Option<&str>) -> Result<cpal::Device, String> {
    let host = cpal::default_host();
    let Some(name) = name else {
        return host.default_output_device().ok_or_else(|| "there is no default device".to_owned());
    };
    let devices: Vec<_> = host.output_devices().map_err(|e| e.to_string())?.collect();
    let ids = devices.iter().map(|d| d.id().map(|id| id.id().to_owned()).unwrap_or_default());
    let ids: Vec<String> = ids.collect();
    // The system's id has precedence, because several devices can have the same display name.
    let index = ids.iter().position(|id| id == name);
    let index = index.or_else(|| devices.iter().position(|d| d.to_string() == name));
    index.and_then(|i| devices.into_iter().nth(i)).ok_or_else(|| {
        let names = ids.iter().take(MAX_LISTED_NAMES).map(String::as_str).collect::<Vec<_>>();
        match names.is_empty() {
            true => format!("there is no device `{name}`, nor any other"),
            false => format!("there is no device `{name}`; there are: {}", names.join(", ")),
        }
    })
}

/// Returns the system's id of a device, and its display name.
pub(super) fn full_name(device: &cpal::Device) -> String {
    let id = device.id().map(|id| id.id().to_owned()).unwrap_or_default();
    format!("{id} ({device})")
}

/// Messages that ALSA prints in addition to its error codes. Captured messages do not appear on the terminal.
pub(super) struct AlsaMessages {
    #[cfg(target_os = "linux")]
    output: Option<std::rc::Rc<std::cell::RefCell<alsa::Output>>>,
}

impl AlsaMessages {
    /// Starts to capture the messages of this thread.
    pub(super) fn capture() -> Self {
        Self {
            #[cfg(target_os = "linux")]
            output: alsa::Output::local_error_handler().ok(),
        }
    }

    /// Returns the error, followed by ALSA's last message if there is one.
    pub(super) fn append_to(&self, error: String) -> String {
        #[cfg(target_os = "linux")]
        if let Some(output) = &self.output {
            let messages = output.borrow().to_string();
            if let Some(message) = messages.lines().map(str::trim).rfind(|l| !l.is_empty()) {
                let message: String = message.chars().take(200).collect();
                return format!("{error} ({message})");
            }
        }
        error
    }
}
