//! Builds the delta of a log from its entries under an accepted head.
use std::collections::{BTreeMap, HashMap, HashSet};

use super::IndexError;
use super::accepted_head::AcceptedHead;
use super::delta::{ImplausibleRow, LogDelta, NewPlan};
use super::indexed_log::{IndexedLog, LogReadContext};
use super::kept_file::{PlanCache, read_kept_file};
use super::kept_plan::{ParsedPlan, parse_plan};
use super::kept_topics::{LoggedCampaign, parse_campaign};
use super::moved_airings::read_former_places;
use super::rows::NewRows;
use crate::airlog::moved_airings::FormerPlace;
use crate::airlog::plausibility::{Implausibility, PlausibilityFold};
use crate::airlog::storage::AnyStorage;
use crate::logstore::source::LogSource;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::cosign::cosigned_at;
use crate::proof::entry::entry_time_text;
use crate::proof::note::Note;
use crate::proof::tree::{CompactRange, leaf_hash};
use crate::proof::verify::VerifyError;

/// Builds the delta of a log from its entries up to the accepted head. First reads only the new entries. If these do
/// not match the head, or the entries in the index must be judged again, reads all entries. Returns `None` if the index
/// is up to date.
///
/// # Errors
/// [`IndexError::Store`] if the store cannot be read. The inner error is the fault of the log.
pub fn build_delta(
    head: AcceptedHead,
    source: &LogSource<AnyStorage>,
    context: &LogReadContext<'_>,
) -> Result<Result<Option<LogDelta>, VerifyError>, IndexError> {
    let indexed_log = context.indexed_log;
    let size = head.checkpoint.size;
    let resumed_state = indexed_log.filter(|log| log.tree.size() <= size).and_then(resumable_state);
    // A log without new entries is up to date only if it was judged by the current rules.
    let is_up_to_date = resumed_state.is_some()
        && indexed_log.is_some_and(|log| {
            (log.tree.size(), log.tree.root()) == (size, head.checkpoint.root) && log.cosigned_at == head.cosigned_at
        });
    if is_up_to_date {
        return Ok(Ok(None));
    }
    let mut latest_fault = VerifyError::OpenEpochChanged { from: 0, until: size };
    let initial_state = (CompactRange::default(), PlausibilityFold::default());
    let attempts = resumed_state.map(|state| (state, false)).into_iter().chain([(initial_state, true)]);
    for ((tree, fold), reads_all_entries) in attempts {
        let clock_confirmed_by_operator =
            !reads_all_entries && indexed_log.is_some_and(|log| log.clock_confirmed_by_operator);
        let mut delta = LogDelta {
            origin: context.key.name.clone(),
            tree,
            head: head.note_text.clone(),
            cosigned_at: head.cosigned_at,
            rows: NewRows { clock_confirmed_by_operator, ..NewRows::default() },
            plans: Vec::new(),
            former_places: BTreeMap::new(),
            cosigned_heads: Vec::new(),
            campaigns: Vec::new(),
            replaces_all_rows: reads_all_entries && indexed_log.is_some(),
            fold,
            implausible_rows: Vec::new(),
            findings: Vec::new(),
        };
        let mut plan_cache = PlanCache::without(&head.absent_plans);
        match read_entries(source, (size, head.stored_size), &mut delta, &mut plan_cache)? {
            Ok(()) if delta.tree.root() == head.checkpoint.root => {
                add_plans_and_findings(&mut delta, source, context, &mut plan_cache)?;
                return Ok(Ok(Some(delta)));
            }
            Ok(()) => {}
            Err(fault) => latest_fault = fault,
        }
    }
    Ok(Err(latest_fault))
}

/// Returns the tree and the plausibility fold over the entries in the index. Returns `None` if the fold does not cover
/// the same entries as the tree, or was made under other rules. The whole log must then be read, because the new
/// entries alone do not show which outcomes are missing.
fn resumable_state(log: &IndexedLog) -> Option<(CompactRange, PlausibilityFold)> {
    let fold: PlausibilityFold = serde_json::from_str(&log.fold).ok()?;
    fold.is_current_at(log.tree.size()).then(|| (log.tree.clone(), fold))
}

/// Adds the campaigns and plans that the entries refer to, and the findings of the fold. The entries of the delta must
/// match the head.
fn add_plans_and_findings(
    delta: &mut LogDelta,
    source: &LogSource<AnyStorage>,
    context: &LogReadContext<'_>,
    plan_cache: &mut PlanCache<'_>,
) -> Result<(), IndexError> {
    delta.campaigns = logged_campaigns(&source.storage, &delta.rows)?;
    delta.plans = collect_new_plans(&source.storage, &mut delta.rows, plan_cache)?;
    delta.former_places = collect_former_places(&source.storage, &delta.plans, plan_cache)?;
    delta.fold.finish();
    for finding in delta.fold.take_findings() {
        match ImplausibleRow::from_finding(&finding, &delta.rows) {
            // A second outcome of an airing is not marked as implausible, because the index marks it as a repeat.
            Some(_) if finding.cause == Implausibility::Again => {}
            Some(row) => delta.implausible_rows.push(row),
            None => delta.findings.push(finding),
        }
    }
    delta.cosigned_heads = cosigned_heads(&delta.rows, context);
    Ok(())
}

