//! Hashing ahead: files that will be cued soon are hashed while the deck is idle, so that no start waits for a hash.
use std::collections::VecDeque;
use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::library::file::{self, FileDigest, FileHasher, OpenError};

/// Most files that wait, and most hashes that are remembered.
const MAX_WAITING: usize = 64;
const MAX_DIGESTS: usize = 32;

/// Stamp that tells one state of a file from another. It only selects a hash: when the file is read, its bytes are
/// checked against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct OpenFileStamp {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
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

/// Hashes files ahead of time.
#[derive(Default)]
pub(super) struct HashPrefetcher {
    /// The station's audio folder. Nothing below it may be a link.
    audio: PathBuf,
    queue: VecDeque<PathBuf>,
    running: Option<(File, OpenFileStamp, FileHasher)>,
    digests: VecDeque<(OpenFileStamp, Arc<FileDigest>)>,
}

impl HashPrefetcher {
    /// Returns a prefetcher for the station in this folder.
    pub(super) fn new(station: &Path) -> Self {
        Self { audio: station.join("audio"), ..Self::default() }
    }

    /// Opens a file. The station's own files must not be links; a file elsewhere, named by a person, may be one.
    pub(super) fn open(&self, path: &Path) -> Result<File, OpenError> {
        match path.strip_prefix(&self.audio) {
            Ok(name) => file::open_in(&self.audio, name),
            Err(_) => file::open(path),
        }
    }

    /// Queues files to be hashed.
    pub(super) fn enqueue(&mut self, files: Vec<PathBuf>) {
        for file in files {
            if !self.queue.contains(&file) && self.queue.len() < MAX_WAITING {
                self.queue.push_back(file);
            }
        }
    }

    /// Hashes a piece; returns whether there is more to do.
    pub(super) fn hash_step(&mut self) -> bool {
        let Some((mut file, look, mut hashing)) = self.running.take().or_else(|| self.next()) else {
            return false;
        };
        match hashing.step(&mut file) {
            Ok(None) => self.running = Some((file, look, hashing)),
            Ok(Some(seal)) => {
                // If the file changed meanwhile, nobody knows which bytes were hashed.
                if file.metadata().is_ok_and(|meta| OpenFileStamp::of(&meta) == look) {
                    self.remember(look, Arc::new(seal));
                }
            }
            // The error comes again, and is reported, when the file is cued.
            Err(_) => (),
        }
        true
    }

    fn next(&mut self) -> Option<(File, OpenFileStamp, FileHasher)> {
        while let Some(path) = self.queue.pop_front() {
            let Ok(file) = self.open(&path) else { continue };
            let Ok(meta) = file.metadata() else { continue };
            let look = OpenFileStamp::of(&meta);
            if !self.digests.iter().any(|(known, _)| *known == look) {
                return Some((file, look, FileHasher::with_parts()));
            }
        }
        None
    }

    fn remember(&mut self, look: OpenFileStamp, seal: Arc<FileDigest>) {
        if self.digests.len() == MAX_DIGESTS {
            self.digests.pop_front();
        }
        self.digests.push_back((look, seal));
    }

    /// Takes over the hash of this file that is under way.
    pub(super) fn take_running(&mut self, file: &File) -> Option<(File, FileHasher)> {
        let look = OpenFileStamp::of(&file.metadata().ok()?);
        self.running.take_if(|(_, running, _)| *running == look).map(|(file, _, hashing)| (file, hashing))
    }

    /// Returns the digest of an open file, if it was hashed.
    pub(super) fn digest_of(&self, file: &File) -> Option<Arc<FileDigest>> {
        let look = OpenFileStamp::of(&file.metadata().ok()?);
        self.digests.iter().find(|(known, _)| *known == look).map(|(_, seal)| seal.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_has_its_hash_ready_until_it_changes() {
        let dir = tempfile::tempdir().unwrap();
        let (path, nothing) = (dir.path().join("a"), dir.path().join("b"));
        std::fs::write(&path, vec![7; 3 << 20]).unwrap();
        let mut ahead = HashPrefetcher::new(dir.path());
        ahead.enqueue(vec![path.clone(), nothing, dir.path().to_owned()]);
        assert!(ahead.digest_of(&file::open(&path).unwrap()).is_none());
        while ahead.hash_step() {}
        let seal = ahead.digest_of(&file::open(&path).unwrap()).expect("a hash");
        assert_eq!(
            Ok(seal.sha256.clone()),
            file::sha256(&mut file::open(&path).unwrap()).map(|(h, _)| h).map_err(drop)
        );
        // The hash is known already: nothing to do.
        ahead.enqueue(vec![path.clone()]);
        assert!(!ahead.hash_step());
        std::fs::write(&path, vec![8; 3 << 20]).unwrap();
        assert!(ahead.digest_of(&file::open(&path).unwrap()).is_none());
    }
}
