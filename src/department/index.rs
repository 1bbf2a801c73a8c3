//! The department's index: all airings of a store in one SQLite file, which can be made anew from the store at any time.
//!
//! [`schema`] is its form (`docs/index.md`), [`read`](mod@read) turns a log's entries into rows, whose words are numbered
//! in [`words`], [`news`] reads them out of the store, [`write`](mod@write) writes them, [`fill`] drives both, [`ask`] gives
//! the airings back as facts for a report. What is in it has been checked against the signed heads in the store when it was
//! read.
mod accepted_head;
pub mod delta;
mod entry_rows;
pub mod indexed_log;
pub mod interner;
mod kept_file;
mod kept_plan;
mod kept_topics;
mod outcome_line;
pub mod query;
mod read_delta;
pub mod rows;
pub mod schema;
pub mod update;
pub mod writer;

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::logstore::location::StorageLocation;

/// Its name in a store that is a folder, where former versions kept it.
pub const LEGACY_FILE_NAME: &str = "index.sqlite";

/// Why the index cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The database.
    #[error("{0}")]
    Database(#[from] rusqlite::Error),
    /// The store.
    #[error(transparent)]
    Store(#[from] io::Error),
}

impl IndexError {
    /// Whether the index itself is damaged, or none of ours.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Database(e) if is_damage(e))
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode;
    let code = error.sqlite_error_code();
    // Another form of ours is said so.
    matches!(error, rusqlite::Error::InvalidQuery)
        || matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// The index of a store.
pub struct AiringIndex {
    db: Connection,
    /// Where it is.
    pub path: PathBuf,
    /// True when opening it created its tables.
    created: bool,
}

impl AiringIndex {
    /// Opens it, and makes an empty one when there is none, or it has another form, or is damaged.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        match schema::open(path) {
            Ok((db, made)) => Ok(Self { db, path: path.to_owned(), created: made }),
            // It can be made anew: nothing is lost.
            Err(e) if is_damage(&e) => {
                Self::discard(path)?;
                let (db, made) = schema::open(path)?;
                Ok(Self { db, path: path.to_owned(), created: made })
            }
            Err(e) => Err(e.into()),
        }
    }

    /// Takes an index away, with what the database keeps beside it.
    ///
    /// # Errors
    /// See [`IndexError`].
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

    /// SHA-256 of an index as it lies on the disk, in hex; none when it is not there, or when more stands beside it than was
    /// left in order: what the database would take over from there could be anybody's.
    ///
    /// # Errors
    /// What the system says.
    pub fn digest(path: &Path) -> io::Result<Option<String>> {
        use sha2::Digest as _;
        for end in ["-wal", "-journal"] {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            if std::fs::symlink_metadata(PathBuf::from(name)).is_ok_and(|there| there.len() > 0) {
                return Ok(None);
            }
        }
        let mut file = match std::fs::File::open(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            file => file?,
        };
        let mut hasher = sha2::Sha256::new();
        let mut piece = vec![0; 1 << 18];
        loop {
            match io::Read::read(&mut file, &mut piece)? {
                0 => return Ok(Some(crate::base::hash::hex(&hasher.finalize()))),
                n => hasher.update(&piece[..n]),
            }
        }
    }

    /// Whether opening it created its tables, or anything has been written to it since.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.created || self.db.total_changes() > 0
    }

    /// Writes everything into the one file; gives its digest, none when another program's reading keeps it from that.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub fn flush_to_file(&mut self) -> Result<Option<String>, IndexError> {
        self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(Self::digest(&self.path)?)
    }

    /// Where the index of a store is: on this machine, where only this account writes. Whoever can write to a database can
    /// change it while it is read, and between its last change and its digest: it does not lie in the store.
    ///
    /// # Errors
    /// When there is no folder for it.
    pub fn path_for(store: &StorageLocation) -> io::Result<PathBuf> {
        use sha2::Digest as _;
        let name = match store {
            StorageLocation::Folder(folder) => {
                folder.canonicalize().unwrap_or_else(|_| folder.clone()).into_os_string()
            }
            #[cfg(feature = "s3")]
            StorageLocation::S3 { address, .. } => address.into(),
        };
        let name = crate::base::hash::hex(&sha2::Sha256::digest(name.as_encoded_bytes())[..8]);
        Ok(crate::base::state_dirs::find_or_create("index", None)?.join(format!("{name}.sqlite")))
    }
}
