//! The audio files that a schedule names, scanned again only when they have changed.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use super::scan_cache::{CachedScan, FileStamp, ScanCache};
use super::scan_time::ScanTime;
use crate::library::file::metadata_in;
use crate::library::{FileStatus, Library, scan};
use crate::schedule::Schedule;

/// Scans the audio files that a schedule names. Keeps what `previous` knows of files that are gone.
#[must_use]
pub fn load_library(station: &Path, schedule: &Schedule, previous: &Library) -> Library {
    LibraryCache::new(station, previous.clone()).refresh(station, schedule, ScanTime::now())
}

/// The results of the last scans, so that an edit of the schedule decodes no file again.
pub struct LibraryCache {
    library: Library,
    /// The stamp of each file at its last scan; `None` for a file that was missing.
    stamps: BTreeMap<String, Option<FileStamp>>,
    /// Files that have been scanned at least once.
    examined: BTreeSet<String>,
    scans: ScanCache,
    /// Files that may still be written to: the stamp, and the boot time in microseconds since which it has been the
    /// same.
    changing: BTreeMap<String, (FileStamp, i64)>,
}

/// A file with the same stamp for this long is not being written any more.
const SETTLE_TIME: Duration = Duration::from_secs(2);

/// Whether a file is still being written.
enum FileActivity {
    /// It is being written: the previous result remains valid.
    Changing,
    /// Its stamp has been the same for a while, whatever its timestamps say.
    Stable,
    /// Its timestamps decide.
    ByTimestamps,
}

impl LibraryCache {
    /// Starts with a known library and the station's stored scans.
    #[must_use]
    pub fn new(station: &Path, known: Library) -> Self {
        Self {
            library: known,
            stamps: BTreeMap::new(),
            examined: BTreeSet::new(),
            scans: ScanCache::load(station),
            changing: BTreeMap::new(),
        }
    }

    /// Returns when to look again without a notification: a file that was being written may have settled by then.
    #[must_use]
    pub fn recheck_after(&self) -> Option<Duration> {
        (!self.changing.is_empty()).then_some(SETTLE_TIME)
    }

    /// Looks at the files that a schedule names, and scans those that have changed. The previous result remains valid
    /// until a file settles: otherwise, each state of a slowly copied file would be another schedule.
    pub fn refresh(&mut self, station: &Path, schedule: &Schedule, now: ScanTime) -> Library {
        let audio = station.join("audio");
        let mut changed = Vec::new();
        self.changing.retain(|file, _| schedule.segments.iter().any(|segment| segment.file == *file));
        for file in schedule.segments.iter().map(|segment| segment.file.as_str()) {
            // Taken before the file is read: the next look sees changes made meanwhile.
            let stamp = metadata_in(&audio, Path::new(file)).map(|meta| FileStamp::from_metadata(&meta));
            if self.stamps.get(file) == Some(&stamp) {
                self.changing.remove(file);
                continue;
            }
            let is_stable = match self.activity_of(file, stamp, now) {
                FileActivity::Changing => continue,
                FileActivity::Stable => true,
                FileActivity::ByTimestamps => false,
            };
            match self.scans.files.get(file) {
                Some(entry) if entry.settled && Some(entry.stamp) == stamp => {
                    self.library.files.insert(file.to_owned(), entry.status.clone());
                    self.stamps.insert(file.to_owned(), stamp);
                    self.examined.insert(file.to_owned());
                }
                entry => {
                    // If only the stamp has changed, the hash tells.
                    if let Some(scan) = entry.and_then(|entry| entry.status.last_good_scan()) {
                        self.library.files.insert(file.to_owned(), FileStatus::Good(scan.clone()));
                    }
                    changed.push((file, stamp, is_stable));
                }
            }
        }
        self.rescan(station, &audio, &changed, now);
        let named = |file: &str| Some((file.to_owned(), self.library.files.get(file)?.clone()));
        Library { files: schedule.segments.iter().filter_map(|segment| named(&segment.file)).collect() }
    }

    /// Decides whether a file is still being written. A file that was never scanned is scanned at once.
    fn activity_of(&mut self, file: &str, stamp: Option<FileStamp>, now: ScanTime) -> FileActivity {
        let Some(stamp) = stamp.filter(|stamp| self.examined.contains(file) && !stamp.is_settled_at(now.wall_ns))
        else {
            self.changing.remove(file);
            return FileActivity::ByTimestamps;
        };
        let now = now.boot.0;
        match self.changing.get(file) {
            Some((before, since)) if *before == stamp => {
                if now.saturating_sub(*since) < SETTLE_TIME.as_micros() as i64 {
                    return FileActivity::Changing;
                }
                self.changing.remove(file);
                FileActivity::Stable
            }
            _ => {
                self.changing.insert(file.to_owned(), (stamp, now));
                FileActivity::Changing
            }
        }
    }

    /// Scans changed files and keeps the results.
    fn rescan(&mut self, station: &Path, audio: &Path, changed: &[(&str, Option<FileStamp>, bool)], now: ScanTime) {
        if changed.is_empty() {
            return;
        }
        let found = scan::scan_library(audio, changed.iter().map(|(file, ..)| *file), &self.library);
        self.library.files.extend(found.files);
        let mut cache_changed = false;
        for (file, stamp, is_stable) in changed {
            let settled = stamp.is_none_or(|stamp| stamp.is_settled_at(now.wall_ns));
            self.examined.insert((*file).to_owned());
            if settled || *is_stable {
                self.stamps.insert((*file).to_owned(), *stamp);
            } else if let Some(stamp) = stamp {
                // It may change again without a trace, so it is scanned once more when it settles.
                self.stamps.remove(*file);
                self.changing.insert((*file).to_owned(), (*stamp, now.boot.0));
            }
            // A read error may be gone the next time.
            let is_transient_failure =
                |known: &FileStatus| matches!(known, FileStatus::Damaged { detail, .. } if is_transient(detail));
            if self.library.files.get(*file).is_some_and(is_transient_failure) {
                self.stamps.remove(*file);
                self.scans.files.remove(*file);
                continue;
            }
            if let (Some(stamp), Some(known)) = (stamp, self.library.files.get(*file)) {
                let entry = CachedScan { stamp: *stamp, settled, status: known.clone() };
                let old = self.scans.files.insert((*file).to_owned(), entry.clone());
                cache_changed |= old != Some(entry);
            }
        }
        if cache_changed {
            self.scans.save(station);
        }
    }
}

/// Returns whether a file could not be read, as opposed to not being understood.
fn is_transient(detail: &str) -> bool {
    detail.starts_with("it cannot be read") || detail.starts_with("it cannot be opened")
}
