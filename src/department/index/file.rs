//! The file of the index: its path, its digest, and its removal.
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{AiringIndex, IndexError};
use crate::base::hash::hex;
use crate::base::state_dirs;
use crate::logstore::location::StorageLocation;

impl AiringIndex {
    /// Removes an index file and the auxiliary files of SQLite next to it.
    ///
    /// # Errors
    /// [`IndexError::Store`] if a file cannot be removed.
    pub fn discard(path: &Path) -> Result<(), IndexError> {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            match std::fs::remove_file(PathBuf::from(name)) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns the SHA-256 of an index file, in hex; `None` if the file is missing, or there is a journal or a
    /// write-ahead log next to it. SQLite would apply their changes, which the digest does not cover.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn digest(path: &Path) -> io::Result<Option<String>> {
        for suffix in ["-wal", "-journal"] {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            if std::fs::symlink_metadata(PathBuf::from(name)).is_ok_and(|metadata| metadata.len() > 0) {
                return Ok(None);
            }
        }
        let mut file = match File::open(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 1 << 18];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(Some(hex(&hasher.finalize()))),
                length => hasher.update(&buffer[..length]),
            }
        }
    }

    /// Moves the write-ahead log into the index file, and returns the digest of the file; `None` if another program
    /// that reads the index prevents this.
    ///
    /// # Errors
    /// [`IndexError::Database`], and [`IndexError::Store`] if the file cannot be read.
    pub fn flush_to_file(&mut self) -> Result<Option<String>, IndexError> {
        self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(Self::digest(&self.path)?)
    }

    /// Returns the path of a store's index, in the state folder of this account. The index is not in the store, because
    /// anyone who can write to the store could change it while it is read, or before its digest is computed.
    ///
    /// # Errors
    /// If the state folder cannot be found or created.
    pub fn path_for(store: &StorageLocation) -> io::Result<PathBuf> {
        let store_name = match store {
            StorageLocation::Folder(folder) => {
                folder.canonicalize().unwrap_or_else(|_| folder.clone()).into_os_string()
            }
            #[cfg(feature = "s3")]
            StorageLocation::S3 { address, .. } => address.into(),
        };
        let name = hex(&Sha256::digest(store_name.as_encoded_bytes())[..8]);
        Ok(state_dirs::find_or_create("index", None)?.join(format!("{name}.sqlite")))
    }
}
