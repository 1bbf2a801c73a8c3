//! Stored results of audio scans, kept with the log: a file with the same stamp is not decoded again.
//!
//! It is only a cache. When anything in it is odd, the files are scanned again.
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

/// Changes with the contents of a scan: older caches are ignored.
const VERSION: u32 = 1;
/// The formats that the program can play depend on its build.
const PROGRAM: &str =
    if cfg!(feature = "opus") { concat!(env!("CARGO_PKG_VERSION"), "+opus") } else { env!("CARGO_PKG_VERSION") };
/// Its file name in `airlog/`.
const NAME: &str = "scans.json";
/// The largest cache that is read: 10,000 files take 8 MB.
const MAX_BYTES: u64 = 32 << 20;
/// A file that changed this shortly before its scan may have changed again without a trace: the clocks of file systems
/// may tick only every 2 s.
const SETTLED_NS: i64 = 3_000_000_000;

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
        let ns = |s: i64, ns: i64| s.saturating_mul(1_000_000_000).saturating_add(ns);
        Self {
            bytes: meta.len(),
            modified_ns: ns(meta.mtime(), meta.mtime_nsec()),
            changed_ns: ns(meta.ctime(), meta.ctime_nsec()),
        }
    }

    /// Returns whether the file had been unchanged for a while at this instant.
    #[must_use]
    pub fn is_settled_at(&self, now_ns: i64) -> bool {
        now_ns.saturating_sub(self.modified_ns.max(self.changed_ns)) > SETTLED_NS
    }
}

/// The result of one file's scan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CachedScan {
    /// The file's stamp at the scan.
    pub stamp: FileStamp,
    /// Whether the file had settled by then.
    pub settled: bool,
    /// The result.
    pub status: FileStatus,
}

/// The stored results.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ScanCache {
    version: u32,
    program: String,
    /// Name in `audio/` -> result.
    pub files: BTreeMap<String, CachedScan>,
}

impl ScanCache {
    /// Loads the station's cache; an empty one when none is usable.
    #[must_use]
    pub fn load(station: &Path) -> Self {
        let path = cache_path(station);
        let read = || -> Option<Self> {
            let mut bytes = Vec::new();
            durable::open_nofollow(&path).ok()?.take(MAX_BYTES + 1).read_to_end(&mut bytes).ok()?;
            if bytes.len() as u64 > MAX_BYTES {
                return None;
            }
            let mut index: Self = serde_json::from_slice(&bytes).ok()?;
            index.files.retain(|_, entry| entry.status.last_good_scan().is_none_or(is_plausible));
            // Another version of the program may find other flaws.
            (index.version == VERSION && index.program == PROGRAM).then_some(index)
        };
        read().unwrap_or_default()
    }

    /// Saves the cache, if there is a log to keep it with. A failure only costs time.
    pub fn save(&mut self, station: &Path) {
        if !station.join("airlog").is_dir() {
            return;
        }
        (self.version, self.program) = (VERSION, PROGRAM.to_owned());
        if let Ok(bytes) = serde_json::to_vec(&self) {
            let _ = AnchoredPath::resolve(&cache_path(station)).and_then(|spot| spot.replace(&bytes, OWNER_WRITABLE));
        }
    }
}

/// Returns whether a stored length is possible: plans depend on it.
fn is_plausible(scan: &Scan) -> bool {
    let Length { frames, rate } = scan.length;
    SAMPLE_RATES.contains(&rate) && (1..=(MAX_SECONDS + 1) * u64::from(rate)).contains(&frames)
}

fn cache_path(station: &Path) -> PathBuf {
    station.join("airlog").join(NAME)
}
