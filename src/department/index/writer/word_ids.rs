//! The ids of the interned strings in the index (table `word`).
use std::collections::HashMap;

use rusqlite::{Connection, params};

use crate::department::index::interner::Interner;

/// The ids in the table `word`, by string.
pub(super) struct WordIds(HashMap<String, i64>);

impl WordIds {
    /// Loads the whole table.
    pub(super) fn load(db: &Connection) -> rusqlite::Result<Self> {
        let mut query = db.prepare("SELECT text, id FROM word")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Self(rows.collect::<rusqlite::Result<_>>()?))
    }

    /// Returns the id of a string. A new string is written to the table.
    pub(super) fn id(&mut self, db: &Connection, text: &str) -> rusqlite::Result<i64> {
        if let Some(id) = self.0.get(text) {
            return Ok(*id);
        }
        // Ids ascend from 0 without gaps, because queries use them as indexes into a list.
        let id = i64::try_from(self.0.len()).unwrap_or(i64::MAX);
        db.prepare_cached("INSERT INTO word (id, text) VALUES (?1, ?2)")?.execute(params![id, text])?;
        self.0.insert(text.to_owned(), id);
        Ok(id)
    }

    /// Returns the ids of all strings of an interner, in the order of their numbers in the interner.
    pub(super) fn intern_all(&mut self, db: &Connection, interner: &Interner) -> rusqlite::Result<Vec<i64>> {
        interner.strings().map(|text| self.id(db, text)).collect()
    }
}
