//! Reads facts about the disk of the station.
use std::path::Path;

use super::read_first_line;
use crate::base::medium::{disk_of, mount_at};
use crate::doctor::facts::StorageFacts;

/// Reads the mount of the station's folder, and the attributes of its disk; `None` if the mount is unknown.
pub(super) fn probe_storage(root: &Path, station: &Path) -> Option<StorageFacts> {
    let mount = mount_at(root, station)?;
    let disk = disk_of(root, &mount.device);
    let life_time = disk.as_ref().and_then(|disk| read_first_line(&disk.join("device/life_time")));
    Some(StorageFacts {
        file_system: mount.file_system,
        options: mount.options.into_iter().filter(|option| may_be_reported(option)).collect(),
        life_used_percent: life_time.as_deref().and_then(parse_life_used_percent),
        write_cache: disk.as_ref().and_then(|disk| read_first_line(&disk.join("queue/write_cache"))),
    })
}

/// Returns `true` if a mount option has no value, or a value that controls writes to the disk. Other values can name a
/// user or a server.
fn may_be_reported(option: &str) -> bool {
    let key = option.split_once('=').map(|(key, _)| key);
    key.is_none_or(|key| ["barrier", "commit", "data", "errors"].contains(&key))
}

/// Parses the two estimates of an eMMC, such as `0x02 0x01`, and returns the worse one in per cent. Each step is
/// a tenth of the card's life, and 0 means unknown (JESD84-B51).
fn parse_life_used_percent(text: &str) -> Option<u8> {
    let steps = text.split_whitespace().filter_map(|word| u8::from_str_radix(word.trim_start_matches("0x"), 16).ok());
    steps.max().filter(|steps| (1..=11).contains(steps)).map(|steps| (steps * 10).min(100))
}

#[cfg(test)]
mod tests {
    use super::parse_life_used_percent;

    #[test]
    fn the_worse_of_the_two_estimates_is_returned() {
        for (text, percent) in [
            ("0x01 0x02", Some(20)),
            ("0x0b 0x01", Some(100)),
            ("0x00 0x00", None),
            ("", None),
            ("x y", None),
            ("0xff 0xff", None),
        ] {
            assert_eq!(parse_life_used_percent(text), percent, "{text}");
        }
    }
}
