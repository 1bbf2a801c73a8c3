//! While the deck is idle, opens and hashes files that will be cued soon. As a result, a start does not have to wait
//! for a hash, and a file that cannot be played is reported before its start.
use std::collections::VecDeque;
use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::instant::{BootTime, SECOND_US};
use crate::library::file::{self, FileDigest, FileHasher, OpenError, PART_BYTES};
use crate::playout::output::{FileInspection, Refusal};

/// Maximum number of files in the queue.
const MAX_QUEUED_FILES: usize = 1024;
/// Maximum number of remembered files: more than a long session has items.
const MAX_KNOWN_FILES: usize = 512;
/// Maximum number of part hashes that are remembered: those of 1 GiB of audio, in 512 KiB of memory.
const MAX_KNOWN_PARTS: u64 = 16 * 1024;
/// A file that could not be read is not read again before this time has passed, in microseconds. The time doubles with
/// each failure, up to [`MAX_REREAD_DELAY_US`], so that a failing disk is not made to read the same file every minute.
const MIN_REREAD_DELAY_US: i64 = 90 * SECOND_US;
/// The maximum time between two reads of a file that cannot be read, in microseconds.
const MAX_REREAD_DELAY_US: i64 = 270 * SECOND_US;
/// For this time, in microseconds, a hash is reported again without reading the file. A damaged disk can return
/// different bytes although the stamp stays the same, so the checks before a later session read the file again.
const MAX_REPORTED_AGE_US: i64 = 3 * 3600 * SECOND_US;

/// A stamp that changes when a file changes. It only selects a digest: when the file is played, its bytes are checked
/// against that digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OpenFileStamp {
    device: u64,
    inode: u64,
    bytes: u64,
    /// Modification time: seconds and nanoseconds.
    modified: (i64, i64),
    /// Time of the last status change: seconds and nanoseconds.
    changed: (i64, i64),
}

impl OpenFileStamp {
    pub(super) fn of(meta: &Metadata) -> Self {
        Self {
            device: meta.dev(),
            inode: meta.ino(),
            bytes: meta.len(),
            modified: (meta.mtime(), meta.mtime_nsec()),
            changed: (meta.ctime(), meta.ctime_nsec()),
        }
    }
}

/// A file that is being hashed.
struct FileBeingHashed {
    path: PathBuf,
    file: File,
    /// Its stamp when hashing began.
    stamp: OpenFileStamp,
    hasher: FileHasher,
}

/// The result of reading a file.
enum ReadResult {
    /// The file can be played.
    Digest(Arc<FileDigest>),
    /// The file can be played, but its digest was dropped to save memory. The next inspection hashes it again.
    DroppedDigest,
    /// The file could not be read to its end.
    Unreadable {
        /// The time from this failure to the next read, in microseconds.
        reread_delay_us: i64,
    },
}

/// A file that was read. While the stamp stays the same, the result is valid for some time, so that the file is not
/// read every minute.
struct KnownFile {
    stamp: OpenFileStamp,
    result: ReadResult,
    /// When the file was read.
    read_at: BootTime,
    /// True once a cue has used the digest. Such digests are dropped first.
    is_used: bool,
}

impl KnownFile {
    fn part_count(&self) -> u64 {
        match &self.result {
            ReadResult::Digest(digest) => digest.bytes.div_ceil(PART_BYTES as u64),
            ReadResult::DroppedDigest | ReadResult::Unreadable { .. } => 0,
        }
    }

    /// Returns the inspection if it is recent enough; `None` if the file must be read again.
    fn inspection(&self, now: BootTime) -> Option<FileInspection> {
        let age_us = now.since(self.read_at);
        match &self.result {
            ReadResult::Digest(digest) if age_us < MAX_REPORTED_AGE_US => {
                Some(FileInspection::Readable { sha256: digest.sha256.clone() })
            }
            ReadResult::Unreadable { reread_delay_us } if age_us < *reread_delay_us => {
                Some(FileInspection::Refused(Refusal::FileDamaged))
            }
            ReadResult::Digest(_) | ReadResult::DroppedDigest | ReadResult::Unreadable { .. } => None,
        }
    }
}

/// A callback that receives the inspection of a file.
type InspectionCallback<'a> = dyn FnMut(PathBuf, FileInspection) + 'a;

/// Hashes files before they are cued.
#[derive(Default)]
pub(super) struct HashPrefetcher {
    /// The station's audio folder. Files in it are not opened through links.
    audio_dir: PathBuf,
    queue: VecDeque<PathBuf>,
    current: Option<FileBeingHashed>,
    known_files: VecDeque<KnownFile>,
}

