//! The names of sound devices, as people write them in `station.toml`.
use crate::schedule::settings::{Device, OutputSettings};

/// Returns the names of the station's devices, separated by commas, in the order in which loa tries them.
#[must_use]
pub(super) fn device_names(output: &OutputSettings) -> String {
    let devices = std::iter::once(&output.device).chain(&output.fallback_devices);
    devices.map(device_name).collect::<Vec<_>>().join(", ")
}

/// Formats a device as in `station.toml`.
#[must_use]
pub fn device_name(device: &Device) -> String {
    match device {
        Device::Default => "default".to_owned(),
        Device::Named(name) => name.clone(),
        Device::Null => "null".to_owned(),
        Device::Wav(file) => format!("wav:{file}"),
    }
}
