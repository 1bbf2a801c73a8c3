//! The department's index: all airings of a store in one SQLite file, which can be rebuilt from the store at any time.
//!
//! [`schema`] defines its format (`docs/index.md`). [`update`] reads the new entries of all logs and checks them
//! against the signed heads in the store. [`rows`] and [`interner`] hold the entries as rows, [`writer`] writes the
//! rows, and [`query`] returns airings as facts for a report.
mod accepted_head;
mod build_delta;
pub mod closed_logs;
pub mod delta;
mod edit_line;
mod entry_rows;
mod file;
pub mod indexed_log;
pub mod interner;
mod kept_file;
mod kept_plan;
pub mod kept_topics;
mod moved_airings;
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

/// The name of the index file that earlier versions kept in a folder store.
pub const LEGACY_FILE_NAME: &str = "index.sqlite";

/// A failure of the index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The database failed.
    #[error("{0}")]
    Database(#[from] rusqlite::Error),
    /// The store, or the folder of the index, failed.
    #[error(transparent)]
    Store(#[from] io::Error),
}

impl IndexError {
    /// Returns whether the index file is damaged, has another version, or is not an index at all.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Database(error) if is_damage(error))
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode;
    let code = error.sqlite_error_code();
    // `schema::open` returns this for an index of another version.
    matches!(error, rusqlite::Error::InvalidQuery)
        || matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// The index of a store, opened for reading and writing.
pub struct AiringIndex {
    db: Connection,
    /// The path of the index file.
    pub path: PathBuf,
    /// True when opening the index created its tables.
    is_new: bool,
}

impl AiringIndex {
    /// Opens an index. If it is missing, damaged or of another version, creates an empty one.
    ///
    /// # Errors
    /// [`IndexError::Database`]; [`IndexError::Store`] if the folder of the index cannot be created, or a damaged index
    /// cannot be removed.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        match schema::open(path) {
            Ok((db, is_new)) => Ok(Self { db, path: path.to_owned(), is_new }),
            // Nothing is lost, because the index can be rebuilt from the store.
            Err(e) if is_damage(&e) => {
                Self::discard(path)?;
                let (db, is_new) = schema::open(path)?;
                Ok(Self { db, path: path.to_owned(), is_new })
            }
            Err(e) => Err(e.into()),
        }
    }

    /// Returns whether opening the index created its tables, or the index has been changed since.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.is_new || self.db.total_changes() > 0
    }
}
