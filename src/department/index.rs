//! The department's index: all airings of a store in one SQLite file, which can be made anew from the store at any time.
//!
//! [`schema`] is its form (`docs/index.md`), [`read`](mod@read) turns a log's entries into rows, whose words are numbered
//! in [`words`], [`news`] reads them out of the store, [`write`](mod@write) writes them, [`fill`] drives both, [`ask`] gives
//! the airings back as facts for a report. What is in it has been checked against the signed heads in the store when it was
//! read.
mod accepted_head;
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

    /// Whether opening it created its tables, or anything has been written to it since.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.created || self.db.total_changes() > 0
    }
}
