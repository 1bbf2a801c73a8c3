//! The department's index: all airings of a store in one SQLite file, which can be rebuilt from the store at any time.
//!
//! [`schema`] is its format (`docs/index.md`). [`update`] reads the new entries of all logs and checks them against the
//! signed heads in the store, [`rows`] and [`interner`] hold them as rows, [`writer`] writes those, and [`query`]
//! returns airings as facts for a report.
mod accepted_head;
mod build_delta;
pub mod delta;
mod entry_rows;
mod file;
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

/// Name of the index in a folder store, where earlier versions kept it.
pub const LEGACY_FILE_NAME: &str = "index.sqlite";

/// Failures of the index.
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
    /// Returns whether the index itself is damaged, or is not an index.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Database(e) if is_damage(e))
    }
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode;
    let code = error.sqlite_error_code();
    // `schema::open` returns this for an index of another version.
    matches!(error, rusqlite::Error::InvalidQuery)
        || matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

/// The index of a store.
pub struct AiringIndex {
    db: Connection,
    /// The index file.
    pub path: PathBuf,
    /// Whether opening the index created its tables.
    created: bool,
}

impl AiringIndex {
    /// Opens an index. A missing index is created empty; a damaged one, or one of another version, is replaced.
    ///
    /// # Errors
    /// [`IndexError::Database`], and [`IndexError::Store`] when the folder cannot be created.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        match schema::open(path) {
            Ok((db, made)) => Ok(Self { db, path: path.to_owned(), created: made }),
            // The index can be rebuilt: nothing is lost.
            Err(e) if is_damage(&e) => {
                Self::discard(path)?;
                let (db, made) = schema::open(path)?;
                Ok(Self { db, path: path.to_owned(), created: made })
            }
            Err(e) => Err(e.into()),
        }
    }

    /// Returns whether opening the index created its tables, or anything was written to it since.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.created || self.db.total_changes() > 0
    }
}
