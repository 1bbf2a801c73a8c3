//! The audio files that a schedule names, looked into again only when they have changed.
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use super::scan_cache::{CachedScan, FileStamp, ScanCache};
use super::scan_time::ScanTime;
use crate::library::file::metadata_in;
use crate::library::{FileStatus, Library, scan};
use crate::schedule::Schedule;

/// Looks at the audio files that a schedule names. What `previous` knows of files that are gone is kept.
#[must_use]
pub fn load_library(station: &Path, schedule: &Schedule, previous: &Library) -> Library {
    LibraryCache::new(station, previous.clone()).refresh(station, schedule, ScanTime::now())
}

/// A station's audio files as they were last looked at, so that an edit of the schedule decodes none of them anew.
pub struct LibraryCache {
    library: Library,
    /// How the files looked when they were looked into; none of a file that was not there.
    stamps: BTreeMap<String, Option<FileStamp>>,
    /// Files that were looked into at all.
    examined: BTreeSet<String>,
    scans: ScanCache,
    /// Files that may still be written to: how they looked, and since when they have looked so, microseconds of the boot
    /// clock.
    changing: BTreeMap<String, (FileStamp, i64)>,
}

/// A file that has looked the same for so long is not being written any more.
const SETTLE_TIME: Duration = Duration::from_secs(2);

/// Whether a file is to be looked into.
enum FileActivity {
    /// It is still being written: what is known of it holds.
    Changing,
    /// It has looked the same for a while, whatever its own times say.
    Stable,
    /// As its own times say.
    ByTimestamps,
}

impl LibraryCache {
    /// Begins with what is known from before, and with the station's index.
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

    /// When to look again though nothing is told: a file that was being written may rest by then.
    #[must_use]
    pub fn recheck_after(&self) -> Option<Duration> {
        (!self.changing.is_empty()).then_some(SETTLE_TIME)
    }

    /// Looks at the files that a schedule names, and into those that have changed. What is known of a file holds until it
    /// rests: each state of a file that is copied slowly would be another schedule.
    pub fn refresh(&mut self, station: &Path, schedule: &Schedule, now: ScanTime) -> Library {
        let audio = station.join("audio");
        let mut changed = Vec::new();
        self.changing.retain(|file, _| schedule.segments.iter().any(|segment| segment.file == *file));
        for file in schedule.segments.iter().map(|segment| segment.file.as_str()) {
            // Taken before the file is read: what changes meanwhile is seen the next time.
            let look = metadata_in(&audio, Path::new(file)).map(|meta| FileStamp::from_metadata(&meta));
            if self.stamps.get(file) == Some(&look) {
                self.changing.remove(file);
                continue;
            }
            let rests = match self.activity_of(file, look, now) {
                FileActivity::Changing => continue,
                FileActivity::Stable => true,
                FileActivity::ByTimestamps => false,
            };
            match self.scans.files.get(file) {
                Some(entry) if entry.settled && Some(entry.stamp) == look => {
                    self.library.files.insert(file.to_owned(), entry.status.clone());
                    self.stamps.insert(file.to_owned(), look);
                    self.examined.insert(file.to_owned());
                }
                entry => {
                    // If only its look has changed, its hash will tell.
                    if let Some(scan) = entry.and_then(|entry| entry.status.last_good_scan()) {
                        self.library.files.insert(file.to_owned(), FileStatus::Good(scan.clone()));
                    }
                    changed.push((file, look, rests));
                }
            }
        }
        self.rescan(station, &audio, &changed, now);
        let named = |file: &str| Some((file.to_owned(), self.library.files.get(file)?.clone()));
        Library { files: schedule.segments.iter().filter_map(|segment| named(&segment.file)).collect() }
    }

    /// Whether a file is still being written. One of which nothing is known yet is looked into at once.
    fn activity_of(&mut self, file: &str, look: Option<FileStamp>, now: ScanTime) -> FileActivity {
        let Some(look) = look.filter(|look| self.examined.contains(file) && !look.is_settled_at(now.wall_ns)) else {
            self.changing.remove(file);
            return FileActivity::ByTimestamps;
        };
        let now = now.boot.0;
        match self.changing.get(file) {
            Some((before, since)) if *before == look => {
                if now.saturating_sub(*since) < SETTLE_TIME.as_micros() as i64 {
                    return FileActivity::Changing;
                }
                self.changing.remove(file);
                FileActivity::Stable
            }
            _ => {
                self.changing.insert(file.to_owned(), (look, now));
                FileActivity::Changing
            }
        }
    }

    /// Looks into files that have changed, and keeps what was found.
    fn rescan(&mut self, station: &Path, audio: &Path, changed: &[(&str, Option<FileStamp>, bool)], now: ScanTime) {
        if changed.is_empty() {
            return;
        }
        let found = scan::scan_library(audio, changed.iter().map(|(file, ..)| *file), &self.library);
        self.library.files.extend(found.files);
        let mut cache_changed = false;
        for (file, look, rests) in changed {
            let settled = look.is_none_or(|look| look.is_settled_at(now.wall_ns));
            self.examined.insert((*file).to_owned());
            if settled || *rests {
                self.stamps.insert((*file).to_owned(), *look);
            } else if let Some(look) = look {
                // It may be changed again without a trace: it is looked into once more when it rests.
                self.stamps.remove(*file);
                self.changing.insert((*file).to_owned(), (*look, now.boot.0));
            }
            // What the disk refused just now it may give the next time.
            let fleeting =
                |known: &FileStatus| matches!(known, FileStatus::Damaged { detail, .. } if is_transient(detail));
            if self.library.files.get(*file).is_some_and(fleeting) {
                self.stamps.remove(*file);
                self.scans.files.remove(*file);
                continue;
            }
            if let (Some(look), Some(known)) = (look, self.library.files.get(*file)) {
                let entry = CachedScan { stamp: *look, settled, status: known.clone() };
                let old = self.scans.files.insert((*file).to_owned(), entry.clone());
                cache_changed |= old != Some(entry);
            }
        }
        if cache_changed {
            self.scans.save(station);
        }
    }
}

/// Whether a file was not read rather than not understood.
fn is_transient(detail: &str) -> bool {
    detail.starts_with("it cannot be read") || detail.starts_with("it cannot be opened")
}
