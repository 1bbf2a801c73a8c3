//! Builds the delta of a log from its entries under an accepted head.
use std::collections::{HashMap, HashSet};

use super::IndexError;
use super::accepted_head::AcceptedHead;
use super::delta::{ImplausibleRow, LogDelta, NewPlan};
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

/// Reads the entries of a log up to its head. If the new entries lead from the index to the head, only those are read;
/// otherwise all entries. Returns `None` if the index is up to date.
///
/// # Errors
/// [`IndexError::Store`] if the store fails. The inner error is the fault of the log.
pub fn build_delta(
    head: AcceptedHead,
    source: &LogSource<AnyStorage>,
    context: &LogReadContext<'_>,
) -> Result<Result<Option<LogDelta>, VerifyError>, IndexError> {
    let indexed_log = context.indexed_log;
    let size = head.checkpoint.size;
    let is_up_to_date = indexed_log.is_some_and(|log| {
        (log.range.size(), log.range.root()) == (size, head.checkpoint.root) && log.cosigned_at == head.cosigned_at
    });
    if is_up_to_date {
        return Ok(Ok(None));
    }
    let mut latest_fault = VerifyError::OpenEpochChanged { from: 0, until: size };
    let whole_log = (CompactRange::default(), PlausibilityFold::default());
    let resumed_log = indexed_log.filter(|log| log.range.size() <= size).and_then(resume_from);
    for ((range, fold), is_whole) in resumed_log.map(|state| (state, false)).into_iter().chain([(whole_log, true)]) {
        let clock_confirmed = !is_whole && indexed_log.is_some_and(|log| log.clock_confirmed);
        let mut delta = LogDelta {
            origin: context.key.name.clone(),
            range,
            head: head.note_text.clone(),
            cosigned_at: head.cosigned_at,
            rows: NewRows { clock_confirmed, ..NewRows::default() },
            plans: Vec::new(),
            cosigned_sizes: Vec::new(),
            topics: Vec::new(),
            rebuild: is_whole && indexed_log.is_some(),
            fold,
            implausible_rows: Vec::new(),
            findings: Vec::new(),
        };
        let mut plan_cache = PlanCache::default();
        match read_entries(source, size, &mut delta, &mut plan_cache)? {
            Ok(()) if delta.range.root() == head.checkpoint.root => {
                add_plans_and_findings(&mut delta, source, context, &mut plan_cache)?;
                return Ok(Ok(Some(delta)));
            }
            Ok(()) => {}
            Err(fault) => latest_fault = fault,
        }
    }
    Ok(Err(latest_fault))
}

/// Returns the tree and the fold over the entries in the index; `None` if the fold does not cover the same entries as
/// the tree, or has judged them by other rules. The whole log is read then, because the new entries alone do not show which outcomes are missing.
fn resume_from(log: &IndexedLog) -> Option<(CompactRange, PlausibilityFold)> {
    let fold: PlausibilityFold = serde_json::from_str(&log.fold).ok()?;
    fold.is_current_at(log.range.size()).then(|| (log.range.clone(), fold))
}

/// Adds the topics and plans that the entries refer to, and the findings of the fold, to a delta whose entries lead to
/// the head.
fn add_plans_and_findings(
    delta: &mut LogDelta,
    source: &LogSource<AnyStorage>,
    context: &LogReadContext<'_>,
    plan_cache: &mut PlanCache,
) -> Result<(), IndexError> {
    delta.topics = topic_titles(&source.storage, &delta.rows)?;
    delta.plans = collect_new_plans(&source.storage, &mut delta.rows, plan_cache)?;
    delta.fold.finish();
    for finding in delta.fold.take_findings() {
        match ImplausibleRow::of(&finding, &delta.rows) {
            // A second outcome of an airing needs no mark: the index marks it as a repeat and does not count it.
            Some(_) if finding.cause == Implausibility::Again => {}
            Some(row) => delta.implausible_rows.push(row),
            None => delta.findings.push(finding),
        }
    }
    delta.cosigned_sizes = cosigned_sizes(&delta.rows, context);
    Ok(())
}

