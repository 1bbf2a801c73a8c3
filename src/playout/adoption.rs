//! Builds schedules that the engine can adopt, from the station's files or from the kept files that a log names.
use std::sync::Arc;

use chrono::NaiveDate;

use super::engine::ScheduleRevision;
use crate::airlog::entry::{KeptFileRef, LostFileEntry, LostFileKind, ScheduleEntry};
use crate::airlog::kept::KeptFiles;
use crate::airlog::replay::{KeptSchedule, LoggedPlan, Replay};
use crate::airlog::storage::Storage;
use crate::base::hash::sha256_hex;
use crate::library::Library;
use crate::plan::Plan;
use crate::schedule::{Schedule, SourceFile, read};

/// Returns a schedule that the engine can adopt, with the files to keep and the entry that names them.
#[must_use]
pub fn prepare_revision(files: &[SourceFile], schedule: Schedule, library: Library) -> ScheduleRevision {
    let mut kept_files = Vec::new();
    let mut file_refs = Vec::new();
    for file in files {
        let sha256 = sha256_hex(file.text.as_bytes());
        kept_files.push((format!("kept/{sha256}.toml"), file.text.clone().into_bytes()));
        file_refs.push(KeptFileRef { name: file.name.clone(), sha256 });
    }
    // The library consists of strings and integers in sorted maps, so the same library always yields the same bytes.
    let snapshot =
        serde_json::to_vec(&library).expect("a library holds only strings and integers in maps with string keys");
    let library_hash = sha256_hex(&snapshot);
    kept_files.push((format!("kept/{library_hash}.json"), snapshot));
    let entry = ScheduleEntry {
        files: file_refs,
        library: library_hash,
        sessions: schedule.sessions.len() as u64,
        segments: schedule.segments.len() as u64,
    };
    ScheduleRevision { schedule, library, entry, kept_files }
}

/// Returns the source files of a logged schedule. `None` when one is missing or does not match its hash.
#[must_use]
pub fn read_kept_sources<S: Storage>(
    kept_files: &KeptFiles<'_, S>,
    schedule: &KeptSchedule,
) -> Option<Vec<SourceFile>> {
    let read_source = |(name, sha256): &(String, String)| {
        let bytes = kept_files.read(sha256, "toml")?;
        Some(SourceFile::new(name, &bytes))
    };
    schedule.files.iter().map(read_source).collect()
}

/// The schedule and the plans that a starting daemon has read from the kept files of its log, and the files that it
/// could not read.
#[derive(Debug, Default)]
pub struct RecoveredSchedule {
    /// The schedule that was last in force. `None` when there was none or one of its files is lost.
    pub revision: Option<Arc<ScheduleRevision>>,
    /// The dates with airings that have no outcome yet, each with all airings of its plans.
    pub plans: Vec<(NaiveDate, Plan)>,
    /// The kept files whose copies are both lost, as entries for the log.
    pub lost_files: Vec<LostFileEntry>,
    /// The dates whose last plan is lost.
    pub lost_plan_dates: Vec<NaiveDate>,
}

/// Reads the schedule and the open plans that the log names. One intact copy of each kept file is enough.
#[must_use]
pub fn recover_schedule<S: Storage>(kept_files: &KeptFiles<'_, S>, replay: &Replay) -> RecoveredSchedule {
    let mut recovered = RecoveredSchedule::default();
    if let Some(schedule) = &replay.schedule {
        recovered.revision = rebuild_revision(kept_files, schedule);
        if recovered.revision.is_none() {
            recovered.lost_files.push(lost_schedule_entry(kept_files, schedule));
        }
    }
    for (date, plans) in &replay.plans {
        recovered.recover_plans_of(kept_files, replay, *date, plans);
    }
    recovered
}

impl RecoveredSchedule {
    fn recover_plans_of<S: Storage>(
        &mut self,
        kept_files: &KeptFiles<'_, S>,
        replay: &Replay,
        date: NaiveDate,
        plans: &[LoggedPlan],
    ) {
        let mut merged_plan: Option<Plan> = None;
        let mut max_later_rows = 0;
        for (index, logged_plan) in plans.iter().enumerate().rev() {
            let is_last = index + 1 == plans.len();
            let bytes = kept_files.read(&logged_plan.sha256, "json");
            match bytes.and_then(|bytes| serde_json::from_slice::<Plan>(&bytes).ok()) {
                Some(plan) => {
                    max_later_rows = max_later_rows.max(logged_plan.rows);
                    merged_plan = Some(match merged_plan {
                        Some(later_plan) => later_plan.with_airings_only_in(plan),
                        None => plan,
                    });
                }
                // A later plan with at least as many rows contains the airings of this one, so the loss matters only if
                // no such plan was read.
                None if is_last || logged_plan.rows > max_later_rows => {
                    let missing_outcome_count = replay.missing_outcomes_of(date, logged_plan);
                    if missing_outcome_count > 0 {
                        self.lost_files.push(lost_plan_entry(date, logged_plan, missing_outcome_count));
                    }
                    if is_last && (missing_outcome_count > 0 || replay.planned_through == Some(date)) {
                        self.lost_plan_dates.push(date);
                    }
                }
                None => {}
            }
        }
        self.plans.extend(merged_plan.map(|plan| (date, plan)));
    }
}

fn lost_plan_entry(date: NaiveDate, logged_plan: &LoggedPlan, missing_outcome_count: u64) -> LostFileEntry {
    let LoggedPlan { sha256, count, rows } = logged_plan.clone();
    LostFileEntry { what: LostFileKind::Plan, date: Some(date), count, rows, lacking: missing_outcome_count, sha256 }
}

fn lost_schedule_entry<S: Storage>(kept_files: &KeptFiles<'_, S>, schedule: &KeptSchedule) -> LostFileEntry {
    let mut source_hashes = schedule.files.iter().map(|(_, sha256)| sha256);
    let lost_source_hash = source_hashes.find(|sha256| kept_files.read(sha256, "toml").is_none());
    let sha256 = lost_source_hash.unwrap_or(&schedule.library).clone();
    LostFileEntry { what: LostFileKind::Schedule, date: None, count: 0, rows: 0, lacking: 0, sha256 }
}

/// Rebuilds a logged schedule from its kept files. `None` when one of them is missing or unreadable.
#[must_use]
pub fn rebuild_revision<S: Storage>(
    kept_files: &KeptFiles<'_, S>,
    schedule: &KeptSchedule,
) -> Option<Arc<ScheduleRevision>> {
    let sources = read_kept_sources(kept_files, schedule)?;
    let library: Library = serde_json::from_slice(&kept_files.read(&schedule.library, "json")?).ok()?;
    Some(Arc::new(prepare_revision(&sources, read(&sources).schedule, library)))
}
