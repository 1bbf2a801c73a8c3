//! Reads a log's new entries out of the store, and believes nothing that does not lead to its signed head.
use std::collections::{HashMap, HashSet};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::IndexError;
use super::rows::{AiringColumns, NewRows, ParsedPlan, PlanRow, parse_plan, parse_topics};
use super::update::IndexedLog;
use crate::airlog::plausibility::{Implausibility, PlausibilityFinding, PlausibilityFold};
use crate::airlog::signer::{CHECKPOINT, COSIGNED};
use crate::airlog::storage::{AnyStorage, Storage};
use crate::logstore::kept_files;
use crate::logstore::source::{LogForm, LogSource};
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::cosigned_at;
use crate::proof::entry::entry_time_text;
use crate::proof::note::{MAX_NOTE, Note, SignatureStatus, VerifierKey};
use crate::proof::signed_head::SignedHead;
use crate::proof::tree::{CompactRange, leaf_hash};
use crate::proof::verify::VerifyError;
use crate::proof::verify::fault_text;
use crate::text::proof::FaultText;

/// How often a log is read again that changes while it is read: a collection may be under way.
const MAX_RETRIES: usize = 10;

/// What is known of a log beforehand.
pub struct LogReadContext<'a> {
    /// Its key.
    pub key: &'a VerifierKey,
    /// The department's.
    pub witness_key: &'a VerifierKey,
    /// The newest head that this machine has taken of it.
    pub witnessed_head: Option<&'a (Note, Checkpoint)>,
    /// What the index has of it.
    pub indexed: Option<&'a IndexedLog>,
}

/// What is to be written of a log.
pub struct LogDelta {
    /// Its name.
    pub origin: String,
    /// The tree over its entries.
    pub range: CompactRange,
    /// Its head, with all signatures.
    pub head: String,
    /// When this machine's witness countersigned it.
    pub cosigned_at: Option<i64>,
    /// Its new entries.
    pub rows: NewRows,
    /// The new plans.
    pub plans: Vec<NewPlan>,
    /// Sizes of heads that this machine's witness had countersigned by a time, seconds since 1970: the log says it itself.
    pub seen_sizes: Vec<(i64, i64)>,
    /// Titles of topics, with when they were adopted.
    pub topics: Vec<(String, u16, String, i64)>,
    /// Everything that the index has of it is to be thrown away before.
    pub rebuild: bool,
    /// What must be known of its entries to judge the next.
    pub fold: PlausibilityFold,
    /// Outcomes that cannot have been so.
    pub doubted_rows: Vec<DoubtedRow>,
    /// What else cannot have been so, and is no single airing's affair.
    pub findings: Vec<PlausibilityFinding>,
}

/// Kept plans that were read for judging the entries, so that they are not read again.
#[derive(Default)]
struct PlanCache {
    read: HashMap<String, Arc<Vec<u8>>>,
    bytes: usize,
}

/// More than this is read twice.
const MAX_CACHED_BYTES: usize = 32 * 1024 * 1024;

impl PlanCache {
    fn get(&mut self, storage: &AnyStorage, sha256: &str) -> Result<Option<Arc<Vec<u8>>>, IndexError> {
        if let Some(bytes) = self.read.get(sha256) {
            return Ok(Some(bytes.clone()));
        }
        let bytes = read_kept_file(storage, sha256, "json")?.map(Arc::new);
        if let Some(bytes) = bytes.as_ref().filter(|bytes| self.bytes + bytes.len() <= MAX_CACHED_BYTES) {
            self.bytes += bytes.len();
            self.read.insert(sha256.to_owned(), bytes.clone());
        }
        Ok(bytes)
    }
}

/// The code of a doubt.
pub(super) fn reason_code(why: &Implausibility) -> String {
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
    fn of(finding: &PlausibilityFinding, rows: &NewRows) -> Option<Self> {
        finding.airing.as_ref()?;
        let at = rows.airings.binary_search_by_key(&finding.seq, |airing| airing.seq).ok()?;
        Some(Self { date: rows.airings[at].columns.date, seq: finding.seq, code: reason_code(&finding.why) })
    }
}

