//! Reads a log's new entries out of the store, and believes nothing that does not lead to its signed head.
use std::collections::{HashMap, HashSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::IndexError;
use super::fill::There;
use super::read::{About, Plan, Planned, Rows, planned, topics};
use crate::airlog::plausible::{Finding, Fold, Why};
use crate::airlog::seal::{CHECKPOINT, COSIGNED};
use crate::airlog::storage::{AnyStorage, Storage};
use crate::archive::source::{Form, Source};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::cosigned_at;
use crate::proof::entry::at_of;
use crate::proof::note::{MAX_NOTE, Note, Signed, VerifierKey, hex};
use crate::proof::tree::{Range, leaf_hash};
use crate::proof::verify::Wrong;
use crate::text::proof::{Fault, fault};

/// No kept file that is read here is larger: a plan of five thousand airings.
const MAX_KEPT: u64 = 4 * 1024 * 1024;
/// How often a log is read again that changes while it is read: a collection may be under way.
const TRIES: usize = 10;

/// What is known of a log beforehand.
pub struct Reading<'a> {
    /// Its key.
    pub key: &'a VerifierKey,
    /// The department's.
    pub witness: &'a VerifierKey,
    /// The newest head that this machine has taken of it.
    pub seen: Option<&'a (Note, Checkpoint)>,
    /// What the index has of it.
    pub there: Option<&'a There>,
}

/// What is to be written of a log.
pub struct News {
    /// Its name.
    pub origin: String,
    /// The tree over its entries.
    pub range: Range,
    /// Its head, with all signatures.
    pub head: String,
    /// When this machine's witness countersigned it.
    pub cosigned: Option<i64>,
    /// Its new entries.
    pub rows: Rows,
    /// The new plans.
    pub plans: Vec<NewPlan>,
    /// Sizes of heads that this machine's witness had countersigned by a time, seconds since 1970: the log says it itself.
    pub seen: Vec<(i64, i64)>,
    /// Titles of topics, with when they were adopted.
    pub topics: Vec<(String, u16, String, i64)>,
    /// Everything that the index has of it is to be thrown away before.
    pub anew: bool,
    /// What must be known of its entries to judge the next.
    pub fold: Fold,
    /// Outcomes that cannot have been so.
    pub doubts: Vec<DoubtedRow>,
    /// What else cannot have been so, and is no single airing's affair.
    pub findings: Vec<Finding>,
}

/// Kept plans that were read for judging the entries, so that they are not read again.
#[derive(Default)]
struct Plans {
    read: HashMap<String, Arc<Vec<u8>>>,
    bytes: usize,
}

/// More than this is read twice.
const MAX_PLANS: usize = 32 * 1024 * 1024;

impl Plans {
    fn get(&mut self, storage: &AnyStorage, sha256: &str) -> Result<Option<Arc<Vec<u8>>>, IndexError> {
        if let Some(bytes) = self.read.get(sha256) {
            return Ok(Some(bytes.clone()));
        }
        let bytes = kept(storage, sha256, "json")?.map(Arc::new);
        if let Some(bytes) = bytes.as_ref().filter(|bytes| self.bytes + bytes.len() <= MAX_PLANS) {
            self.bytes += bytes.len();
            self.read.insert(sha256.to_owned(), bytes.clone());
        }
        Ok(bytes)
    }
}

/// The code of a doubt.
pub(super) fn code(why: &Why) -> String {
    let value = serde_json::to_value(why).unwrap_or_default();
    value["code"].as_str().unwrap_or("other").to_owned()
}

/// An outcome that cannot have been so.
pub struct DoubtedRow {
    /// The date of its airing.
    pub date: i32,
    /// Its entry.
    pub seq: u64,
    /// The code of why.
    pub code: String,
}

impl DoubtedRow {
    /// None where it concerns no airing, or the entry has no row. The date is the row's: the finding may have read another
    /// id out of a hostile entry.
    fn of(finding: &Finding, rows: &Rows) -> Option<Self> {
        finding.airing.as_ref()?;
        let at = rows.airings.binary_search_by_key(&finding.seq, |airing| airing.seq).ok()?;
        Some(Self { date: rows.airings[at].about.date, seq: finding.seq, code: code(&finding.why) })
    }
}

/// A plan that the log has told of.
pub struct NewPlan {
    /// Its date.
    pub date: i32,
    /// Its entry.
    pub planned: Planned,
    /// Its airings without an outcome among the new ones, and what it plans; none when its kept file is lacking.
    pub open: Option<(Vec<About>, i64)>,
}

type Read = Result<Option<News>, Fault>;

/// The new entries of a log, if there are any; or what is wrong with it.
///
/// # Errors
/// When the store itself fails: it cannot be reached.
pub fn read(storage: AnyStorage, reading: &Reading<'_>) -> Result<Read, IndexError> {
    guarded(|| read_log(storage, reading))
}

