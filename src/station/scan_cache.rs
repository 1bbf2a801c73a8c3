//! The results of audio scans, stored with the log, so that a file with an unchanged stamp is not decoded again.
//!
//! The stored results are only a cache. When they are missing or invalid, the audio files are scanned again.
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::durable;
use crate::base::durable::{AnchoredPath, OWNER_WRITABLE};
use crate::library::decode::{MAX_SECONDS, SAMPLE_RATES};
use crate::library::{FileStatus, Length, Scan};

/// The version of the format. Increment it when the fields of a stored scan change: caches of other versions are
/// ignored.
const VERSION: u32 = 1;
/// The version of the program and the audio formats of its build; caches of other builds are ignored.
const PROGRAM: &str =
    if cfg!(feature = "opus") { concat!(env!("CARGO_PKG_VERSION"), "+opus") } else { env!("CARGO_PKG_VERSION") };
/// The name of the cache file in `airlog/`.
const CACHE_FILE_NAME: &str = "scans.json";
/// The maximum size, in bytes, of a cache file that is read. A cache of 10,000 audio files takes 8 MB.
const MAX_CACHE_BYTES: u64 = 32 << 20;
/// The age, in nanoseconds, above which a timestamp is reliable. A file with a younger timestamp might have changed
/// again without a new timestamp, because the timestamps of some file systems have a resolution of 2 s.
const MIN_TIMESTAMP_AGE_NS: i64 = 3_000_000_000;

/// The size and times of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStamp {
    bytes: u64,
    modified_ns: i64,
    changed_ns: i64,
}

impl FileStamp {
    /// Takes a stamp from a file's metadata.
    #[must_use]
    pub fn from_metadata(meta: &Metadata) -> Self {
        let to_ns = |s: i64, ns: i64| s.saturating_mul(1_000_000_000).saturating_add(ns);
        Self {
            bytes: meta.len(),
            modified_ns: to_ns(meta.mtime(), meta.mtime_nsec()),
            changed_ns: to_ns(meta.ctime(), meta.ctime_nsec()),
        }
    }

    /// Returns true when the file had been unchanged for more than [`MIN_TIMESTAMP_AGE_NS`] at `now_ns`, which is in
    /// nanoseconds since 1970.
    #[must_use]
    pub fn is_settled_at(&self, now_ns: i64) -> bool {
        now_ns.saturating_sub(self.modified_ns.max(self.changed_ns)) > MIN_TIMESTAMP_AGE_NS
    }
}

/// The stored result of one file's scan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CachedScan {
    /// The stamp of the file at the time of the scan.
    pub stamp: FileStamp,
    /// True when the file had settled at the time of the scan.
    #[serde(rename = "settled")]
    pub is_settled: bool,
    /// The result of the scan.
    pub status: FileStatus,
}

/// The stored results of all scans.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ScanCache {
    version: u32,
    program: String,
    /// The results, by the file's name in `audio/`.
    pub files: BTreeMap<String, CachedScan>,
}

impl ScanCache {
    /// Loads the station's cache; returns an empty one if the stored cache is missing or unusable.
    #[must_use]
    pub fn load(station: &Path) -> Self {
        let path = cache_path(station);
        let read_cache = || -> Option<Self> {
            let mut bytes = Vec::new();
            durable::open_nofollow(&path).ok()?.take(MAX_CACHE_BYTES + 1).read_to_end(&mut bytes).ok()?;
            if bytes.len() as u64 > MAX_CACHE_BYTES {
                return None;
            }
            let mut cache: Self = serde_json::from_slice(&bytes).ok()?;
            cache.files.retain(|_, entry| entry.status.last_good_scan().is_none_or(is_plausible));
            // A different version of the program might find different flaws in the same files.
            (cache.version == VERSION && cache.program == PROGRAM).then_some(cache)
        };
        read_cache().unwrap_or_default()
    }

    /// Saves the cache if the station has a log. A failure is ignored, because the files can be scanned again.
    pub fn save(&mut self, station: &Path) {
        if !station.join("airlog").is_dir() {
            return;
        }
        (self.version, self.program) = (VERSION, PROGRAM.to_owned());
        if let Ok(bytes) = serde_json::to_vec(&self) {
            let _ = AnchoredPath::resolve(&cache_path(station))
                .and_then(|anchored_path| anchored_path.replace(&bytes, OWNER_WRITABLE));
        }
    }
}

/// Returns true when a stored length is possible. It is checked because plans depend on it.
fn is_plausible(scan: &Scan) -> bool {
    let Length { frames, rate } = scan.length;
    SAMPLE_RATES.contains(&rate) && (1..=(MAX_SECONDS + 1) * u64::from(rate)).contains(&frames)
}

fn cache_path(station: &Path) -> PathBuf {
    station.join("airlog").join(CACHE_FILE_NAME)
}
