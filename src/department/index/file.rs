//! The index as a file: its place, its digest, its removal.
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{AiringIndex, IndexError};
use crate::base::hash::hex;
use crate::base::state_dirs;
use crate::logstore::location::StorageLocation;

impl AiringIndex {
    /// Removes an index and the files that the database keeps next to it.
    ///
    /// # Errors
    /// [`IndexError::Store`] when a file cannot be removed.
    pub fn discard(path: &Path) -> Result<(), IndexError> {
        for end in ["", "-wal", "-shm", "-journal"] {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            match std::fs::remove_file(PathBuf::from(name)) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns the SHA-256 of an index file, in hex. None when the index is missing, or when the database left a
    /// journal: SQLite would take over its content, which could be anybody's.
    ///
    /// # Errors
    /// Errors of reading the file.
    pub fn digest(path: &Path) -> io::Result<Option<String>> {
        for end in ["-wal", "-journal"] {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            if std::fs::symlink_metadata(PathBuf::from(name)).is_ok_and(|there| there.len() > 0) {
                return Ok(None);
            }
        }
        let mut file = match File::open(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let mut hasher = Sha256::new();
        let mut piece = vec![0; 1 << 18];
        loop {
            match file.read(&mut piece)? {
                0 => return Ok(Some(hex(&hasher.finalize()))),
                n => hasher.update(&piece[..n]),
            }
        }
    }

    /// Writes everything into the one file and returns its digest; none while another program reads the index.
    ///
    /// # Errors
    /// [`IndexError::Database`], and [`IndexError::Store`] when the file cannot be read.
    pub fn flush_to_file(&mut self) -> Result<Option<String>, IndexError> {
        self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(Self::digest(&self.path)?)
    }

    /// Returns the path of a store's index. It lies on this machine, where only this account writes, and not in the
    /// store: somebody who can write to a database can change it while it is read, or before its digest is taken.
    ///
    /// # Errors
    /// Errors of finding or creating the folder for state.
    pub fn path_for(store: &StorageLocation) -> io::Result<PathBuf> {
        let name = match store {
            StorageLocation::Folder(folder) => {
                folder.canonicalize().unwrap_or_else(|_| folder.clone()).into_os_string()
            }
            #[cfg(feature = "s3")]
            StorageLocation::S3 { address, .. } => address.into(),
        };
        let name = hex(&Sha256::digest(name.as_encoded_bytes())[..8]);
        Ok(state_dirs::find_or_create("index", None)?.join(format!("{name}.sqlite")))
    }
}