/// One log over which the program fails is that log's affair: the others of the province are read all the same.
fn guarded(read: impl FnOnce() -> Result<Read, IndexError>) -> Result<Read, IndexError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        let what = panic.downcast_ref::<String>().cloned();
        let what = what.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Ok(Err(Fault::ProgramFailed { detail: what.unwrap_or_default() }))
    })
}

fn read_log(storage: AnyStorage, reading: &Reading<'_>) -> Result<Read, IndexError> {
    let source = Source { storage, form: Form::Export };
    let mut read = once(&source, reading);
    for _ in 0..TRIES {
        let Ok((Err(_), head)) = &read else { break };
        // A collection replaces the head last; what it was about is read again.
        if source.storage.read_all(CHECKPOINT, MAX_NOTE as u64).ok().flatten().as_ref() == head.as_ref() {
            break;
        }
        read = once(&source, reading);
    }
    match read {
        Ok((read, _)) => Ok(read),
        // A file of one log that cannot be read is that log's affair, a store that cannot be reached everybody's.
        Err(IndexError::Store(e)) if !unreachable(&e) => Ok(Err(Fault::Unreadable { detail: e.to_string() })),
        Err(e) => Err(e),
    }
}

fn unreachable(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotConnected | io::ErrorKind::PermissionDenied)
}

/// One reading, and the bytes of the head that it was of.
fn once(source: &Source<AnyStorage>, reading: &Reading<'_>) -> Result<(Read, Option<Vec<u8>>), IndexError> {
    let bytes = source.storage.read_all(CHECKPOINT, MAX_NOTE as u64)?;
    let Some(head) = &bytes else {
        // What was collected cannot be gone.
        let gone = reading.seen.is_some() || reading.there.is_some();
        return Ok((if gone { Err(Fault::NoLog {}) } else { Ok(None) }, None));
    };
    let read = head_of(head, source, reading)?.map_err(|wrong| fault(&wrong));
    let read = match read {
        Ok(head) => entries_of(head, source, reading)?.map_err(|wrong| fault(&wrong)),
        Err(fault) => Err(fault),
    };
    Ok((read, bytes))
}

/// A head that is this log's, and that does not contradict what this machine has taken.
struct Head {
    checkpoint: Checkpoint,
    shown: String,
    cosigned: Option<i64>,
}

fn head_of(
    bytes: &[u8],
    source: &Source<AnyStorage>,
    reading: &Reading<'_>,
) -> Result<Result<Head, Wrong>, IndexError> {
    let parsed = Note::parse(bytes).and_then(|note| Some((Checkpoint::parse(&note.text)?, note)));
    let Some((checkpoint, note)) = parsed.filter(|(head, _)| head.origin == reading.key.name) else {
        return Ok(Err(Wrong::HeadUnreadable));
    };
    if note.signed_by(reading.key) != Signed::Yes {
        return Ok(Err(Wrong::HeadForged));
    }
    let cosigned = source.storage.read_all(COSIGNED, MAX_NOTE as u64)?.and_then(|bytes| Note::parse(&bytes));
    let same = cosigned.filter(|cosigned| cosigned.text == note.text);
    let time = same.as_ref().and_then(|note| cosigned_at(note, reading.witness).ok());
    if let Some((_, seen)) = reading.seen {
        if checkpoint.size < seen.size {
            return Ok(Err(Wrong::RolledBack { size: checkpoint.size, seen: seen.size }));
        }
        let known = checkpoint.root == seen.root && checkpoint.size == seen.size;
        // What this machine has neither taken nor countersigned has come into the store by another way.
        if !known && time.is_none() {
            return Ok(Err(Wrong::Fork { size: checkpoint.size }));
        }
    }
    let shown = same.map_or_else(|| note.to_string(), |note| note.to_string());
    Ok(Ok(Head { checkpoint, shown, cosigned: time.and_then(|time| i64::try_from(time).ok()) }))
}

