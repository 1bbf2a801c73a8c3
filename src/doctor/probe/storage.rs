//! The disk of the station.
use std::path::Path;

use super::read;
use crate::base::medium::{disk_of, mount_at};
use crate::doctor::facts::StorageFacts;

/// Reads the mount of the station's folder, and what its disk tells.
pub(super) fn storage(root: &Path, station: &Path) -> Option<StorageFacts> {
    let mount = mount_at(root, station)?;
    let disk = disk_of(root, &mount.device);
    let life = disk.as_ref().and_then(|disk| read(&disk.join("device/life_time")));
    Some(StorageFacts {
        file_system: mount.file_system,
        options: mount.options.into_iter().filter(|option| is_technical(option)).collect(),
        life_used_percent: life.as_deref().and_then(life_used_percent),
        write_cache: disk.as_ref().and_then(|disk| read(&disk.join("queue/write_cache"))),
    })
}

/// Returns true for options that tell how the disk writes. Others can name a user or a server.
fn is_technical(option: &str) -> bool {
    let key = option.split_once('=').map(|(key, _)| key);
    key.is_none_or(|key| ["barrier", "commit", "data", "errors"].contains(&key))
}

/// Reads the two estimates of an eMMC, as in `0x02 0x01`: each step is a tenth of its life, 0 is unknown (JESD84-B51).
fn life_used_percent(text: &str) -> Option<u8> {
    let steps = text.split_whitespace().filter_map(|word| u8::from_str_radix(word.trim_start_matches("0x"), 16).ok());
    steps.max().filter(|steps| (1..=11).contains(steps)).map(|steps| (steps * 10).min(100))
}

#[cfg(test)]
mod tests {
    use super::life_used_percent;

    #[test]
    fn the_worse_of_both_estimates_counts() {
        for (text, percent) in [
            ("0x01 0x02", Some(20)),
            ("0x0b 0x01", Some(100)),
            ("0x00 0x00", None),
            ("", None),
            ("x y", None),
            ("0xff 0xff", None),
        ] {
            assert_eq!(life_used_percent(text), percent, "{text}");
        }
    }
}
