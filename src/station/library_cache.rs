//! Scans the audio files that a schedule names, and scans them again only when they have changed.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use super::scan_cache::{CachedScan, FileStamp, ScanCache};
use super::scan_time::ScanTime;
use crate::library::file::metadata_in;
use crate::library::{FileStatus, Library, scan};
use crate::schedule::Schedule;

/// Scans the audio files that a schedule names. For a missing file, the result in `previous` is kept.
#[must_use]
pub fn load_library(station: &Path, schedule: &Schedule, previous: &Library) -> Library {
    LibraryCache::new(station, previous.clone()).refresh(station, schedule, ScanTime::now())
}

/// The results of the last scans, so that an edit of the schedule does not make loa decode all files again.
pub struct LibraryCache {
    library: Library,
    /// The stamp of each file at its last scan; `None` for a file that was missing.
    stamps: BTreeMap<String, Option<FileStamp>>,
    /// The names of the files that have been scanned at least once.
    scanned_files: BTreeSet<String>,
    scans: ScanCache,
    /// The files that might still be written to, by name: the stamp, and the boot time, in microseconds, at which this
    /// stamp was first seen.
    changing_files: BTreeMap<String, (FileStamp, i64)>,
}

/// A file whose stamp has not changed for this time counts as no longer being written.
const STABILITY_TIME: Duration = Duration::from_secs(2);

/// Whether a file is still being written.
enum FileActivity {
    /// The file might still be written to. Its previous result remains valid.
    Changing,
    /// The stamp has not changed for [`STABILITY_TIME`], so the file is complete, even if its timestamps are recent.
    Stable,
    /// The timestamps of the file decide whether it is complete.
    DecidedByTimestamps,
}

impl LibraryCache {
    /// Creates a cache with a known library and the station's stored scans.
    #[must_use]
    pub fn new(station: &Path, library: Library) -> Self {
        Self {
            library,
            stamps: BTreeMap::new(),
            scanned_files: BTreeSet::new(),
            scans: ScanCache::load(station),
            changing_files: BTreeMap::new(),
        }
    }

    /// Returns the time after which `refresh` must run again even without a notification, because a file that is being
    /// written might have settled by then; `None` if no file is being written.
    #[must_use]
    pub fn recheck_after(&self) -> Option<Duration> {
        (!self.changing_files.is_empty()).then_some(STABILITY_TIME)
    }

    /// Scans those files of the schedule that have changed, and returns the library. The previous result of a file
    /// remains valid until the file settles. Otherwise, each state of a slowly copied file would look like an edit.
    pub fn refresh(&mut self, station: &Path, schedule: &Schedule, now: ScanTime) -> Library {
        let audio = station.join("audio");
        let mut changed_files = Vec::new();
        self.changing_files.retain(|file, _| schedule.segments.iter().any(|segment| segment.file == *file));
        for file in schedule.segments.iter().map(|segment| segment.file.as_str()) {
            // The stamp is taken before the file is read, so that the next refresh detects changes during the read.
            let stamp = metadata_in(&audio, Path::new(file)).map(|meta| FileStamp::from_metadata(&meta));
            if self.stamps.get(file) == Some(&stamp) {
                self.changing_files.remove(file);
                continue;
            }
            let is_stable = match self.activity_of(file, stamp, now) {
                FileActivity::Changing => continue,
                FileActivity::Stable => true,
                FileActivity::DecidedByTimestamps => false,
            };
            match self.scans.files.get(file) {
                Some(entry) if entry.is_settled && Some(entry.stamp) == stamp => {
                    self.library.files.insert(file.to_owned(), entry.status.clone());
                    self.stamps.insert(file.to_owned(), stamp);
                    self.scanned_files.insert(file.to_owned());
                }
                entry => {
                    // The scan compares the hash of the file with the last good scan, so a file that has only a new
                    // stamp is not decoded again.
                    if let Some(scan) = entry.and_then(|entry| entry.status.last_good_scan()) {
                        self.library.files.insert(file.to_owned(), FileStatus::Good(scan.clone()));
                    }
                    changed_files.push((file, stamp, is_stable));
                }
            }
        }
        self.rescan(station, &audio, &changed_files, now);
        let status_of = |file: &str| Some((file.to_owned(), self.library.files.get(file)?.clone()));
        Library { files: schedule.segments.iter().filter_map(|segment| status_of(&segment.file)).collect() }
    }

    /// Decides whether a file is still being written. A file that was never scanned is scanned at once.
    fn activity_of(&mut self, file: &str, stamp: Option<FileStamp>, now: ScanTime) -> FileActivity {
        let Some(stamp) = stamp.filter(|stamp| self.scanned_files.contains(file) && !stamp.is_settled_at(now.wall_ns))
        else {
            self.changing_files.remove(file);
            return FileActivity::DecidedByTimestamps;
        };
        let now_us = now.boot.0;
        match self.changing_files.get(file) {
            Some((last_stamp, first_seen_us)) if *last_stamp == stamp => {
                if now_us.saturating_sub(*first_seen_us) < STABILITY_TIME.as_micros() as i64 {
                    return FileActivity::Changing;
                }
                self.changing_files.remove(file);
                FileActivity::Stable
            }
            _ => {
                self.changing_files.insert(file.to_owned(), (stamp, now_us));
                FileActivity::Changing
            }
        }
    }

    /// Scans the changed files and stores the results. An element of `changed_files` is the name of a file, its stamp,
    /// and true when the stamp is stable.
    fn rescan(
        &mut self,
        station: &Path,
        audio: &Path,
        changed_files: &[(&str, Option<FileStamp>, bool)],
        now: ScanTime,
    ) {
        if changed_files.is_empty() {
            return;
        }
        let scanned_library = scan::scan_library(audio, changed_files.iter().map(|(file, ..)| *file), &self.library);
        self.library.files.extend(scanned_library.files);
        let mut has_cache_changed = false;
        for (file, stamp, is_stable) in changed_files {
            let is_settled = stamp.is_none_or(|stamp| stamp.is_settled_at(now.wall_ns));
            self.scanned_files.insert((*file).to_owned());
            if is_settled || *is_stable {
                self.stamps.insert((*file).to_owned(), *stamp);
            } else if let Some(stamp) = stamp {
                // The file might change again without a new timestamp, so it is scanned again when it settles.
                self.stamps.remove(*file);
                self.changing_files.insert((*file).to_owned(), (*stamp, now.boot.0));
            }
            // A read error might be temporary, so its result is not stored.
            if matches!(self.library.files.get(*file), Some(FileStatus::Unreadable { .. })) {
                self.stamps.remove(*file);
                self.scans.files.remove(*file);
                continue;
            }
            if let (Some(stamp), Some(status)) = (stamp, self.library.files.get(*file)) {
                let entry = CachedScan { stamp: *stamp, is_settled, status: status.clone() };
                let previous_entry = self.scans.files.insert((*file).to_owned(), entry.clone());
                has_cache_changed |= previous_entry != Some(entry);
            }
        }
        if has_cache_changed {
            self.scans.save(station);
        }
    }
}