impl HashPrefetcher {
    /// Returns a prefetcher for the station in this folder.
    pub(super) fn new(station_dir: &Path) -> Self {
        Self { audio_dir: station_dir.join("audio"), ..Self::default() }
    }

    /// Opens a file. A file in the audio folder must not be a link. A file elsewhere can be a link, because the
    /// operator has named it.
    pub(super) fn open(&self, path: &Path) -> Result<File, OpenError> {
        match path.strip_prefix(&self.audio_dir) {
            Ok(name) => file::open_in(&self.audio_dir, name),
            Err(_) => file::open(path),
        }
    }

    /// Queues files to be hashed.
    pub(super) fn enqueue(&mut self, files: Vec<PathBuf>) {
        for file in files {
            if !self.queue.contains(&file) && self.queue.len() < MAX_QUEUED_FILES {
                self.queue.push_back(file);
            }
        }
    }

    /// Hashes the next part of a file. Reports each file that is completely hashed or cannot be read. Returns false if
    /// no file is left to hash.
    pub(super) fn hash_step(&mut self, now: BootTime, report: &mut InspectionCallback<'_>) -> bool {
        let Some(mut in_progress) = self.current.take().or_else(|| self.next_file(now, report)) else {
            return false;
        };
        match in_progress.hasher.step(&mut in_progress.file) {
            Ok(None) => self.current = Some(in_progress),
            Ok(Some(digest)) => {
                report(in_progress.path, FileInspection::Readable { sha256: digest.sha256.clone() });
                // The digest of a file that changed while it was hashed can mix old and new bytes.
                if in_progress.file.metadata().is_ok_and(|meta| OpenFileStamp::of(&meta) == in_progress.stamp) {
                    self.remember(now, in_progress.stamp, ReadResult::Digest(Arc::new(digest)));
                }
            }
            Err(_) => {
                report(in_progress.path, FileInspection::Refused(Refusal::FileDamaged));
                self.remember_failure(now, in_progress.stamp);
            }
        }
        true
    }

    /// Opens the next file in the queue that must be read. Reports the files before it, which were read recently or
    /// cannot be opened.
    fn next_file(&mut self, now: BootTime, report: &mut InspectionCallback<'_>) -> Option<FileBeingHashed> {
        while let Some(path) = self.queue.pop_front() {
            let file = match self.open(&path) {
                Ok(file) => file,
                Err(error) => {
                    report(path, FileInspection::Refused(refusal_of(&error)));
                    continue;
                }
            };
            let Ok(meta) = file.metadata() else {
                report(path, FileInspection::Refused(Refusal::FileDamaged));
                continue;
            };
            let stamp = OpenFileStamp::of(&meta);
            let known = self.known_files.iter().find(|known| known.stamp == stamp);
            match known.and_then(|known| known.inspection(now)) {
                Some(found) => report(path, found),
                None => return Some(FileBeingHashed { path, file, stamp, hasher: FileHasher::with_parts() }),
            }
        }
        None
    }

    /// Remembers a failure. With each failure of a file, the time to the next read grows. It is reset if nobody has
    /// asked for the file in the meantime.
    fn remember_failure(&mut self, now: BootTime, stamp: OpenFileStamp) {
        let earlier = self.known_files.iter().find(|known| known.stamp == stamp);
        let reread_delay_us = match earlier.map(|known| (&known.result, now.since(known.read_at))) {
            Some((ReadResult::Unreadable { reread_delay_us }, age_us)) if age_us < 2 * MAX_REREAD_DELAY_US => {
                (reread_delay_us * 2).min(MAX_REREAD_DELAY_US)
            }
            _ => MIN_REREAD_DELAY_US,
        };
        self.remember(now, stamp, ReadResult::Unreadable { reread_delay_us });
    }

    /// Remembers the digest that a cue has computed of its file, unless the file has changed since then. The cue
    /// already has the digest, so it counts as used.
    pub(super) fn remember_used(&mut self, now: BootTime, file: &File, stamp: OpenFileStamp, digest: &Arc<FileDigest>) {
        if file.metadata().is_ok_and(|meta| OpenFileStamp::of(&meta) == stamp) {
            self.remember(now, stamp, ReadResult::Digest(digest.clone()));
            self.known_files.iter_mut().filter(|known| known.stamp == stamp).for_each(|known| known.is_used = true);
        }
    }

