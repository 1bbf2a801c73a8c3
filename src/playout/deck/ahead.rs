//! Files that will be wanted before long are hashed ahead of time, so that no start waits for a hash.
use std::collections::VecDeque;
use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::library::file::{self, Hashing, OpenError, Seal};

/// Files that wait, and hashes that are remembered, at most.
const MAX_WAITING: usize = 64;
const MAX_KNOWN: usize = 32;

/// What tells one state of a file from another, from outside. That the bytes are the same is proved again when they
/// are read: this only says which hash to hold them against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Look {
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

/// Hashes made ahead of time.
#[derive(Default)]
pub(super) struct Ahead {
    /// The station's audio folder: nothing below it may be a link.
    audio: PathBuf,
    waiting: VecDeque<PathBuf>,
    running: Option<(File, Look, Hashing)>,
    known: VecDeque<(Look, Arc<Seal>)>,
}

impl Ahead {
    /// For the station in this folder.
    pub(super) fn new(station: &Path) -> Self {
        Self { audio: station.join("audio"), ..Self::default() }
    }

    /// Opens a file: the station's own are no links, what else a person has named may be one.
    pub(super) fn open(&self, path: &Path) -> Result<File, OpenError> {
        match path.strip_prefix(&self.audio) {
            Ok(name) => file::open_in(&self.audio, name),
            Err(_) => file::open(path),
        }
    }

    /// These will be wanted.
    pub(super) fn expect(&mut self, files: Vec<PathBuf>) {
        for file in files {
            if !self.waiting.contains(&file) && self.waiting.len() < MAX_WAITING {
                self.waiting.push_back(file);
            }
        }
    }

    /// Hashes a piece; says whether there is more.
    pub(super) fn step(&mut self) -> bool {
        let Some((mut file, look, mut hashing)) = self.running.take().or_else(|| self.next()) else {
            return false;
        };
        match hashing.step(&mut file) {
            Ok(None) => self.running = Some((file, look, hashing)),
            Ok(Some(seal)) => {
                // Changed meanwhile: nobody knows which bytes were hashed.
                if file.metadata().is_ok_and(|meta| Look::of(&meta) == look) {
                    self.remember(look, Arc::new(seal));
                }
            }
            // What is wrong with it is found again, and told, when it is cued.
            Err(_) => (),
        }
        true
    }

    fn next(&mut self) -> Option<(File, Look, Hashing)> {
        while let Some(path) = self.waiting.pop_front() {
            let Ok(file) = self.open(&path) else { continue };
            let Ok(meta) = file.metadata() else { continue };
            let look = Look::of(&meta);
            if !self.known.iter().any(|(known, _)| *known == look) {
                return Some((file, look, Hashing::with_parts()));
            }
        }
        None
    }

    fn remember(&mut self, look: Look, seal: Arc<Seal>) {
        if self.known.len() == MAX_KNOWN {
            self.known.pop_front();
        }
        self.known.push_back((look, seal));
    }

    /// A hash of this file that is under way, to be gone on with.
    pub(super) fn take(&mut self, file: &File) -> Option<(File, Hashing)> {
        let look = Look::of(&file.metadata().ok()?);
        self.running.take_if(|(_, running, _)| *running == look).map(|(file, _, hashing)| (file, hashing))
    }

    /// What is known of an open file.
    pub(super) fn seal(&self, file: &File) -> Option<Arc<Seal>> {
        let look = Look::of(&file.metadata().ok()?);
        self.known.iter().find(|(known, _)| *known == look).map(|(_, seal)| seal.clone())
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
        let mut ahead = Ahead::new(dir.path());
        ahead.expect(vec![path.clone(), nothing, dir.path().to_owned()]);
        assert!(ahead.seal(&file::open(&path).unwrap()).is_none());
        while ahead.step() {}
        let seal = ahead.seal(&file::open(&path).unwrap()).expect("a hash");
        assert_eq!(
            Ok(seal.sha256.clone()),
            file::sha256(&mut file::open(&path).unwrap()).map(|(h, _)| h).map_err(drop)
        );
        // Known already: nothing to do.
        ahead.expect(vec![path.clone()]);
        assert!(!ahead.step());
        std::fs::write(&path, vec![8; 3 << 20]).unwrap();
        assert!(ahead.seal(&file::open(&path).unwrap()).is_none());
    }
}
