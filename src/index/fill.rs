//! Brings the index up to date with its store: every log's new entries, checked against its signed head.
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::read::{About, Rows, topics, unsettled};
use super::{Index, IndexError};
use crate::airlog::seal::{CHECKPOINT, COSIGNED};
use crate::airlog::storage::{AnyStorage, Storage};
use crate::archive::judge::processors;
use crate::archive::place::Place;
use crate::archive::source::{Form, Source};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::cosigned_at;
use crate::proof::entry::{at_of, station_of};
use crate::proof::note::{MAX_NOTE, Note, Signed, VerifierKey};
use crate::proof::tree::{Hash, Range, leaf_hash};
use crate::proof::verify::Wrong;
use crate::registry::Registry;

/// No kept file that is read here is larger.
const MAX_KEPT: u64 = 16 * 1024 * 1024;
/// Logs whose rows wait to be written.
const WAITING: usize = 2;

/// What is known of a log in the index.
struct There {
    id: i64,
    range: Range,
    cosigned: Option<i64>,
}

/// What is to be written of a log.
struct News {
    origin: String,
    range: Range,
    head: String,
    cosigned: Option<i64>,
    rows: Rows,
    /// Titles of topics, with when they were adopted.
    topics: Vec<(String, u16, String, i64)>,
    /// Everything that the index has of it is to be thrown away before.
    anew: bool,
}

impl Index {
    /// Reads what is new in the store. Gives what is wrong with logs in it: of those nothing is in the index then.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub fn fill(
        &mut self,
        store: &Place,
        registry: &Registry,
        witness: &VerifierKey,
    ) -> Result<Vec<(String, Wrong)>, IndexError> {
        // From here on nobody else writes, so that nothing is written twice.
        let mut writer = Writer::new(&mut self.db)?;
        let there = there(&writer.db)?;
        let enrolled: Vec<&VerifierKey> = registry.logs().map(|log| &log.key).collect();
        forget(&writer.db, &there, &enrolled)?;
        let next = AtomicUsize::new(0);
        let wrong = Mutex::new(Vec::new());
        let (send, receive) = sync_channel::<Result<News, IndexError>>(WAITING);
        std::thread::scope(|scope| {
            for _ in 0..processors() {
                let send = send.clone();
                let (next, wrong, there, enrolled) = (&next, &wrong, &there, &enrolled);
                scope.spawn(move || {
                    while let Some(key) = enrolled.get(next.fetch_add(1, Ordering::Relaxed)) {
                        let news = match news(store.below(&key.name), key, witness, there.get(&key.name)) {
                            Ok(Ok(Some(news))) => Ok(news),
                            Ok(Ok(None)) => continue,
                            Ok(Err(one)) => {
                                if let Ok(mut wrong) = wrong.lock() {
                                    wrong.push((key.name.clone(), one));
                                }
                                continue;
                            }
                            Err(e) => Err(e),
                        };
                        if send.send(news).is_err() {
                            break;
                        }
                    }
                });
            }
            drop(send);
            for news in receive {
                let news = news?;
                let storage = store.below(&news.origin);
                writer.write(news, &storage)?;
            }
            Ok::<(), IndexError>(())
        })?;
        let wrong = wrong.into_inner().unwrap_or_default();
        for (origin, _) in &wrong {
            if let Some(log) = there.get(origin) {
                drop_log(&writer.db, log.id)?;
            }
        }
        writer.commit()?;
        Ok(wrong)
    }

    /// How many airings it has.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub fn airings(&self) -> Result<(usize, u64), IndexError> {
        let logs: i64 = self.db.query_row("SELECT count(*) FROM log", [], |row| row.get(0))?;
        let airings: i64 = self.db.query_row("SELECT count(*) FROM airing", [], |row| row.get(0))?;
        Ok((usize::try_from(logs).unwrap_or(0), u64::try_from(airings).unwrap_or(0)))
    }
}

