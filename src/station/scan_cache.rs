//! What is known of audio files from before, kept beside the log: a file that looks the same is not decoded again.
//!
//! It is a cache. Whatever is odd about it, the files are looked into anew.
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

/// Changes with what a scan tells: older indexes are not used.
const VERSION: u32 = 1;
/// What a program can play changes with what it was built with.
const PROGRAM: &str =
    if cfg!(feature = "opus") { concat!(env!("CARGO_PKG_VERSION"), "+opus") } else { env!("CARGO_PKG_VERSION") };
/// Its name in `airlog/`.
const NAME: &str = "scans.json";
/// No index is larger: 10,000 files take 8 MB.
const MAX_BYTES: u64 = 32 << 20;
/// A file that was changed so shortly before it was looked into may have been changed again without a trace: clocks of
/// file systems tick up to 2 s apart.
const SETTLED_NS: i64 = 3_000_000_000;

/// What a file looks like from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStamp {
    bytes: u64,
    modified_ns: i64,
    changed_ns: i64,
}

impl FileStamp {
    /// From what the system tells of it.
    #[must_use]
    pub fn from_metadata(meta: &Metadata) -> Self {
        let ns = |s: i64, ns: i64| s.saturating_mul(1_000_000_000).saturating_add(ns);
        Self {
            bytes: meta.len(),
            modified_ns: ns(meta.mtime(), meta.mtime_nsec()),
            changed_ns: ns(meta.ctime(), meta.ctime_nsec()),
        }
    }

    /// Whether it had stood like this for a while at this instant.
    #[must_use]
    pub fn is_settled_at(&self, now_ns: i64) -> bool {
        now_ns.saturating_sub(self.modified_ns.max(self.changed_ns)) > SETTLED_NS
    }
}

/// One file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CachedScan {
    /// How it looked when it was looked into.
    pub stamp: FileStamp,
    /// Whether it had stood like that for a while.
    pub settled: bool,
    /// What it was.
    pub status: FileStatus,
}

/// What is known, by name in `audio/`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ScanCache {
    version: u32,
    program: String,
    /// Name in `audio/` -> what is known.
    pub files: BTreeMap<String, CachedScan>,
}

impl ScanCache {
    /// The station's index; an empty one when there is none that can be used.
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
            // Another version of the program may see other flaws.
            (index.version == VERSION && index.program == PROGRAM).then_some(index)
        };
        read().unwrap_or_default()
    }

    /// Keeps it, where there is a log to keep it beside. That it cannot be kept costs time and nothing else.
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

/// Whether a scan tells what a scan can tell: plans reckon with its length.
fn is_plausible(scan: &Scan) -> bool {
    let Length { frames, rate } = scan.length;
    SAMPLE_RATES.contains(&rate) && (1..=(MAX_SECONDS + 1) * u64::from(rate)).contains(&frames)
}

fn cache_path(station: &Path) -> PathBuf {
    station.join("airlog").join(NAME)
}
