//! The words of the index and their numbers.
use std::collections::HashMap;

use rusqlite::{Connection, params};

use crate::department::index::interner::Interner;

/// Numbers of the words that the index has.
pub(super) struct WordIds(HashMap<String, i64>);

impl WordIds {
    /// Loads the words of an index.
    pub(super) fn load(db: &Connection) -> rusqlite::Result<Self> {
        let mut query = db.prepare("SELECT text, id FROM word")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self(rows.collect::<rusqlite::Result<_>>()?))
    }

    /// Returns the number of a word; a new word is written to the index.
    pub(super) fn id(&mut self, db: &Connection, text: &str) -> rusqlite::Result<i64> {
        if let Some(id) = self.0.get(text) {
            return Ok(*id);
        }
        // Counted from 0: queries use a word's number as its place in a list.
        let id = i64::try_from(self.0.len()).unwrap_or(i64::MAX);
        db.prepare_cached("INSERT INTO word (id, text) VALUES (?1, ?2)")?.execute(params![id, text])?;
        self.0.insert(text.to_owned(), id);
        Ok(id)
    }

    /// Returns the numbers of all words of a reading, in the order in which the reading counts them.
    pub(super) fn intern_all(&mut self, db: &Connection, words: &Interner) -> rusqlite::Result<Vec<i64>> {
        words.texts().map(|text| self.id(db, text)).collect()
    }
}