/// Reads the entries from the end of the delta's tree up to `size`, and adds them to the delta. The inner error is the
/// fault of the log.
fn read_entries(
    source: &LogSource<AnyStorage>,
    size: u64,
    delta: &mut LogDelta,
    plan_cache: &mut PlanCache,
) -> Result<Result<(), VerifyError>, IndexError> {
    let mut chunks = source.chunks_from(delta.range.size(), size)?;
    loop {
        let chunk = match chunks.next_chunk()? {
            Ok(chunk) if chunk.is_empty() => return Ok(Ok(())),
            Ok(chunk) => chunk,
            Err(fault) => return Ok(Err(fault)),
        };
        let lines = chunk.lines();
        for line in &lines {
            delta.rows.add_entry(delta.range.size(), line);
            // An unreachable store is not reported here, but later by `collect_new_plans`.
            delta.fold.add_line(line, &mut |sha256| plan_cache.get(&source.storage, sha256).ok().flatten());
            delta.range.push(leaf_hash(line));
        }
        delta.rows.newest_at = lines.last().and_then(|line| entry_time_text(line)).map(str::to_owned);
    }
}

/// Returns all new plans, each with its airings that have no outcome among the new entries. A day may have several
/// plans; an airing that any of them names must get an outcome.
fn collect_new_plans(
    storage: &AnyStorage,
    rows: &mut NewRows,
    plan_cache: &mut PlanCache,
) -> Result<Vec<NewPlan>, IndexError> {
    let settled_ids: HashSet<&str> = rows.airings.iter().map(|airing| airing.columns.id.as_str()).collect();
    // The planned airtime by date and hash of the plan. The airings of a repeated plan are listed only once.
    let mut planned_ms_by_plan: HashMap<(i32, String), Option<i64>> = HashMap::new();
    let mut plans = Vec::new();
    for (date, entry) in std::mem::take(&mut rows.plans) {
        let key = (date, entry.sha256.clone());
        let unsettled = match planned_ms_by_plan.get(&key) {
            Some(planned_ms) => planned_ms.map(|planned_ms| (Vec::new(), planned_ms)),
            None => {
                let is_unsettled = |id: &str| !settled_ids.contains(id);
                let plan = plan_cache
                    .get(storage, &entry.sha256)?
                    .and_then(|bytes| parse_plan(&bytes, date, &mut rows.words, is_unsettled));
                planned_ms_by_plan.insert(key, plan.as_ref().map(|plan| plan.planned_ms));
                plan.map(|ParsedPlan { airings, planned_ms }| (airings, planned_ms))
            }
        };
        plans.push(NewPlan { date, row: entry, unsettled });
    }
    Ok(plans)
}

/// Returns the size and time of each countersigned head in the log's entries. Heads of other logs, and heads that this
/// machine's witness did not countersign, are left out.
fn cosigned_sizes(rows: &NewRows, context: &LogReadContext<'_>) -> Vec<(i64, i64)> {
    let size_and_time = |text: &String| {
        let note = Note::parse(text.as_bytes())?;
        let head = Checkpoint::parse(&note.text).filter(|head| head.origin == context.key.name)?;
        let time = cosigned_at(&note, context.witness_key).ok()?;
        Some((i64::try_from(head.size).ok()?, i64::try_from(time).ok()?))
    };
    rows.cosigned.iter().filter_map(size_and_time).collect()
}

/// Returns the topics of all new schedules: campaign, topic number, title, and time of adoption in microseconds since
/// 1970.
fn topic_titles(storage: &AnyStorage, rows: &NewRows) -> Result<Vec<(String, u16, String, i64)>, IndexError> {
    let mut titles = Vec::new();
    // A playlist that several schedules name is read once, with the time of the newest of them.
    let newest_times: HashMap<&String, i64> = rows.schedules.iter().map(|(sha256, at)| (sha256, *at)).collect();
    for (sha256, at) in newest_times {
        if let Some(bytes) = read_kept_file(storage, sha256, "toml")? {
            titles
                .extend(parse_topics(&bytes).into_iter().map(|(campaign, topic, title)| (campaign, topic, title, at)));
        }
    }
    Ok(titles)
}
