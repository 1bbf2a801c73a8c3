//! The high-water mark: size and root of the newest signed head, stored with the keys.
//!
//! People move and copy a station's folder, but not the folder of its keys, so the mark exposes an older copy of the
//! log, even if that copy is intact. After each durable head, a line is appended without a sync. After a power cut the
//! mark can therefore be older than the head, but never newer. At the end of an epoch the file is replaced durably.
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::keys::key_folder;
use super::storage::Storage;
use crate::base::hash::hex;
use crate::proof::tree::{CompactRange, Hash};

/// Maximum size of the file, in bytes. It holds the marks of one epoch: at most a few hundred.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Size and root of a signed head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HighWaterMark {
    /// Number of entries under the head.
    pub size: u64,
    /// Root of the tree over these entries.
    pub root: Hash,
}

/// Returns the name of the marks' file in the storage of the keys.
#[must_use]
pub fn mark_file(origin: &str) -> String {
    format!("{}/newest", key_folder(origin))
}

/// Returns the checksum of a mark's text. A torn line has a wrong checksum and is skipped.
fn checksum(origin: &str, text: &str) -> String {
    let digest = Sha256::new().chain_update(b"loa/newest/v1\n").chain_update(origin).chain_update(b"\n");
    hex(&digest.chain_update(text).finalize()[..8])
}

fn render_line(origin: &str, mark: &HighWaterMark) -> String {
    let text = format!("{} {}", mark.size, hex(&mark.root));
    let sum = checksum(origin, &text);
    format!("{text} {sum}\n")
}

fn parse_line(origin: &str, line: &str) -> Option<HighWaterMark> {
    let (text, sum) = line.rsplit_once(' ')?;
    let (size, root) = text.split_once(' ').filter(|_| checksum(origin, text) == sum)?;
    let byte_at = |offset: usize| u8::from_str_radix(root.get(offset..offset + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..root.len()).step_by(2).map(byte_at).collect();
    Some(HighWaterMark { size: size.parse().ok()?, root: bytes?.try_into().ok()? })
}

/// Returns the highest intact mark of a log, or `None`. A file that cannot be read counts as missing: it must not stop
/// the station, and the next head replaces it.
pub fn read<S: Storage>(key_storage: &S, origin: &str) -> Option<HighWaterMark> {
    let bytes = key_storage.read_all(&mark_file(origin), MAX_FILE_BYTES).ok()??;
    let lines = String::from_utf8_lossy(&bytes);
    lines.lines().filter_map(|line| parse_line(origin, line)).max_by_key(|mark| mark.size)
}

/// Writes the high-water mark after each head.
#[derive(Debug, Default)]
pub struct HighWaterWriter {
    /// True when the last line of the file is complete and was written by this run.
    ends_with_own_line: bool,
}

impl HighWaterWriter {
    /// Records a durable head. `ends_epoch` is true when this head ends the epoch. The mark becomes durable if
    /// `ends_epoch` is true, or if the state of the file is unknown. An error is ignored: the next head replaces the
    /// file.
    pub fn record_head<S: Storage>(
        &mut self,
        key_storage: &mut S,
        origin: &str,
        range: &CompactRange,
        ends_epoch: bool,
    ) {
        let line = render_line(origin, &HighWaterMark { size: range.size(), root: range.root() });
        let name = mark_file(origin);
        let result = match self.ends_with_own_line && !ends_epoch {
            true => key_storage.append(&name, line.as_bytes()),
            false => key_storage.replace(&name, line.as_bytes()),
        };
        self.ends_with_own_line = result.is_ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::airlog::storage::MemoryStorage;

    const ORIGIN: &str = "loa/test/00112233445566778899aabbccddeeff";

    fn range(size: u8) -> CompactRange {
        let mut range = CompactRange::default();
        (0..size).for_each(|n| range.push([n; 32]));
        range
    }

    #[test]
    fn a_torn_or_altered_mark_is_skipped_and_the_mark_before_it_is_used() {
        let mut key_storage = MemoryStorage::default();
        let mut writer = HighWaterWriter::default();
        assert_eq!(read(&key_storage, ORIGIN), None);
        (1..=3).for_each(|size| writer.record_head(&mut key_storage, ORIGIN, &range(size), false));
        let bytes = key_storage.bytes(&mark_file(ORIGIN));
        let read_size = |bytes: &[u8], origin| {
            let mut key_storage = MemoryStorage::default();
            key_storage.replace(&mark_file(ORIGIN), bytes).expect("write the file");
            read(&key_storage, origin).map(|mark| mark.size)
        };
        assert_eq!(read_size(&bytes, ORIGIN), Some(3));
        let line_length = bytes.len() / 3;
        for cut_bytes in 1..line_length {
            let size = read_size(&bytes[..bytes.len() - cut_bytes], ORIGIN);
            assert_eq!(size, Some(if cut_bytes == 1 { 3 } else { 2 }), "{cut_bytes}");
        }
        let altered = [b"9", &bytes[1..]].concat();
        assert_eq!(read_size(&altered, ORIGIN), Some(3));
        assert_eq!(read_size(&altered[..line_length], ORIGIN), None);
        let other_origin = format!("{}0", &ORIGIN[..ORIGIN.len() - 1]);
        let mut other_keys = MemoryStorage::default();
        other_keys.replace(&mark_file(&other_origin), &bytes).expect("write the file");
        assert_eq!(read(&other_keys, &other_origin), None, "a mark of a different log is not used");
    }

    #[test]
    fn after_a_power_cut_the_mark_can_be_older_than_the_head_but_never_newer() {
        let mut key_storage = MemoryStorage::default();
        let mut writer = HighWaterWriter::default();
        (1..=5).for_each(|size| writer.record_head(&mut key_storage, ORIGIN, &range(size), size == 3));
        for surviving_bytes in 0..300 {
            let key_storage = key_storage.copy();
            key_storage.cut_power(surviving_bytes);
            let mark = read(&key_storage, ORIGIN).expect("the mark at the end of the epoch is durable");
            assert!((3..=5).contains(&mark.size) && mark.root == range(mark.size as u8).root());
        }
    }
}
