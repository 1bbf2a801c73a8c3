//! The high-water mark: size and root of the newest signed head, stored with the keys.
//!
//! A station's folder is moved and copied; the folder of its keys is not. So the mark exposes an older copy of the log,
//! however intact it is. A line is added after each durable head and is not synced: after a power cut the mark may lag
//! behind the head, but never leads it. At the end of an epoch the file is replaced durably.
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::keys::key_folder;
use super::storage::Storage;
use crate::base::hash::hex;
use crate::proof::tree::{CompactRange, Hash};

/// Largest file of marks, bytes: an epoch has at most some hundred of them.
const MAX_BYTES: u64 = 1 << 20;

/// Size and root of a signed head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HighWaterMark {
    /// Entries under the head.
    pub size: u64,
    /// Root over these entries.
    pub root: Hash,
}

/// Returns the name of the file in the storage of the keys.
#[must_use]
pub fn mark_file(origin: &str) -> String {
    format!("{}/newest", key_folder(origin))
}

/// Returns the checksum by which a torn line is recognised and skipped.
fn checksum(origin: &str, text: &str) -> String {
    let digest = Sha256::new().chain_update(b"loa/newest/v1\n").chain_update(origin).chain_update(b"\n");
    hex(&digest.chain_update(text).finalize()[..8])
}

fn line(origin: &str, mark: &HighWaterMark) -> String {
    let text = format!("{} {}", mark.size, hex(&mark.root));
    let sum = checksum(origin, &text);
    format!("{text} {sum}\n")
}

fn parse(origin: &str, line: &str) -> Option<HighWaterMark> {
    let (text, sum) = line.rsplit_once(' ')?;
    let (size, root) = text.split_once(' ').filter(|_| checksum(origin, text) == sum)?;
    let digit = |at: usize| u8::from_str_radix(root.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..root.len()).step_by(2).map(digit).collect();
    Some(HighWaterMark { size: size.parse().ok()?, root: bytes?.try_into().ok()? })
}

/// Returns the highest intact mark of a log. It is a hint: a file that cannot be read does not stop the station, and is
/// replaced with the next head.
pub fn read<S: Storage>(keys: &S, origin: &str) -> Option<HighWaterMark> {
    let bytes = keys.read_all(&mark_file(origin), MAX_BYTES).ok()??;
    let lines = String::from_utf8_lossy(&bytes);
    lines.lines().filter_map(|line| parse(origin, line)).max_by_key(|mark| mark.size)
}

/// Writes marks.
#[derive(Debug, Default)]
pub struct HighWaterWriter {
    /// Whether the file is known to end with a complete line of this run.
    whole: bool,
}

impl HighWaterWriter {
    /// Records a durable head. The mark itself is durable when `closes`, or when the state of the file is unknown. A
    /// failure is repaired with the next head: the log does not wait for it.
    pub fn record_head<S: Storage>(&mut self, keys: &mut S, origin: &str, range: &CompactRange, closes: bool) {
        let line = line(origin, &HighWaterMark { size: range.size(), root: range.root() });
        let name = mark_file(origin);
        let written = match self.whole && !closes {
            true => keys.append(&name, line.as_bytes()),
            false => keys.replace(&name, line.as_bytes()),
        };
        self.whole = written.is_ok();
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
    fn a_torn_or_altered_mark_is_passed_over_and_the_one_before_it_counts() {
        let mut keys = MemoryStorage::default();
        let mut marking = HighWaterWriter::default();
        assert_eq!(read(&keys, ORIGIN), None);
        (1..=3).for_each(|size| marking.record_head(&mut keys, ORIGIN, &range(size), false));
        let bytes = keys.bytes(&mark_file(ORIGIN));
        let newest = |bytes: &[u8], origin| {
            let mut keys = MemoryStorage::default();
            keys.replace(&mark_file(ORIGIN), bytes).expect("memory");
            read(&keys, origin).map(|mark| mark.size)
        };
        assert_eq!(newest(&bytes, ORIGIN), Some(3));
        let line = bytes.len() / 3;
        for cut in 1..line {
            let left = newest(&bytes[..bytes.len() - cut], ORIGIN);
            assert_eq!(left, Some(if cut == 1 { 3 } else { 2 }), "{cut}");
        }
        let altered = [b"9", &bytes[1..]].concat();
        assert_eq!(newest(&altered, ORIGIN), Some(3));
        assert_eq!(newest(&altered[..line], ORIGIN), None);
        let other = format!("{}0", &ORIGIN[..ORIGIN.len() - 1]);
        let mut foreign = MemoryStorage::default();
        foreign.replace(&mark_file(&other), &bytes).expect("memory");
        assert_eq!(read(&foreign, &other), None, "a mark of another log says nothing");
    }

    #[test]
    fn after_a_power_cut_the_mark_lags_and_never_leads() {
        let mut keys = MemoryStorage::default();
        let mut marking = HighWaterWriter::default();
        (1..=5).for_each(|size| marking.record_head(&mut keys, ORIGIN, &range(size), size == 3));
        for kept in 0..300 {
            let keys = keys.copy();
            keys.power_cut(kept);
            let mark = read(&keys, ORIGIN).expect("the epoch's end is durable");
            assert!((3..=5).contains(&mark.size) && mark.root == range(mark.size as u8).root());
        }
    }
}
