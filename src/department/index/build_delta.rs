//! Builds the news of a log from its entries under an accepted head.
use std::collections::{HashMap, HashSet};

use super::IndexError;
use super::accepted_head::AcceptedHead;
use super::delta::{DoubtedRow, LogDelta, NewPlan};
use super::indexed_log::{IndexedLog, LogReadContext};
use super::kept_file::{PlanCache, read_kept_file};
use super::kept_plan::{ParsedPlan, parse_plan};
use super::kept_topics::parse_topics;
use super::rows::NewRows;
use crate::airlog::plausibility::{Implausibility, PlausibilityFold};
use crate::airlog::storage::AnyStorage;
use crate::logstore::source::LogSource;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::cosigned_at;
use crate::proof::entry::entry_time_text;
use crate::proof::note::Note;
use crate::proof::tree::{CompactRange, leaf_hash};
use crate::proof::verify::VerifyError;

/// Reads the entries of a log up to its head: only the new ones if those lead to the head, or else all of them. Returns
/// none when the index is up to date.
pub fn build_delta(
    head: AcceptedHead,
    source: &LogSource<AnyStorage>,
    reading: &LogReadContext<'_>,
) -> Result<Result<Option<LogDelta>, VerifyError>, IndexError> {
    let indexed = reading.indexed;
    let size = head.checkpoint.size;
    let up_to_date = indexed.is_some_and(|indexed| {
        (indexed.range.size(), indexed.range.root()) == (size, head.checkpoint.root)
            && indexed.cosigned_at == head.cosigned_at
    });
    if up_to_date {
        return Ok(Ok(None));
    }
    let mut last = VerifyError::OpenEpochChanged { from: 0, until: size };
    let whole_log = (CompactRange::default(), PlausibilityFold::default());
    let resumed = indexed.filter(|indexed| indexed.range.size() <= size).and_then(resume_from);
    for ((range, fold), whole) in resumed.map(|from| (from, false)).into_iter().chain([(whole_log, true)]) {
        let clock_confirmed = !whole && indexed.is_some_and(|indexed| indexed.clock_confirmed);
        let mut delta = LogDelta {
            origin: reading.key.name.clone(),
            range,
            head: head.note_text.clone(),
            cosigned_at: head.cosigned_at,
            rows: NewRows { clock_confirmed, ..NewRows::default() },
            plans: Vec::new(),
            seen_sizes: Vec::new(),
            topics: Vec::new(),
            rebuild: whole && indexed.is_some(),
            fold,
            doubted_rows: Vec::new(),
            findings: Vec::new(),
        };
        let mut kept = PlanCache::default();
        match read_entries(source, size, &mut delta, &mut kept)? {
            Ok(()) if delta.range.root() == head.checkpoint.root => {
                complete(&mut delta, source, reading, &mut kept)?;
                return Ok(Ok(Some(delta)));
            }
            Ok(()) => {}
            Err(wrong) => last = wrong,
        }
    }
    Ok(Err(last))
}

/// Returns the tree and the fold over the entries in the index. Without a fold that ends where the tree ends, the whole
/// log is read again: a log read from the middle does not show what is missing.
fn resume_from(indexed: &IndexedLog) -> Option<(CompactRange, PlausibilityFold)> {
    let fold: PlausibilityFold = serde_json::from_str(&indexed.fold).ok()?;
    (fold.next_seq() == indexed.range.size()).then(|| (indexed.range.clone(), fold))
}

/// Adds what the entries refer to and what the fold found, once the entries lead to the head.
fn complete(
    delta: &mut LogDelta,
    source: &LogSource<AnyStorage>,
    reading: &LogReadContext<'_>,
    kept: &mut PlanCache,
) -> Result<(), IndexError> {
    delta.topics = topic_titles(&source.storage, &delta.rows)?;
    delta.plans = collect_new_plans(&source.storage, &mut delta.rows, kept)?;
    delta.fold.finish();
    for finding in delta.fold.take_findings() {
        match DoubtedRow::of(&finding, &delta.rows) {
            // The index does not count a second outcome of an airing anyway.
            Some(_) if finding.why == Implausibility::Again => {}
            Some(doubt) => delta.doubted_rows.push(doubt),
            None => delta.findings.push(finding),
        }
    }
    delta.seen_sizes = countersigned_sizes(&delta.rows, reading);
    Ok(())
}

fn read_entries(
    source: &LogSource<AnyStorage>,
    size: u64,
    delta: &mut LogDelta,
    kept: &mut PlanCache,
) -> Result<Result<(), VerifyError>, IndexError> {
    let mut chunks = source.chunks_from(delta.range.size(), size)?;
    loop {
        let chunk = match chunks.next_chunk()? {
            Ok(chunk) if chunk.is_empty() => return Ok(Ok(())),
            Ok(chunk) => chunk,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let lines = chunk.lines();
        for line in &lines {
            delta.rows.add_entry(delta.range.size(), line);
            // An unreachable store is reported when the plans themselves are read.
            delta.fold.add_line(line, &mut |sha256| kept.get(&source.storage, sha256).ok().flatten());
            delta.range.push(leaf_hash(line));
        }
        delta.rows.newest_at = lines.last().and_then(|line| entry_time_text(line)).map(str::to_owned);
    }
}

/// Returns all new plans, each with its airings that have no outcome among the new entries. Every plan of a day counts:
/// what any of them names is owed an outcome.
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

/// Returns the sizes and times of countersigned heads in the log, as far as they are of this log and by this machine's
/// witness.
fn countersigned_sizes(rows: &NewRows, reading: &LogReadContext<'_>) -> Vec<(i64, i64)> {
    let one = |text: &String| {
        let note = Note::parse(text.as_bytes())?;
        let head = Checkpoint::parse(&note.text).filter(|head| head.origin == reading.key.name)?;
        let time = cosigned_at(&note, reading.witness_key).ok()?;
        Some((i64::try_from(head.size).ok()?, i64::try_from(time).ok()?))
    };
    rows.cosigned.iter().filter_map(one).collect()
}

fn topic_titles(storage: &AnyStorage, rows: &NewRows) -> Result<Vec<(String, u16, String, i64)>, IndexError> {
    let mut titles = Vec::new();
    // A playlist that many schedules name is read once, for the newest of them.
    let newest: HashMap<&String, i64> = rows.schedules.iter().map(|(sha256, at)| (sha256, *at)).collect();
    for (sha256, at) in newest {
        if let Some(bytes) = read_kept_file(storage, sha256, "toml")? {
            titles
                .extend(parse_topics(&bytes).into_iter().map(|(campaign, topic, title)| (campaign, topic, title, at)));
        }
    }
    Ok(titles)
}