/// Reads the entries from the end of the delta's tree up to `size`, and adds them to the delta. The store has tiles for
/// `stored_size` entries. The inner error is the fault of the log.
fn read_entries(
    source: &LogSource<AnyStorage>,
    (size, stored_size): (u64, u64),
    delta: &mut LogDelta,
    plan_cache: &mut PlanCache<'_>,
) -> Result<Result<(), VerifyError>, IndexError> {
    let mut chunks = source.chunks_from(delta.tree.size(), stored_size)?;
    loop {
        let chunk = match chunks.next_chunk()? {
            Ok(chunk) if chunk.is_empty() => return Ok(Ok(())),
            Ok(chunk) => chunk,
            Err(fault) => return Ok(Err(fault)),
        };
        let mut lines = chunk.lines();
        lines.truncate(usize::try_from(size - delta.tree.size()).unwrap_or(usize::MAX));
        for line in &lines {
            delta.rows.add_entry(delta.tree.size(), line);
            // If the store is unreachable, `collect_new_plans` reports that later.
            delta.fold.add_line(line, &mut |sha256| plan_cache.get(&source.storage, sha256).ok().flatten());
            delta.tree.push(leaf_hash(line));
        }
        delta.rows.newest_at = lines.last().and_then(|line| entry_time_text(line)).map(str::to_owned);
        if delta.tree.size() == size {
            return Ok(Ok(()));
        }
    }
}

/// Returns all new plans, each with its airings that have no outcome among the new entries. A day can have several
/// plans, and an airing that any of them names must get an outcome.
fn collect_new_plans(
    storage: &AnyStorage,
    rows: &mut NewRows,
    plan_cache: &mut PlanCache<'_>,
) -> Result<Vec<NewPlan>, IndexError> {
    let settled_ids: HashSet<&str> = rows.airings.iter().map(|airing| airing.columns.id.as_str()).collect();
    // The planned airtime, by the plan's date and hash. The airings of a repeated plan are listed only once.
    let mut planned_ms_by_plan: HashMap<(i32, String), Option<i64>> = HashMap::new();
    let mut plans = Vec::new();
    for (date, row) in std::mem::take(&mut rows.plans) {
        let key = (date, row.sha256.clone());
        let contents = match planned_ms_by_plan.get(&key) {
            Some(planned_ms) => planned_ms.map(|planned_ms| ParsedPlan { airings: Vec::new(), planned_ms }),
            None => {
                let is_unsettled = |id: &str| !settled_ids.contains(id);
                let plan = plan_cache
                    .get(storage, &row.sha256)?
                    .and_then(|bytes| parse_plan(&bytes, date, &mut rows.strings, is_unsettled));
                planned_ms_by_plan.insert(key, plan.as_ref().map(|plan| plan.planned_ms));
                plan
            }
        };
        plans.push(NewPlan { date, row, contents });
    }
    Ok(plans)
}

/// Returns the withdrawn ids whose segment the session still airs, for each date with several of these plans.
fn collect_former_places(
    storage: &AnyStorage,
    plans: &[NewPlan],
    plan_cache: &mut PlanCache<'_>,
) -> Result<BTreeMap<i32, BTreeMap<String, FormerPlace>>, IndexError> {
    let mut hashes_by_date: BTreeMap<i32, Vec<&str>> = BTreeMap::new();
    for plan in plans {
        hashes_by_date.entry(plan.date).or_default().push(&plan.row.sha256);
    }
    let mut former_places = BTreeMap::new();
    for (date, hashes) in hashes_by_date.into_iter().filter(|(_, hashes)| hashes.len() > 1) {
        former_places.insert(date, read_former_places(date, &hashes, |sha256| plan_cache.get(storage, sha256))?);
    }
    Ok(former_places)
}

/// Returns the countersigned heads in the log's new entries, as in [`LogDelta::cosigned_heads`]. Skips heads of other
/// logs, and heads that this machine's witness did not countersign.
fn cosigned_heads(rows: &NewRows, context: &LogReadContext<'_>) -> Vec<(i64, i64)> {
    let size_and_time = |text: &String| {
        let note = Note::parse(text.as_bytes())?;
        let head = Checkpoint::parse(&note.text).filter(|head| head.origin == context.key.name)?;
        let time = cosigned_at(&note, context.witness_key).ok()?;
        Some((i64::try_from(head.size).ok()?, i64::try_from(time).ok()?))
    };
    rows.cosigned_notes.iter().filter_map(size_and_time).collect()
}

/// Returns the campaigns of all new schedules, and the time at which their schedule was adopted, in microseconds since
/// 1970.
fn logged_campaigns(storage: &AnyStorage, rows: &NewRows) -> Result<Vec<(LoggedCampaign, i64)>, IndexError> {
    let mut campaigns = Vec::new();
    // A playlist that several schedules contain is read once. Its time is that of the newest of these schedules.
    let newest_times: HashMap<&String, i64> = rows.playlists.iter().map(|(sha256, at)| (sha256, *at)).collect();
    for (sha256, at) in newest_times {
        if let Some(bytes) = read_kept_file(storage, sha256, "toml")? {
            campaigns.extend(parse_campaign(&bytes).map(|campaign| (campaign, at)));
        }
    }
    Ok(campaigns)
}
