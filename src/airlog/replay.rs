//! Folds a log into what a starting daemon must know (pure).
mod entries;
mod old_entries;
mod plans;

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::absences::AbsenceHistory;
use super::entry::{AiringLabels, ScheduleEntry, TrustReason};
use super::record::Record;
use crate::base::instant::{BootTime, WallTime};
use crate::schedule::Id;

/// The last adopted schedule, by the names of its kept files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSchedule {
    /// File name -> SHA-256.
    pub files: Vec<(String, String)>,
    /// SHA-256 of what was known of the audio files.
    pub library: String,
}

impl From<&ScheduleEntry> for KeptSchedule {
    fn from(note: &ScheduleEntry) -> Self {
        let files = note.files.iter().map(|file| (file.name.clone(), file.sha256.clone())).collect();
        Self { files, library: note.library.clone() }
    }
}

/// An airing that had started and has no outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenStart {
    /// What.
    pub labels: AiringLabels,
    /// The rest of its `start` entry.
    pub fields: Box<StartFields>,
}

/// What an outcome takes over from a start.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // they are those of the `start` entry
pub struct StartFields {
    pub late_us: Option<i64>,
    pub sha256: Option<String>,
    pub device: Option<String>,
    pub sink: Option<String>,
    pub hardware: Option<bool>,
    pub volume: Option<u8>,
    pub level: u8,
    pub rate: u32,
    /// Taken before an interruption.
    pub frames: u64,
    /// When it began to sound, or to sound again: marks from before say nothing of it.
    pub since: EntryMoment,
}

/// The moment of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryMoment {
    /// By the wall clock.
    pub wall: WallTime,
    /// By the boot clock,
    pub boot: BootTime,
    /// of this start of the machine.
    pub boot_id: String,
}

impl From<&Record> for EntryMoment {
    fn from(record: &Record) -> Self {
        Self { wall: record.wall(), boot: BootTime(record.boottime_us), boot_id: record.boot.clone() }
    }
}

/// One plan of a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedPlan {
    /// SHA-256 of its kept file.
    pub sha256: String,
    /// Airings that were planned, without what was withdrawn.
    pub count: u64,
    /// All rows of the plan; 0 in logs that do not tell.
    pub rows: u64,
}

/// What the log tells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Replay {
    /// Entries read.
    pub entries: u64,
    /// Station of the genesis entry.
    pub station: Option<Id>,
    /// Origin of the genesis entry.
    pub origin: Option<String>,
    /// Wall clock, boot clock and boot id of the last entry.
    pub last_entry: Option<(WallTime, BootTime, String)>,
    /// The last entry made while the clock was believed.
    pub clock_floor: Option<DateTime<FixedOffset>>,
    /// Whether the clock was believed at the end, and why.
    pub trust: Option<(bool, TrustReason)>,
    /// Whether the last run ended in order.
    pub orderly: bool,
    /// When nobody could play, over all runs.
    pub absences: AbsenceHistory,
    /// The schedule in force.
    pub schedule: Option<KeptSchedule>,
    /// When it was adopted.
    pub adopted_at: Option<WallTime>,
    /// The latest planned dates, and earlier ones that lack outcomes, with all plans of each, the last one last.
    pub plans: BTreeMap<NaiveDate, Vec<LoggedPlan>>,
    /// Of those dates: what has its end.
    outcome_counts: BTreeMap<NaiveDate, OutcomeCounts>,
    /// The latest date that was planned.
    pub planned_through: Option<NaiveDate>,
    /// Airings of those dates that have an outcome.
    pub with_outcome: HashSet<String>,
    /// Sessions of those dates of which an airing has started (the id without `#n`).
    pub begun_sessions: HashSet<String>,
    /// Airings that had started and have no outcome; never more than one in an honest log.
    pub open_starts: Vec<OpenStart>,
    /// The epoch in force.
    pub epoch: u64,
    /// Its verifier key.
    pub epoch_key: Option<String>,
    /// The verifier key of the epoch before it.
    pub epoch_key_before: Option<String>,
    /// Entries since it began.
    pub in_epoch: u64,
    /// How long the station ran since, microseconds.
    pub epoch_ran_us: i64,
    old: OldEntries,
}

/// What entries from long ago have left open.
#[derive(Debug, Clone, PartialEq, Default)]
struct OldEntries {
    /// When the last of them was made that was made while the clock was believed.
    at: String,
    /// Airings that have an outcome, with their dates.
    settled: Vec<(NaiveDate, String)>,
    /// The session that was begun last.
    begun: String,
    /// Airings that had started and have no outcome yet.
    starts: Vec<(String, Vec<u8>)>,
}

/// What of a date's plans has its end in the log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct OutcomeCounts {
    /// Outcomes of what was planned.
    ended: u64,
    /// Those of what was withdrawn.
    withdrawn: u64,
    /// Relay slots that are over.
    relays: u64,
}

impl OutcomeCounts {
    fn lacking(self, plan: &LoggedPlan) -> u64 {
        match plan.rows {
            0 => plan.count.saturating_sub(self.ended - self.withdrawn),
            rows => rows.saturating_sub(self.ended + self.relays),
        }
    }
}