fn there(db: &Connection) -> Result<HashMap<String, There>, IndexError> {
    let mut query = db.prepare("SELECT origin, id, size, peaks, cosigned FROM log")?;
    let rows = query.query_map([], |row| {
        let (origin, id, size): (String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let peaks: Vec<u8> = row.get(3)?;
        Ok((origin, id, size, peaks, row.get(4)?))
    })?;
    let mut there = HashMap::new();
    for row in rows {
        let (origin, id, size, peaks, cosigned) = row?;
        let peaks: Vec<Hash> = peaks.as_chunks().0.to_vec();
        let range = Range::of_parts(u64::try_from(size).unwrap_or(0), peaks).unwrap_or_default();
        there.insert(origin, There { id, range, cosigned });
    }
    Ok(there)
}

/// Logs that are not enrolled any more.
fn forget(db: &Connection, there: &HashMap<String, There>, enrolled: &[&VerifierKey]) -> Result<(), IndexError> {
    let names: HashSet<&str> = enrolled.iter().map(|key| key.name.as_str()).collect();
    for (_, log) in there.iter().filter(|(origin, _)| !names.contains(origin.as_str())) {
        drop_log(db, log.id)?;
    }
    Ok(())
}

fn drop_log(db: &Connection, id: i64) -> rusqlite::Result<()> {
    for table in ["airing", "plan", "pending", "event"] {
        db.execute(&format!("DELETE FROM {table} WHERE log = ?1"), [id])?;
    }
    db.execute("DELETE FROM log WHERE id = ?1", [id]).map(|_| ())
}

type Read = Result<Option<News>, Wrong>;

/// The new entries of a log, if there are any and they lead to its head.
fn news(
    storage: AnyStorage,
    key: &VerifierKey,
    witness: &VerifierKey,
    there: Option<&There>,
) -> Result<Read, IndexError> {
    let source = Source { storage, form: Form::Export };
    let storage = &source.storage;
    let Some(bytes) = storage.read_all(CHECKPOINT, MAX_NOTE as u64)? else {
        return Ok(Ok(None));
    };
    let parsed = Note::parse(&bytes).and_then(|note| Some((Checkpoint::parse(&note.text)?, note)));
    let Some((head, note)) = parsed.filter(|(head, _)| head.origin == key.name) else {
        return Ok(Err(Wrong::HeadUnreadable));
    };
    if note.signed_by(key) != Signed::Yes {
        return Ok(Err(Wrong::HeadForged));
    }
    let cosigned = storage.read_all(COSIGNED, MAX_NOTE as u64)?.and_then(|bytes| Note::parse(&bytes));
    let same = cosigned.filter(|cosigned| cosigned.text == note.text);
    let time = same.as_ref().and_then(|note| cosigned_at(note, witness).ok()).and_then(|time| i64::try_from(time).ok());
    let shown = same.map_or_else(|| note.to_string(), |note| note.to_string());
    if let Some(there) = there
        && there.range.size() == head.size
        && there.range.root() == head.root
        && there.cosigned == time
    {
        return Ok(Ok(None));
    }
    let from = there.map(|there| there.range.clone()).filter(|range| range.size() <= head.size);
    for (range, anew) in from.map(|range| (range, false)).into_iter().chain([(Range::default(), true)]) {
        let mut news = News {
            origin: key.name.clone(),
            range,
            head: shown.clone(),
            cosigned: time,
            rows: Rows::default(),
            topics: Vec::new(),
            anew: anew && there.is_some(),
        };
        let read = entries(&source, head.size, &mut news)?;
        if read.is_ok() && news.range.root() == head.root {
            news.topics = titles(storage, &news.rows)?;
            return Ok(Ok(Some(news)));
        }
        if anew {
            let root = Wrong::Root { from: 0, until: head.size };
            return Ok(Err(read.err().unwrap_or(root)));
        }
    }
    Ok(Ok(None))
}

fn entries(source: &Source<AnyStorage>, size: u64, news: &mut News) -> Result<Result<(), Wrong>, IndexError> {
    let mut chunks = source.chunks_from(news.range.size(), size)?;
    loop {
        let chunk = match chunks.next_chunk()? {
            Ok(chunk) if chunk.is_empty() => return Ok(Ok(())),
            Ok(chunk) => chunk,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let lines = chunk.lines();
        for line in &lines {
            news.rows.take(news.range.size(), line);
            news.range.push(leaf_hash(line));
        }
        news.rows.newest = lines.last().and_then(|line| at_of(line)).map(str::to_owned);
    }
}

fn titles(storage: &AnyStorage, rows: &Rows) -> Result<Vec<(String, u16, String, i64)>, IndexError> {
    let mut titles = Vec::new();
    // A playlist that many schedules name is read once, for the last of them.
    let newest: HashMap<&String, i64> = rows.schedules.iter().map(|(sha256, at)| (sha256, *at)).collect();
    for (sha256, at) in newest {
        if let Some(bytes) = kept(storage, sha256, "toml")? {
            titles.extend(topics(&bytes).into_iter().map(|(campaign, topic, title)| (campaign, topic, title, at)));
        }
    }
    Ok(titles)
}

/// A kept file; its name is its hash, and it counts only when it fits.
pub(super) fn kept(storage: &AnyStorage, sha256: &str, end: &str) -> Result<Option<Vec<u8>>, IndexError> {
    use sha2::Digest as _;
    let hex = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !hex {
        return Ok(None);
    }
    let bytes = match storage.read_all(&format!("kept/{sha256}.{end}"), MAX_KEPT) {
        Err(e) if e.kind() == std::io::ErrorKind::FileTooLarge => None,
        other => other?,
    };
    Ok(bytes.filter(|bytes| crate::proof::note::hex(&sha2::Sha256::digest(bytes)) == sha256))
}

/// Writes rows, all in one transaction.
struct Writer<'a> {
    db: Transaction<'a>,
    words: HashMap<String, i64>,
}

impl<'a> Writer<'a> {
    fn new(db: &'a mut Connection) -> Result<Self, IndexError> {
        let db = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let mut words = HashMap::new();
        {
            let mut query = db.prepare("SELECT text, id FROM word")?;
            let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            for row in rows {
                let (text, id): (String, i64) = row?;
                words.insert(text, id);
            }
        }
        Ok(Self { db, words })
    }

    fn commit(self) -> Result<(), IndexError> {
        Ok(self.db.commit()?)
    }

    fn word(&mut self, text: &str) -> rusqlite::Result<i64> {
        if let Some(id) = self.words.get(text) {
            return Ok(*id);
        }
        // Counted from 0, so that they can be places in a row.
        let id = i64::try_from(self.words.len()).unwrap_or(i64::MAX);
        self.db.prepare_cached("INSERT INTO word (id, text) VALUES (?1, ?2)")?.execute(params![id, text])?;
        self.words.insert(text.to_owned(), id);
        Ok(id)
    }

    fn write(&mut self, news: News, storage: &AnyStorage) -> Result<(), IndexError> {
        if news.anew
            && let Some(id) = self.log(&news.origin)?
        {
            drop_log(&self.db, id)?;
        }
        let log = self.head(&news)?;
        let mut days: BTreeSet<i32> = news.rows.plans.keys().copied().collect();
        days.extend(news.rows.airings.iter().map(|airing| airing.about.date));
        let mut ids = self.ids(log, &days)?;
        for airing in &news.rows.airings {
            let repeat = !ids.entry(airing.about.date).or_default().insert(airing.about.id.clone());
            let [session, segment, title, campaign, language] = self.words_of(&airing.about)?;
            let about = &airing.about;
            let mut insert = self.db.prepare_cached(
                "INSERT INTO airing VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18,?19)",
            )?;
            insert.execute(params![
                log,
                airing.seq.cast_signed(),
                about.id,
                about.date,
                airing.at_us,
                about.planned_at,
                session,
                segment,
                title,
                campaign,
                about.topic,
                language,
                about.planned_ms,
                airing.played_ms,
                airing.result,
                airing.reason,
                airing.late_us,
                airing.level,
                repeat,
            ])?;
        }
        self.plans(log, &news.rows)?;
        self.events(log, &news.rows)?;
        self.topics(&news)?;
        for day in days {
            self.pending(log, day, ids.get(&day), storage)?;
        }
        Ok(())
    }

    fn log(&self, origin: &str) -> rusqlite::Result<Option<i64>> {
        let mut query = self.db.prepare_cached("SELECT id FROM log WHERE origin = ?1")?;
        query.query_row([origin], |row| row.get(0)).optional()
    }

    fn head(&mut self, news: &News) -> Result<i64, IndexError> {
        let (size, peaks) = news.range.parts();
        let (size, peaks) = (size.cast_signed(), peaks.concat());
        let station = station_of(&news.origin).unwrap_or_default();
        self.db.execute(
            "INSERT INTO log (origin, station, size, peaks, newest, name, head, cosigned)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             ON CONFLICT (origin) DO UPDATE SET size = ?3, peaks = ?4, newest = coalesce(?5, newest), head = ?7,
                 cosigned = ?8",
            params![
                news.origin,
                station,
                size,
                peaks,
                news.rows.newest,
                news.rows.name.clone().unwrap_or_default(),
                news.head,
                news.cosigned
            ],
        )?;
        Ok(self.log(&news.origin)?.unwrap_or_default())
    }

    /// The ids that have an outcome on these days already.
    fn ids(&self, log: i64, days: &BTreeSet<i32>) -> Result<HashMap<i32, HashSet<String>>, IndexError> {
        let mut ids: HashMap<i32, HashSet<String>> = HashMap::new();
        let mut query = self.db.prepare_cached("SELECT id FROM airing WHERE date = ?1 AND log = ?2")?;
        for day in days {
            let rows = query.query_map(params![day, log], |row| row.get(0))?;
            ids.insert(*day, rows.collect::<rusqlite::Result<_>>()?);
        }
        Ok(ids)
    }

    fn words_of(&mut self, about: &About) -> rusqlite::Result<[i64; 5]> {
        Ok([
            self.word(&about.session)?,
            self.word(&about.segment)?,
            self.word(&about.title)?,
            self.word(&about.campaign)?,
            self.word(&about.language)?,
        ])
    }

    fn plans(&mut self, log: i64, rows: &Rows) -> Result<(), IndexError> {
        let mut insert = self.db.prepare_cached("INSERT OR REPLACE INTO plan VALUES (?1, ?2, ?3, ?4, ?5)")?;
        for (date, plan) in &rows.plans {
            insert.execute(params![log, date, plan.seq.cast_signed(), plan.count.cast_signed(), plan.sha256])?;
        }
        Ok(())
    }

    fn events(&mut self, log: i64, rows: &Rows) -> Result<(), IndexError> {
        let mut insert = self.db.prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
        for event in &rows.events {
            let date = event.at.get(..10).and_then(|date| date.parse().ok()).map_or(0, super::read::day_number);
            let seq = event.seq.cast_signed();
            insert.execute(params![log, seq, event.at, date, event.kind, event.subject, event.who, event.text])?;
        }
        Ok(())
    }

    fn topics(&mut self, news: &News) -> Result<(), IndexError> {
        for (campaign, topic, title, at) in &news.topics {
            let campaign = self.word(campaign)?;
            self.db.execute(
                "INSERT INTO topic VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT DO UPDATE SET title = ?3, at_us = ?4 WHERE at_us <= ?4",
                params![campaign, topic, title, at],
            )?;
        }
        Ok(())
    }

    /// The airings of a day's last plan that have no outcome.
    fn pending(
        &mut self,
        log: i64,
        day: i32,
        settled: Option<&HashSet<String>>,
        storage: &AnyStorage,
    ) -> Result<(), IndexError> {
        self.db.prepare_cached("DELETE FROM pending WHERE log = ?1 AND date = ?2")?.execute(params![log, day])?;
        let mut query = self.db.prepare_cached("SELECT sha256 FROM plan WHERE log = ?1 AND date = ?2")?;
        let sha256: Option<String> = query.query_row(params![log, day], |row| row.get(0)).optional()?;
        drop(query);
        let Some(plan) = sha256.map(|sha256| kept(storage, &sha256, "json")).transpose()?.flatten() else {
            return Ok(());
        };
        let none = HashSet::new();
        for about in unsettled(&plan, settled.unwrap_or(&none)) {
            let [session, segment, title, campaign, language] = self.words_of(&about)?;
            let mut insert =
                self.db.prepare_cached("INSERT OR REPLACE INTO pending VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)")?;
            insert.execute(params![
                log,
                about.id,
                about.date,
                about.planned_at,
                session,
                segment,
                title,
                campaign,
                about.topic,
                language,
                about.planned_ms
            ])?;
        }
        Ok(())
    }
}
