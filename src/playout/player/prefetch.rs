//! While the deck is idle, opens and hashes files that will be cued soon. A start does not have to wait for a hash, and
//! a file that cannot be played is reported before its start.
use std::collections::VecDeque;
use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::library::file::{self, FileDigest, FileHasher, OpenError, PART_BYTES};
use crate::playout::output::{FileInspection, Refusal};

/// Maximum number of files in the queue.
const MAX_QUEUED_FILES: usize = 1024;
/// Maximum number of remembered files: more than a long session has items.
const MAX_KNOWN_FILES: usize = 512;
/// Maximum number of hashes of parts that are remembered: those of 1 GiB of audio, in 512 KiB of memory.
const MAX_KNOWN_PARTS: u64 = 16 * 1024;
/// Maximum number of inspections that are skipped after a file could not be read. It doubles with each failure, so that a
/// failing disk is not made to read the same file every minute.
const MAX_SKIPPED_INSPECTIONS: u32 = 15;

/// A stamp that changes when a file changes. It only selects a digest: when the file is played, its bytes are checked
/// against that digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OpenFileStamp {
    device: u64,
    inode: u64,
    bytes: u64,
    /// Modification time: seconds and nanoseconds.
    modified: (i64, i64),
    /// Time of the last status change: seconds and nanoseconds.
    changed: (i64, i64),
}