/// A plan that the log has told of.
pub struct NewPlan {
    /// Its date.
    pub date: i32,
    /// Its entry.
    pub row: PlanRow,
    /// Its airings without an outcome among the new ones, and what it plans; none when its kept file is lacking.
    pub unsettled: Option<(Vec<AiringColumns>, i64)>,
}

type ReadResult = Result<Option<LogDelta>, FaultText>;

/// The new entries of a log, if there are any; or what is wrong with it.
///
/// # Errors
/// When the store itself fails: it cannot be reached.
pub fn read_delta(storage: AnyStorage, reading: &LogReadContext<'_>) -> Result<ReadResult, IndexError> {
    catch_panic(|| read_with_retries(storage, reading))
}

/// One log over which the program fails is that log's affair: the others of the province are read all the same.
fn catch_panic(read: impl FnOnce() -> Result<ReadResult, IndexError>) -> Result<ReadResult, IndexError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| {
        let what = panic.downcast_ref::<String>().cloned();
        let what = what.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        Ok(Err(FaultText::ProgramFailed { detail: what.unwrap_or_default() }))
    })
}

fn read_with_retries(storage: AnyStorage, reading: &LogReadContext<'_>) -> Result<ReadResult, IndexError> {
    let source = LogSource { storage, form: LogForm::Export };
    let mut read = read_once(&source, reading);
    for _ in 0..MAX_RETRIES {
        let Ok((Err(_), head)) = &read else { break };
        // A collection replaces the head last; what it was about is read again.
        if source.storage.read_all(CHECKPOINT, MAX_NOTE as u64).ok().flatten().as_ref() == head.as_ref() {
            break;
        }
        read = read_once(&source, reading);
    }
    match read {
        Ok((read, _)) => Ok(read),
        // A file of one log that cannot be read is that log's affair, a store that cannot be reached everybody's.
        Err(IndexError::Store(e)) if !is_unreachable(&e) => Ok(Err(FaultText::Unreadable { detail: e.to_string() })),
        Err(e) => Err(e),
    }
}

fn is_unreachable(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotConnected | io::ErrorKind::PermissionDenied)
}

/// One reading, and the bytes of the head that it was of.
fn read_once(
    source: &LogSource<AnyStorage>,
    reading: &LogReadContext<'_>,
) -> Result<(ReadResult, Option<Vec<u8>>), IndexError> {
    let bytes = source.storage.read_all(CHECKPOINT, MAX_NOTE as u64)?;
    let Some(head) = &bytes else {
        // What was collected cannot be gone.
        let gone = reading.witnessed_head.is_some() || reading.indexed.is_some();
        return Ok((if gone { Err(FaultText::NoLog {}) } else { Ok(None) }, None));
    };
    let read = check_head(head, source, reading)?.map_err(|wrong| fault_text(&wrong));
    let read = match read {
        Ok(head) => delta_under_head(head, source, reading)?.map_err(|wrong| fault_text(&wrong)),
        Err(fault) => Err(fault),
    };
    Ok((read, bytes))
}

/// A head that is this log's, and that does not contradict what this machine has taken.
struct AcceptedHead {
    checkpoint: Checkpoint,
    note_text: String,
    cosigned_at: Option<i64>,
}