    fn remember(&mut self, now: BootTime, stamp: OpenFileStamp, result: ReadResult) {
        self.known_files.retain(|known| known.stamp != stamp);
        if self.known_files.len() == MAX_KNOWN_FILES {
            self.known_files.pop_front();
        }
        self.known_files.push_back(KnownFile { stamp, result, read_at: now, is_used: false });
        while self.known_files.iter().map(KnownFile::part_count).sum::<u64>() > MAX_KNOWN_PARTS {
            let has_parts = |known: &&mut KnownFile| known.part_count() > 0;
            let used = self.known_files.iter_mut().filter(has_parts).find(|known| known.is_used);
            let dropped = match used {
                Some(used) => Some(used),
                // Files are inspected in the order in which they play, so the newest is needed last.
                None => self.known_files.iter_mut().rev().find(has_parts),
            };
            let Some(known) = dropped else { break };
            known.result = ReadResult::DroppedDigest;
        }
    }

    /// Returns and forgets the file that is being hashed and its hasher, if that file is the same as `file`.
    pub(super) fn take_current(&mut self, file: &File) -> Option<(File, FileHasher)> {
        let stamp = OpenFileStamp::of(&file.metadata().ok()?);
        self.current.take_if(|current| current.stamp == stamp).map(|in_progress| (in_progress.file, in_progress.hasher))
    }

    /// Returns the digest of an open file, if it has been hashed and has not changed since then.
    pub(super) fn digest_of(&mut self, file: &File) -> Option<Arc<FileDigest>> {
        let stamp = OpenFileStamp::of(&file.metadata().ok()?);
        let known = self.known_files.iter_mut().find(|known| known.stamp == stamp)?;
        let ReadResult::Digest(digest) = &known.result else { return None };
        known.is_used = true;
        Some(digest.clone())
    }
}

