//! The format of the index: its tables and its version.
use std::path::Path;

use rusqlite::Connection;

use crate::airlog::outcome::Reason;

/// The version of the tables. Increase it whenever they change.
const VERSION: i64 = 11;

/// The version in the index file. An index of another version is replaced by a new one. The version contains the number
/// of reasons, because a program that knew fewer reasons wrote -1 for all others.
const FILE_VERSION: i64 = VERSION * 1_000 + Reason::ALL.len() as i64;

/// The tables; `docs/index.md` describes their columns.
const TABLES: &str = "
CREATE TABLE log (
    id       INTEGER PRIMARY KEY,
    origin   TEXT NOT NULL UNIQUE,
    station  TEXT NOT NULL,
    size     INTEGER NOT NULL,
    peaks    BLOB NOT NULL,
    newest   TEXT,
    name     TEXT NOT NULL,
    head     TEXT NOT NULL,
    cosigned INTEGER,
    confirmed INTEGER NOT NULL,
    before_entries INTEGER,
    before_origin  TEXT,
    fold           TEXT NOT NULL,
    findings       INTEGER NOT NULL,
    airings        INTEGER NOT NULL,
    program        TEXT
);
CREATE TABLE finding (
    log  INTEGER NOT NULL,
    seq  INTEGER NOT NULL,
    code TEXT NOT NULL,
    why  TEXT NOT NULL,
    PRIMARY KEY (log, seq, why)
) WITHOUT ROWID;
CREATE TABLE seen (
    log  INTEGER NOT NULL,
    size INTEGER NOT NULL,
    at   INTEGER NOT NULL,
    PRIMARY KEY (log, size)
) WITHOUT ROWID;
CREATE TABLE word (
    id   INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
);
CREATE TABLE airing (
    log        INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    id         TEXT NOT NULL,
    date       INTEGER NOT NULL,
    at_us      INTEGER NOT NULL,
    planned_at TEXT,
    session    INTEGER NOT NULL,
    segment    INTEGER NOT NULL,
    title      INTEGER NOT NULL,
    campaign   INTEGER NOT NULL,
    topic      INTEGER,
    language   INTEGER NOT NULL,
    planned_ms INTEGER NOT NULL,
    played_ms  INTEGER NOT NULL,
    result     INTEGER NOT NULL,
    reason     INTEGER,
    late_us    INTEGER,
    level      INTEGER NOT NULL,
    repeat     INTEGER NOT NULL,
    vouched    INTEGER,
    sha256     INTEGER,
    device     INTEGER,
    volume     INTEGER,
    doubt      INTEGER,
    PRIMARY KEY (log, date, seq)
) WITHOUT ROWID;
CREATE TABLE plan (
    log    INTEGER NOT NULL,
    date   INTEGER NOT NULL,
    seq    INTEGER NOT NULL,
    count  INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    lacks  INTEGER NOT NULL,
    planned_ms INTEGER,
    PRIMARY KEY (log, seq)
) WITHOUT ROWID;
CREATE INDEX plan_day ON plan (date, log);
CREATE INDEX plan_lacks ON plan (log, seq) WHERE lacks;
CREATE TABLE pending (
    log        INTEGER NOT NULL,
    id         TEXT NOT NULL,
    date       INTEGER NOT NULL,
    planned_at TEXT,
    session    INTEGER NOT NULL,
    segment    INTEGER NOT NULL,
    title      INTEGER NOT NULL,
    campaign   INTEGER NOT NULL,
    topic      INTEGER,
    language   INTEGER NOT NULL,
    planned_ms INTEGER NOT NULL,
    PRIMARY KEY (log, id)
) WITHOUT ROWID;
CREATE TABLE moved (
    log  INTEGER NOT NULL,
    date INTEGER NOT NULL,
    id   TEXT NOT NULL,
    PRIMARY KEY (log, date, id)
) WITHOUT ROWID;
CREATE TABLE stand_in (
    log        INTEGER NOT NULL,
    date       INTEGER NOT NULL,
    id         TEXT NOT NULL,
    planned_at TEXT NOT NULL,
    segment    INTEGER NOT NULL,
    title      INTEGER NOT NULL,
    campaign   INTEGER NOT NULL,
    topic      INTEGER,
    language   INTEGER NOT NULL,
    planned_ms INTEGER NOT NULL,
    PRIMARY KEY (log, date, id)
) WITHOUT ROWID;
CREATE TABLE topic (
    campaign INTEGER NOT NULL,
    topic    INTEGER NOT NULL,
    title    TEXT NOT NULL,
    at_us    INTEGER NOT NULL,
    PRIMARY KEY (campaign, topic)
) WITHOUT ROWID;
CREATE TABLE campaign (
    campaign  INTEGER PRIMARY KEY,
    title     TEXT NOT NULL,
    reference TEXT NOT NULL,
    at_us     INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE event (
    log     INTEGER NOT NULL,
    seq     INTEGER NOT NULL,
    at      TEXT NOT NULL,
    date    INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    subject TEXT NOT NULL,
    who     TEXT NOT NULL,
    text    TEXT NOT NULL,
    PRIMARY KEY (log, seq)
) WITHOUT ROWID;
CREATE TABLE edited (
    log        INTEGER NOT NULL,
    seq        INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    edited_on  INTEGER NOT NULL,
    date       INTEGER NOT NULL,
    campaign   INTEGER NOT NULL,
    topic      INTEGER,
    language   INTEGER NOT NULL,
    airings    INTEGER NOT NULL,
    planned_ms INTEGER NOT NULL,
    PRIMARY KEY (log, seq, number)
) WITHOUT ROWID;
";

/// Opens an index. If the file is missing or empty, creates the tables, and returns `true` with the connection.
///
/// # Errors
/// If SQLite fails; [`rusqlite::Error::InvalidQuery`] for an index of another version.
pub fn open(path: &Path) -> rusqlite::Result<(Connection, bool)> {
    let mut db = Connection::open(path)?;
    // Transactions are not synced one by one. A power cut may destroy the index, but it can be rebuilt.
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "cache_size", -65_536)?;
    db.pragma_update(None, "trusted_schema", false)?;
    db.busy_timeout(std::time::Duration::from_secs(30))?;
    let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if version == FILE_VERSION {
        return Ok((db, false));
    }
    let table_count: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if table_count > 0 {
        return Err(rusqlite::Error::InvalidQuery);
    }
    let transaction = db.transaction()?;
    transaction.execute_batch(TABLES)?;
    transaction.pragma_update(None, "user_version", FILE_VERSION)?;
    transaction.commit()?;
    Ok((db, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_from_a_program_that_knew_fewer_reasons_is_not_opened() {
        let dir = tempfile::tempdir().expect("create a temporary folder");
        let path = dir.path().join("index.sqlite");
        assert!(open(&path).expect("create the index").1);
        assert!(!open(&path).expect("open the index").1);
        let db = Connection::open(&path).expect("open the index");
        let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("read the version");
        assert_eq!(usize::try_from(version % 1_000).ok(), Some(Reason::ALL.len()));
        db.pragma_update(None, "user_version", version - 1).expect("change the version");
        drop(db);
        assert!(matches!(open(&path), Err(rusqlite::Error::InvalidQuery)));
    }
}