fn check_head(
    bytes: &[u8],
    source: &LogSource<AnyStorage>,
    reading: &LogReadContext<'_>,
) -> Result<Result<AcceptedHead, VerifyError>, IndexError> {
    let parsed = SignedHead::parse(bytes).filter(|head| head.checkpoint.origin == reading.key.name);
    let Some(SignedHead { checkpoint, note }) = parsed else {
        return Ok(Err(VerifyError::HeadUnreadable));
    };
    if note.signature_status(reading.key) != SignatureStatus::Valid {
        return Ok(Err(VerifyError::HeadForged));
    }
    let cosigned = source.storage.read_all(COSIGNED, MAX_NOTE as u64)?.and_then(|bytes| Note::parse(&bytes));
    let same = cosigned.filter(|cosigned| cosigned.text == note.text);
    let time = same.as_ref().and_then(|note| cosigned_at(note, reading.witness_key).ok());
    if let Some((_, seen)) = reading.witnessed_head {
        if checkpoint.size < seen.size {
            return Ok(Err(VerifyError::RolledBack { size: checkpoint.size, seen: seen.size }));
        }
        let known = checkpoint.root == seen.root && checkpoint.size == seen.size;
        // What this machine has neither taken nor countersigned has come into the store by another way.
        if !known && time.is_none() {
            return Ok(Err(VerifyError::Fork { size: checkpoint.size }));
        }
    }
    let shown = same.map_or_else(|| note.to_string(), |note| note.to_string());
    Ok(Ok(AcceptedHead { checkpoint, note_text: shown, cosigned_at: time.and_then(|time| i64::try_from(time).ok()) }))
}

fn delta_under_head(
    head: AcceptedHead,
    source: &LogSource<AnyStorage>,
    reading: &LogReadContext<'_>,
) -> Result<Result<Option<LogDelta>, VerifyError>, IndexError> {
    let AcceptedHead { checkpoint, note_text: shown, cosigned_at: cosigned } = head;
    let there = reading.indexed;
    let up_to_date = there.is_some_and(|there| {
        (there.range.size(), there.range.root()) == (checkpoint.size, checkpoint.root) && there.cosigned_at == cosigned
    });
    if up_to_date {
        return Ok(Ok(None));
    }
    // Without the fold over what is there the whole log is read again: of a log that is read partway nobody can say what
    // it lacks.
    let from = there.filter(|there| there.range.size() <= checkpoint.size).and_then(|there| {
        let fold: PlausibilityFold = serde_json::from_str(&there.fold).ok()?;
        (fold.next_seq() == there.range.size()).then(|| (there.range.clone(), fold))
    });
    let mut last = VerifyError::OpenEpochChanged { from: 0, until: checkpoint.size };
    let beginning = (CompactRange::default(), PlausibilityFold::default());
    for ((range, fold), anew) in from.map(|from| (from, false)).into_iter().chain([(beginning, true)]) {
        let mut news = LogDelta {
            origin: reading.key.name.clone(),
            range,
            head: shown.clone(),
            cosigned_at: cosigned,
            rows: NewRows {
                clock_confirmed: !anew && there.is_some_and(|there| there.clock_confirmed),
                ..NewRows::default()
            },
            plans: Vec::new(),
            seen_sizes: Vec::new(),
            topics: Vec::new(),
            rebuild: anew && there.is_some(),
            fold,
            doubted_rows: Vec::new(),
            findings: Vec::new(),
        };
        let mut kept = PlanCache::default();
        match read_entries(source, checkpoint.size, &mut news, &mut kept)? {
            Ok(()) if news.range.root() == checkpoint.root => {
                news.topics = topic_titles(&source.storage, &news.rows)?;
                news.plans = collect_new_plans(&source.storage, &mut news.rows, &mut kept)?;
                news.fold.finish();
                for finding in news.fold.take_findings() {
                    match DoubtedRow::of(&finding, &news.rows) {
                        // A second outcome of an airing counts nowhere already.
                        Some(_) if finding.why == Implausibility::Again => {}
                        Some(doubt) => news.doubted_rows.push(doubt),
                        // What is no row's affair is the log's.
                        None => news.findings.push(finding),
                    }
                }
                news.seen_sizes = countersigned_sizes(&news.rows, reading);
                return Ok(Ok(Some(news)));
            }
            Ok(()) => {}
            Err(wrong) => last = wrong,
        }
    }
    Ok(Err(last))
}

