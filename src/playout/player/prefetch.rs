//! While the deck is idle, opens and hashes files that will be cued soon. A start does not have to wait for a hash, and
//! a file that cannot be played is reported before its start.
use std::collections::VecDeque;
use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::library::file::{self, FileDigest, FileHasher, OpenError};
use crate::playout::output::{FileInspection, Refusal};

/// Maximum number of files in the queue.
const MAX_QUEUED_FILES: usize = 1024;
/// Maximum number of digests that are remembered.
const MAX_DIGESTS: usize = 32;

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

/// A callback that receives the inspection of a file.
type InspectionCallback<'a> = dyn FnMut(PathBuf, FileInspection) + 'a;

/// Hashes files before they are cued.
#[derive(Default)]
pub(super) struct HashPrefetcher {
    /// The station's audio folder. Files in it are not opened through links.
    audio_dir: PathBuf,
    queue: VecDeque<PathBuf>,
    current: Option<HashedFile>,
    digests: VecDeque<(OpenFileStamp, Arc<FileDigest>)>,
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
                    self.remember(hashed.stamp, Arc::new(digest));
                }
            }
            Err(_) => report(hashed.path, FileInspection::Refused(Refusal::FileDamaged)),
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
            match self.digests.iter().find(|(other, _)| *other == stamp) {
                Some((_, digest)) => report(path, FileInspection::Readable { sha256: digest.sha256.clone() }),
                None => return Some(HashedFile { path, file, stamp, hasher: FileHasher::with_parts() }),
            }
        }
        None
    }

    fn remember(&mut self, stamp: OpenFileStamp, digest: Arc<FileDigest>) {
        if self.digests.len() == MAX_DIGESTS {
            self.digests.pop_front();
        }
        self.digests.push_back((stamp, digest));
    }

    /// Takes out the file that is being hashed and its hasher, if that file is the same as `file`.
    pub(super) fn take_current(&mut self, file: &File) -> Option<(File, FileHasher)> {
        let stamp = OpenFileStamp::of(&file.metadata().ok()?);
        self.current.take_if(|current| current.stamp == stamp).map(|hashed| (hashed.file, hashed.hasher))
    }

    /// Returns the digest of an open file, if it has been hashed and has not changed since then.
    pub(super) fn digest_of(&self, file: &File) -> Option<Arc<FileDigest>> {
        let stamp = OpenFileStamp::of(&file.metadata().ok()?);
        self.digests.iter().find(|(other, _)| *other == stamp).map(|(_, digest)| digest.clone())
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
}
