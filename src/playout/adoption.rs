//! Schedules ready to be put in force: made from files, or rebuilt from the kept files that a log names.
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

/// Returns a schedule ready to be put in force, with the files to keep and the entry that names them.
#[must_use]
pub fn prepare_adopted(files: &[SourceFile], schedule: Schedule, library: Library) -> ScheduleRevision {
    let mut kept = Vec::new();
    let mut names = Vec::new();
    for file in files {
        let sha256 = sha256_hex(file.text.as_bytes());
        kept.push((format!("kept/{sha256}.toml"), file.text.clone().into_bytes()));
        names.push(KeptFileRef { name: file.name.clone(), sha256 });
    }
    // Strings and integers in sorted maps: the bytes are always the same, and writing them to memory cannot fail.
    let snapshot = serde_json::to_vec(&library).expect("a library is strings and integers in maps with string keys");
    let library_hash = sha256_hex(&snapshot);
    kept.push((format!("kept/{library_hash}.json"), snapshot));
    let note = ScheduleEntry {
        files: names,
        library: library_hash,
        sessions: schedule.sessions.len() as u64,
        segments: schedule.segments.len() as u64,
    };
    ScheduleRevision { schedule, library, note, kept }
}

/// Returns the files of the schedule that the log names last; `None` when one is missing or has another hash.
#[must_use]
pub fn read_kept_sources<S: Storage>(from: &KeptFiles<'_, S>, kept: &KeptSchedule) -> Option<Vec<SourceFile>> {
    let file = |(name, sha256): &(String, String)| {
        let bytes = from.read(sha256, "toml")?;
        Some(SourceFile::new(name, &bytes))
    };
    kept.files.iter().map(file).collect()
}

/// Schedule and plans that a starting daemon has found in the kept files of its log.
#[derive(Debug, Default)]
pub struct RecoveredSchedule {
    /// Schedule in force.
    pub adopted: Option<Arc<ScheduleRevision>>,
    /// Open dates, each with all airings that its plans name.
    pub plans: Vec<(NaiveDate, Plan)>,
    /// Kept files of which neither copy is left, for the log.
    pub lost_files: Vec<LostFileEntry>,
    /// Dates whose last plan is among the lost files.
    pub lost_plan_dates: Vec<NaiveDate>,
}

/// Reads the schedule and the open plans that the log names, from either copy.
#[must_use]
pub fn recover_schedule<S: Storage>(from: &KeptFiles<'_, S>, replay: &Replay) -> RecoveredSchedule {
    let mut found = RecoveredSchedule::default();
    if let Some(kept) = &replay.schedule {
        found.adopted = rebuild_adopted(from, kept);
        if found.adopted.is_none() {
            found.lost_files.push(lost_schedule(from, kept));
        }
    }
    for (date, plans) in &replay.plans {
        found.recover_date(from, replay, *date, plans);
    }
    found
}

impl RecoveredSchedule {
    fn recover_date<S: Storage>(
        &mut self,
        from: &KeptFiles<'_, S>,
        replay: &Replay,
        date: NaiveDate,
        plans: &[LoggedPlan],
    ) {
        let mut whole: Option<Plan> = None;
        let mut newest_rows = 0;
        for (index, planned) in plans.iter().enumerate().rev() {
            let last = index + 1 == plans.len();
            let bytes = from.read(&planned.sha256, "json");
            match bytes.and_then(|bytes| serde_json::from_slice::<Plan>(&bytes).ok()) {
                Some(plan) => {
                    newest_rows = newest_rows.max(planned.rows);
                    whole = Some(match whole {
                        Some(later) => later.with_airings_missing_from(plan),
                        None => plan,
                    });
                }
                // A later plan holds everything that an earlier one has, unless it is smaller.
                None if last || planned.rows > newest_rows => {
                    let lacking = replay.missing_outcomes_of(date, planned);
                    if lacking > 0 {
                        self.lost_files.push(lost_plan(date, planned, lacking));
                    }
                    if last && (lacking > 0 || replay.planned_through == Some(date)) {
                        self.lost_plan_dates.push(date);
                    }
                }
                None => {}
            }
        }
        self.plans.extend(whole.map(|plan| (date, plan)));
    }
}

fn lost_plan(date: NaiveDate, planned: &LoggedPlan, lacking: u64) -> LostFileEntry {
    let LoggedPlan { sha256, count, rows } = planned.clone();
    LostFileEntry { what: LostFileKind::Plan, date: Some(date), count, rows, lacking, sha256 }
}

fn lost_schedule<S: Storage>(from: &KeptFiles<'_, S>, kept: &KeptSchedule) -> LostFileEntry {
    let lost = kept.files.iter().map(|(_, sha256)| sha256).find(|sha256| from.read(sha256, "toml").is_none());
    let sha256 = lost.unwrap_or(&kept.library).clone();
    LostFileEntry { what: LostFileKind::Schedule, date: None, count: 0, rows: 0, lacking: 0, sha256 }
}

/// Rebuilds the schedule that was in force from its kept files.
#[must_use]
pub fn rebuild_adopted<S: Storage>(from: &KeptFiles<'_, S>, kept: &KeptSchedule) -> Option<Arc<ScheduleRevision>> {
    let files = read_kept_sources(from, kept)?;
    let library: Library = serde_json::from_slice(&from.read(&kept.library, "json")?).ok()?;
    Some(Arc::new(prepare_adopted(&files, read(&files).schedule, library)))
}
