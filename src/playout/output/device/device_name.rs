//! Finds devices by their names, and captures the messages that ALSA prints about them.
use rodio::cpal;
use rodio::cpal::traits::{DeviceTrait, HostTrait};

use crate::text::cause::DeviceText;

/// Maximum number of device names in an error message.
const MAX_LISTED_NAMES: usize = 12;
/// Beginnings of the names that people write in `station.toml`, the most useful first. ALSA has many others, for
/// converters and for single sockets, through which no station plays.
const USEFUL_NAMES: [&str; 6] = ["default", "pipewire", "pulse", "sysdefault:", "plughw:", "hw:"];

/// Names that ALSA lists even if nothing is behind them: the names of sound servers, and of whatever is the default. They
/// are offered only if they open.
const VIRTUAL_NAMES: [&str; 3] = ["default", "pipewire", "pulse"];

/// Returns the names that an operator may want to write, the most useful first. `opens` tells whether a virtual device
/// can be used.
fn useful_names(ids: &[String], opens: impl Fn(&str) -> bool) -> Vec<&str> {
    let with_prefix = |prefix: &&'static str| {
        let prefix = *prefix;
        let is_match = move |id: &&String| if prefix.ends_with(':') { id.starts_with(prefix) } else { *id == prefix };
        ids.iter().filter(is_match).map(String::as_str)
    };
    let is_usable = |name: &&str| !VIRTUAL_NAMES.contains(name) || opens(name);
    USEFUL_NAMES.iter().flat_map(with_prefix).filter(is_usable).take(MAX_LISTED_NAMES).collect()
}

/// Returns why the machine does not have the device with this name, or no default device if no name is given, in English.
/// `None` if it has the device, or if that cannot be told: another program may be using it.
#[must_use]
pub fn why_absent(name: Option<&str>) -> Option<String> {
    let messages = AlsaMessages::capture();
    let error = match find_device(name) {
        Err(error) => Some(error),
        // ALSA lists a default device on every machine.
        Ok(device) if name.is_none() => opening_error(&device).map(|error| messages.append_to(error)),
        Ok(_) => None,
    };
    drop(messages);
    error.filter(|error| {
        matches!(
            DeviceText::of(error.clone()),
            DeviceText::Absent { .. } | DeviceText::NoneNamed { .. } | DeviceText::NoneAtAll { .. }
        )
    })
}

/// Returns the error when the device's formats are read, for which it is opened for a moment.
fn opening_error(device: &cpal::Device) -> Option<String> {
    match device.supported_output_configs() {
        Ok(mut formats) => formats.next().is_none().then(|| "there is no device behind this name".to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

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
    if let Some(index) = index {
        return devices.into_iter().nth(index).ok_or_else(|| format!("there is no device `{name}`, nor any other"));
    }
    let opens = |id: &str| {
        let index = ids.iter().position(|known_id| known_id == id);
        index.is_some_and(|index| opening_error(&devices[index]).is_none())
    };
    let names = useful_names(&ids, opens);
    Err(match names.is_empty() {
        true => format!("there is no device `{name}`, nor any other"),
        false => format!("there is no device `{name}`; there are: {}", names.join(", ")),
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

#[cfg(test)]
mod tests {
    use super::useful_names;

    #[test]
    fn only_names_that_a_station_can_play_through_are_listed() {
        let ids =
            ["null", "lavrate", "hw:CARD=PCH,DEV=0", "default", "front:CARD=PCH", "plughw:CARD=PCH,DEV=0", "jack"];
        let ids = ids.map(str::to_owned);
        assert_eq!(useful_names(&ids, |_| true), ["default", "plughw:CARD=PCH,DEV=0", "hw:CARD=PCH,DEV=0"]);
        assert!(useful_names(&["null".to_owned(), "lavrate".to_owned()], |_| true).is_empty());
    }

    #[test]
    fn a_sound_server_that_does_not_answer_is_not_offered() {
        let ids = ["pulse", "default", "plughw:CARD=PCH,DEV=0"].map(str::to_owned);
        assert_eq!(useful_names(&ids, |name| name == "default"), ["default", "plughw:CARD=PCH,DEV=0"]);
        assert!(useful_names(&["pulse".to_owned()], |_| false).is_empty());
    }
}