fn read_entries(
    source: &LogSource<AnyStorage>,
    size: u64,
    news: &mut LogDelta,
    kept: &mut PlanCache,
) -> Result<Result<(), VerifyError>, IndexError> {
    let mut chunks = source.chunks_from(news.range.size(), size)?;
    loop {
        let chunk = match chunks.next_chunk()? {
            Ok(chunk) if chunk.is_empty() => return Ok(Ok(())),
            Ok(chunk) => chunk,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let lines = chunk.lines();
        for line in &lines {
            news.rows.add_entry(news.range.size(), line);
            // A store that fails says so when the plans themselves are taken.
            news.fold.add_line(line, &mut |sha256| kept.get(&source.storage, sha256).ok().flatten());
            news.range.push(leaf_hash(line));
        }
        news.rows.newest_at = lines.last().and_then(|line| entry_time_text(line)).map(str::to_owned);
    }
}

/// All new plans, each with what has no outcome among the new entries: what any plan of a day names is owed.
fn collect_new_plans(
    storage: &AnyStorage,
    rows: &mut NewRows,
    kept: &mut PlanCache,
) -> Result<Vec<NewPlan>, IndexError> {
    let settled: HashSet<&str> = rows.airings.iter().map(|airing| airing.columns.id.as_str()).collect();
    let mut read: HashMap<(i32, String), Option<i64>> = HashMap::new();
    let mut plans = Vec::new();
    for (date, entry) in std::mem::take(&mut rows.plans) {
        let key = (date, entry.sha256.clone());
        let open = match read.get(&key) {
            Some(planned_ms) => planned_ms.map(|planned_ms| (Vec::new(), planned_ms)),
            None => {
                let open = |id: &str| !settled.contains(id);
                let plan =
                    kept.get(storage, &entry.sha256)?.and_then(|bytes| parse_plan(&bytes, date, &mut rows.words, open));
                read.insert(key, plan.as_ref().map(|plan| plan.planned_ms));
                plan.map(|ParsedPlan { airings, planned_ms }| (airings, planned_ms))
            }
        };
        plans.push(NewPlan { date, row: entry, unsettled: open });
    }
    Ok(plans)
}

/// The countersigned heads that the station has taken home, as far as they are of this log and by this machine's witness.
fn countersigned_sizes(rows: &NewRows, reading: &LogReadContext<'_>) -> Vec<(i64, i64)> {
    let one = |text: &String| {
        let head = SignedHead::parse(text.as_bytes()).filter(|head| head.checkpoint.origin == reading.key.name)?;
        let time = cosigned_at(&head.note, reading.witness_key).ok()?;
        Some((i64::try_from(head.checkpoint.size).ok()?, i64::try_from(time).ok()?))
    };
    rows.cosigned.iter().filter_map(one).collect()
}

fn topic_titles(storage: &AnyStorage, rows: &NewRows) -> Result<Vec<(String, u16, String, i64)>, IndexError> {
    let mut titles = Vec::new();
    // A playlist that many schedules name is read once, for the last of them.
    let newest: HashMap<&String, i64> = rows.schedules.iter().map(|(sha256, at)| (sha256, *at)).collect();
    for (sha256, at) in newest {
        if let Some(bytes) = read_kept_file(storage, sha256, "toml")? {
            titles
                .extend(parse_topics(&bytes).into_iter().map(|(campaign, topic, title)| (campaign, topic, title, at)));
        }
    }
    Ok(titles)
}

/// A kept file; its name is its hash, and it counts only when it fits.
///
/// # Errors
/// When the store fails.
pub fn read_kept_file(storage: &AnyStorage, sha256: &str, end: &str) -> Result<Option<Vec<u8>>, IndexError> {
    match kept_files::read_kept_file(storage, sha256, end) {
        Err(e) if !is_unreachable(&e) => Ok(None),
        other => Ok(other?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::panic)] // it is what is tested
    fn a_log_over_which_the_program_fails_stops_no_other() {
        let Ok(Err(fault)) = catch_panic(|| panic!("entry {}", 7)) else { unreachable!("it failed") };
        assert_eq!(fault, FaultText::ProgramFailed { detail: "entry 7".to_owned() });
        assert!(matches!(catch_panic(|| Ok(Ok(None))), Ok(Ok(None))));
    }
}