impl OpenFileStamp {
    fn of(meta: &Metadata) -> Self {
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
struct HashedFile {
    path: PathBuf,
    file: File,
    /// Its stamp when hashing began.
    stamp: OpenFileStamp,
    hasher: FileHasher,
}

/// The result of reading a file.
enum Found {
    /// The file can be played.
    Digest(Arc<FileDigest>),
    /// The file can be played, but the hashes of its parts were dropped to save memory. It is hashed again before it plays.
    Sha256(String),
    /// The file could not be read to its end.
    Unreadable {
        /// Number of inspections that are skipped after this failure.
        skipped_count: u32,
        /// Number of them that are still to be skipped.
        remaining: u32,
    },
}

/// A file that was read. The result stays valid until the stamp changes, so that the file is not read every minute.
struct KnownFile {
    stamp: OpenFileStamp,
    found: Found,
    /// True once a cue has used the digest. Such digests are dropped first.
    is_used: bool,
}

impl KnownFile {
    fn parts(&self) -> u64 {
        match &self.found {
            Found::Digest(digest) => digest.bytes.div_ceil(PART_BYTES as u64),
            Found::Sha256(_) | Found::Unreadable { .. } => 0,
        }
    }

    /// Returns the inspection that needs no reading; `None` if the file must be read.
    fn inspection(&mut self) -> Option<FileInspection> {
        match &mut self.found {
            Found::Digest(digest) => Some(FileInspection::Readable { sha256: digest.sha256.clone() }),
            Found::Sha256(sha256) => Some(FileInspection::Readable { sha256: sha256.clone() }),
            Found::Unreadable { remaining: 0, .. } => None,
            Found::Unreadable { remaining, .. } => {
                *remaining -= 1;
                Some(FileInspection::Refused(Refusal::FileDamaged))
            }
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
    current: Option<HashedFile>,
    known: VecDeque<KnownFile>,
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
    pub(super) fn hash_step(&mut self, report: &mut InspectionCallback<'_>) -> bool {
        let Some(mut hashed) = self.current.take().or_else(|| self.next_file(report)) else {
            return false;
        };
        match hashed.hasher.step(&mut hashed.file) {
            Ok(None) => self.current = Some(hashed),
            Ok(Some(digest)) => {
                report(hashed.path, FileInspection::Readable { sha256: digest.sha256.clone() });
                // The digest of a file that changed while it was hashed can mix old and new bytes.
                if hashed.file.metadata().is_ok_and(|meta| OpenFileStamp::of(&meta) == hashed.stamp) {
                    self.remember(hashed.stamp, Found::Digest(Arc::new(digest)));
                }
            }
            Err(_) => {
                report(hashed.path, FileInspection::Refused(Refusal::FileDamaged));
                self.remember_failure(hashed.stamp);
            }
        }
        true
    }

    /// Opens the next file in the queue that has no digest yet. Reports the files before it, which have a digest or
    /// cannot be opened.
    fn next_file(&mut self, report: &mut InspectionCallback<'_>) -> Option<HashedFile> {
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
            let known = self.known.iter_mut().find(|known| known.stamp == stamp);
            match known.and_then(|known| known.inspection()) {
                Some(found) => report(path, found),
                None => return Some(HashedFile { path, file, stamp, hasher: FileHasher::with_parts() }),
            }
        }
        None
    }

    /// Remembers a failure. With each failure of a file, more inspections are skipped.
    fn remember_failure(&mut self, stamp: OpenFileStamp) {
        let earlier = self.known.iter().find(|known| known.stamp == stamp);
        let skipped_count = match earlier.map(|known| &known.found) {
            Some(Found::Unreadable { skipped_count, .. }) => (skipped_count * 2 + 1).min(MAX_SKIPPED_INSPECTIONS),
            _ => 1,
        };
        self.remember(stamp, Found::Unreadable { skipped_count, remaining: skipped_count });
    }

    fn remember(&mut self, stamp: OpenFileStamp, found: Found) {
        self.known.retain(|known| known.stamp != stamp);
        if self.known.len() == MAX_KNOWN_FILES {
            self.known.pop_front();
        }
        self.known.push_back(KnownFile { stamp, found, is_used: false });
        let newest = self.known.len() - 1;
        while self.known.iter().map(KnownFile::parts).sum::<u64>() > MAX_KNOWN_PARTS {
            let has_parts = |known: &&mut KnownFile| known.parts() > 0;
            let used = self.known.iter_mut().take(newest).filter(has_parts).find(|known| known.is_used);
            let oldest = match used {
                Some(used) => Some(used),
                None => self.known.iter_mut().take(newest).find(has_parts),
            };
            // The newest digest stays even if it alone exceeds the limit.
            let Some(KnownFile { found, .. }) = oldest else { break };
            if let Found::Digest(digest) = found {
                *found = Found::Sha256(digest.sha256.clone());
            }
        }
    }

    /// Takes out the file that is being hashed and its hasher, if that file is the same as `file`.
    pub(super) fn take_current(&mut self, file: &File) -> Option<(File, FileHasher)> {
        let stamp = OpenFileStamp::of(&file.metadata().ok()?);
        self.current.take_if(|current| current.stamp == stamp).map(|hashed| (hashed.file, hashed.hasher))
    }

    /// Returns the digest of an open file, if it has been hashed and has not changed since then.
    pub(super) fn digest_of(&mut self, file: &File) -> Option<Arc<FileDigest>> {
        let stamp = OpenFileStamp::of(&file.metadata().ok()?);
        let known = self.known.iter_mut().find(|known| known.stamp == stamp)?;
        let Found::Digest(digest) = &known.found else { return None };
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
        while prefetcher.hash_step(&mut |path, inspection| found.push((path, inspection))) {}
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
        assert!(!prefetcher.hash_step(&mut |path, inspection| found_again.push((path, inspection))));
        assert_eq!(found_again, [(path.clone(), readable)]);
        std::fs::write(&path, vec![8; 3 << 20]).unwrap();
        assert!(prefetcher.digest_of(&file::open(&path).unwrap()).is_none());
    }

    fn stamp(inode: u64) -> OpenFileStamp {
        OpenFileStamp { device: 1, inode, bytes: 1, modified: (0, 0), changed: (0, 0) }
    }

    fn digest(parts: u64) -> Found {
        let mut digest = FileDigest::default();
        digest.bytes = parts * PART_BYTES as u64;
        Found::Digest(Arc::new(digest))
    }

    /// A session of many items must not hash any of them twice.
    #[test]
    fn the_files_of_a_long_session_stay_known_and_the_used_ones_are_forgotten_first() {
        let mut prefetcher = HashPrefetcher::default();
        (0..200).for_each(|inode| prefetcher.remember(stamp(inode), digest(80)));
        let with_parts = |prefetcher: &HashPrefetcher| -> Vec<u64> {
            prefetcher.known.iter().filter(|known| known.parts() > 0).map(|known| known.stamp.inode).collect()
        };
        assert_eq!(with_parts(&prefetcher).len(), 200);
        prefetcher.known[7].is_used = true;
        prefetcher.remember(stamp(1000), digest(400));
        assert_eq!(prefetcher.known.len(), 201, "all of them are known");
        assert!(!with_parts(&prefetcher).contains(&7) && with_parts(&prefetcher).contains(&0));
        prefetcher.remember(stamp(1001), digest(MAX_KNOWN_PARTS + 1));
        assert_eq!(with_parts(&prefetcher), [1001]);
        (2000..4000).for_each(|inode| prefetcher.remember(stamp(inode), digest(1)));
        assert_eq!(prefetcher.known.len(), MAX_KNOWN_FILES);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_read_again_ever_more_rarely() {
        let mut prefetcher = HashPrefetcher::default();
        let mut reads = Vec::new();
        for look in 0..100 {
            let known = prefetcher.known.iter_mut().find(|known| known.stamp == stamp(1));
            if known.and_then(KnownFile::inspection).is_none() {
                reads.push(look);
                prefetcher.remember_failure(stamp(1));
            }
        }
        assert_eq!(reads, [0, 2, 6, 14, 30, 46, 62, 78, 94]);
    }
}