/// Returns the reason to refuse a cue whose file cannot be opened.
pub(super) fn refusal_of(error: &OpenError) -> Refusal {
    match error {
        OpenError::Missing => Refusal::FileMissing,
        OpenError::Denied(_) | OpenError::Link | OpenError::NotAFile(_) | OpenError::TooLarge(_) => {
            Refusal::FileDamaged
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefetched_file_has_a_digest_until_it_changes() {
        let dir = tempfile::tempdir().unwrap();
        let (path, missing_path) = (dir.path().join("a"), dir.path().join("b"));
        std::fs::write(&path, vec![7; 3 << 20]).unwrap();
        let mut prefetcher = HashPrefetcher::new(dir.path());
        prefetcher.enqueue(vec![path.clone(), missing_path.clone(), dir.path().to_owned()]);
        assert!(prefetcher.digest_of(&file::open(&path).unwrap()).is_none());
        let mut found = Vec::new();
        while prefetcher.hash_step(at_minute(0), &mut |path, inspection| found.push((path, inspection))) {}
        let digest = prefetcher.digest_of(&file::open(&path).unwrap()).expect("the file was hashed");
        assert_eq!(
            Ok(digest.sha256.clone()),
            file::sha256(&mut file::open(&path).unwrap()).map(|(sha256, _)| sha256).map_err(drop)
        );
        let readable = FileInspection::Readable { sha256: digest.sha256.clone() };
        assert_eq!(
            found,
            [
                (path.clone(), readable.clone()),
                (missing_path, FileInspection::Refused(Refusal::FileMissing)),
                (dir.path().to_owned(), FileInspection::Refused(Refusal::FileDamaged)),
            ]
        );
        // The digest is known, so there is nothing to hash.
        prefetcher.enqueue(vec![path.clone()]);
        let mut found_again = Vec::new();
        assert!(!prefetcher.hash_step(at_minute(10), &mut |path, inspection| found_again.push((path, inspection))));
        assert_eq!(found_again, [(path.clone(), readable)]);
        std::fs::write(&path, vec![8; 3 << 20]).unwrap();
        assert!(prefetcher.digest_of(&file::open(&path).unwrap()).is_none());
    }

    fn at_minute(minute: i64) -> BootTime {
        BootTime(minute * 60 * SECOND_US)
    }

    fn stamp(inode: u64) -> OpenFileStamp {
        OpenFileStamp { device: 1, inode, bytes: 1, modified: (0, 0), changed: (0, 0) }
    }

    fn digest(parts: u64) -> ReadResult {
        let mut digest = FileDigest::default();
        digest.bytes = parts * PART_BYTES as u64;
        ReadResult::Digest(Arc::new(digest))
    }

    fn inodes_with_parts(prefetcher: &HashPrefetcher) -> Vec<u64> {
        prefetcher.known_files.iter().filter(|known| known.part_count() > 0).map(|known| known.stamp.inode).collect()
    }

    /// A session of many items must not hash any of them twice.
    #[test]
    fn the_files_of_a_long_session_stay_known_and_the_used_ones_are_forgotten_first() {
        let mut prefetcher = HashPrefetcher::default();
        (0..200).for_each(|inode| prefetcher.remember(at_minute(0), stamp(inode), digest(80)));
        assert_eq!(inodes_with_parts(&prefetcher).len(), 200);
        prefetcher.known_files[7].is_used = true;
        prefetcher.remember(at_minute(0), stamp(1000), digest(400));
        let inodes = inodes_with_parts(&prefetcher);
        assert_eq!(prefetcher.known_files.len(), 201);
        assert!(!inodes.contains(&7) && inodes.contains(&0) && inodes.contains(&1000));
        (2000..4000).for_each(|inode| prefetcher.remember(at_minute(0), stamp(inode), digest(1)));
        assert_eq!(prefetcher.known_files.len(), MAX_KNOWN_FILES);
    }

    /// The first items of a session that is too long for the memory play first, so their digests must stay.
    #[test]
    fn without_used_digests_the_newest_is_dropped_and_its_file_is_hashed_again() {
        let mut prefetcher = HashPrefetcher::default();
        (0..3).for_each(|inode| prefetcher.remember(at_minute(0), stamp(inode), digest(MAX_KNOWN_PARTS / 2)));
        assert_eq!(inodes_with_parts(&prefetcher), [0, 1]);
        assert_eq!(prefetcher.known_files[2].inspection(at_minute(1)), None);
    }

    /// Returns the minutes in which the file is read, if it is inspected in each minute of `minutes`.
    fn minutes_with_a_read(prefetcher: &mut HashPrefetcher, path: &Path, minutes: std::ops::Range<i64>) -> Vec<i64> {
        let mut reads = Vec::new();
        for minute in minutes {
            prefetcher.enqueue(vec![path.to_owned()]);
            if let Some(in_progress) = prefetcher.next_file(at_minute(minute), &mut |_, _| ()) {
                reads.push(minute);
                prefetcher.remember_failure(at_minute(minute), in_progress.stamp);
            }
        }
        reads
    }

    #[test]
    fn a_file_that_cannot_be_read_is_retried_at_growing_intervals_and_at_once_the_next_day() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        std::fs::write(&path, [7; 100]).unwrap();
        let mut prefetcher = HashPrefetcher::new(dir.path());
        assert_eq!(minutes_with_a_read(&mut prefetcher, &path, 0..22), [0, 2, 5, 10, 15, 20]);
        let next_day = 24 * 60;
        assert_eq!(
            minutes_with_a_read(&mut prefetcher, &path, next_day..next_day + 6),
            [next_day, next_day + 2, next_day + 5]
        );
    }

    #[test]
    fn a_readable_file_is_read_again_before_a_later_session() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        std::fs::write(&path, [7; 100]).unwrap();
        let mut prefetcher = HashPrefetcher::new(dir.path());
        prefetcher.enqueue(vec![path.clone()]);
        while prefetcher.hash_step(at_minute(0), &mut |_, _| ()) {}
        prefetcher.enqueue(vec![path.clone()]);
        assert!(prefetcher.next_file(at_minute(179), &mut |_, _| ()).is_none());
        prefetcher.enqueue(vec![path.clone()]);
        assert!(prefetcher.next_file(at_minute(180), &mut |_, _| ()).is_some());
        assert!(prefetcher.digest_of(&file::open(&path).unwrap()).is_some(), "a cue need not wait for the hash");
    }

    #[test]
    fn a_digest_that_a_cue_has_computed_is_remembered_and_replaces_a_failure() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        std::fs::write(&path, [7; 100]).unwrap();
        let file = file::open(&path).unwrap();
        let stamp = OpenFileStamp::of(&file.metadata().unwrap());
        let mut prefetcher = HashPrefetcher::new(dir.path());
        prefetcher.remember_failure(at_minute(0), stamp);
        prefetcher.remember_used(at_minute(0), &file, stamp, &Arc::new(FileDigest::default()));
        assert!(prefetcher.digest_of(&file).is_some());
        std::fs::write(&path, [7; 200]).unwrap();
        prefetcher.remember_used(at_minute(0), &file, stamp, &Arc::new(FileDigest::default()));
        assert!(prefetcher.digest_of(&file).is_none(), "the file has changed");
    }
}