fn entries_of(
    head: Head,
    source: &Source<AnyStorage>,
    reading: &Reading<'_>,
) -> Result<Result<Option<News>, Wrong>, IndexError> {
    let Head { checkpoint, shown, cosigned } = head;
    let there = reading.there;
    let up_to_date = there.is_some_and(|there| {
        (there.range.size(), there.range.root()) == (checkpoint.size, checkpoint.root) && there.cosigned == cosigned
    });
    if up_to_date {
        return Ok(Ok(None));
    }
    // Without the fold over what is there the whole log is read again: of a log that is read partway nobody can say what
    // it lacks.
    let from = there.filter(|there| there.range.size() <= checkpoint.size).and_then(|there| {
        let fold: Fold = serde_json::from_str(&there.fold).ok()?;
        (fold.next() == there.range.size()).then(|| (there.range.clone(), fold))
    });
    let mut last = Wrong::Root { from: 0, until: checkpoint.size };
    let beginning = (Range::default(), Fold::default());
    for ((range, fold), anew) in from.map(|from| (from, false)).into_iter().chain([(beginning, true)]) {
        let mut news = News {
            origin: reading.key.name.clone(),
            range,
            head: shown.clone(),
            cosigned,
            rows: Rows { confirmed: !anew && there.is_some_and(|there| there.confirmed), ..Rows::default() },
            plans: Vec::new(),
            seen: Vec::new(),
            topics: Vec::new(),
            anew: anew && there.is_some(),
            fold,
            doubts: Vec::new(),
            findings: Vec::new(),
        };
        let mut kept = Plans::default();
        match entries(source, checkpoint.size, &mut news, &mut kept)? {
            Ok(()) if news.range.root() == checkpoint.root => {
                news.topics = titles(&source.storage, &news.rows)?;
                news.plans = plans(&source.storage, &mut news.rows, &mut kept)?;
                news.fold.end();
                for finding in news.fold.findings() {
                    match DoubtedRow::of(&finding, &news.rows) {
                        // A second outcome of an airing counts nowhere already.
                        Some(_) if finding.why == Why::Again => {}
                        Some(doubt) => news.doubts.push(doubt),
                        // What is no row's affair is the log's.
                        None => news.findings.push(finding),
                    }
                }
                news.seen = seen(&news.rows, reading);
                return Ok(Ok(Some(news)));
            }
            Ok(()) => {}
            Err(wrong) => last = wrong,
        }
    }
    Ok(Err(last))
}

fn entries(
    source: &Source<AnyStorage>,
    size: u64,
    news: &mut News,
    kept: &mut Plans,
) -> Result<Result<(), Wrong>, IndexError> {
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
            // A store that fails says so when the plans themselves are taken.
            news.fold.take(line, &mut |sha256| kept.get(&source.storage, sha256).ok().flatten());
            news.range.push(leaf_hash(line));
        }
        news.rows.newest = lines.last().and_then(|line| at_of(line)).map(str::to_owned);
    }
}

/// All new plans, each with what has no outcome among the new entries: what any plan of a day names is owed.
fn plans(storage: &AnyStorage, rows: &mut Rows, kept: &mut Plans) -> Result<Vec<NewPlan>, IndexError> {
    let settled: HashSet<&str> = rows.airings.iter().map(|airing| airing.about.id.as_str()).collect();
    let mut read: HashMap<(i32, String), Option<i64>> = HashMap::new();
    let mut plans = Vec::new();
    for (date, entry) in std::mem::take(&mut rows.plans) {
        let key = (date, entry.sha256.clone());
        let open = match read.get(&key) {
            Some(planned_ms) => planned_ms.map(|planned_ms| (Vec::new(), planned_ms)),
            None => {
                let open = |id: &str| !settled.contains(id);
                let plan =
                    kept.get(storage, &entry.sha256)?.and_then(|bytes| planned(&bytes, date, &mut rows.words, open));
                read.insert(key, plan.as_ref().map(|plan| plan.planned_ms));
                plan.map(|Plan { airings, planned_ms }| (airings, planned_ms))
            }
        };
        plans.push(NewPlan { date, planned: entry, open });
    }
    Ok(plans)
}

/// The countersigned heads that the station has taken home, as far as they are of this log and by this machine's witness.
fn seen(rows: &Rows, reading: &Reading<'_>) -> Vec<(i64, i64)> {
    let one = |text: &String| {
        let note = Note::parse(text.as_bytes())?;
        let head = Checkpoint::parse(&note.text).filter(|head| head.origin == reading.key.name)?;
        let time = cosigned_at(&note, reading.witness).ok()?;
        Some((i64::try_from(head.size).ok()?, i64::try_from(time).ok()?))
    };
    rows.cosigned.iter().filter_map(one).collect()
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
///
/// # Errors
/// When the store fails.
pub fn kept(storage: &AnyStorage, sha256: &str, end: &str) -> Result<Option<Vec<u8>>, IndexError> {
    let good = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    if !good {
        return Ok(None);
    }
    let bytes = match storage.read_all(&format!("kept/{sha256}.{end}"), MAX_KEPT) {
        Err(e) if !unreachable(&e) => None,
        other => other?,
    };
    Ok(bytes.filter(|bytes| hex(&Sha256::digest(bytes)) == sha256))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::panic)] // it is what is tested
    fn a_log_over_which_the_program_fails_stops_no_other() {
        let Ok(Err(fault)) = guarded(|| panic!("entry {}", 7)) else { unreachable!("it failed") };
        assert_eq!(fault, Fault::ProgramFailed { detail: "entry 7".to_owned() });
        assert!(matches!(guarded(|| Ok(Ok(None))), Ok(Ok(None))));
    }
}
