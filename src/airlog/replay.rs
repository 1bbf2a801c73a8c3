//! Folds a log into the state that a starting daemon needs (pure).
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

/// The schedule in force, by its kept files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSchedule {
    /// File names with their SHA-256.
    pub files: Vec<(String, String)>,
    /// SHA-256 of the library at its adoption.
    pub library: String,
}

impl From<&ScheduleEntry> for KeptSchedule {
    fn from(note: &ScheduleEntry) -> Self {
        let files = note.files.iter().map(|file| (file.name.clone(), file.sha256.clone())).collect();
        Self { files, library: note.library.clone() }
    }
}

/// An airing that has started and has no outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenStart {
    /// Labels of the airing.
    pub labels: AiringLabels,
    /// Other fields of its `start` entry.
    pub fields: Box<StartFields>,
}

/// Fields that an outcome copies from a `start` entry.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // explained at the `start` entry
pub struct StartFields {
    pub late_us: Option<i64>,
    pub sha256: Option<String>,
    pub device: Option<String>,
    pub sink: Option<String>,
    pub hardware: Option<bool>,
    pub volume: Option<u8>,
    pub level: u8,
    pub rate: u32,
    /// Frames taken before an interruption.
    pub frames: u64,
    /// When it started or resumed; older marks do not apply to it.
    pub since: EntryMoment,
}

/// Time of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryMoment {
    /// Wall clock.
    pub wall: WallTime,
    /// Boot clock.
    pub boot: BootTime,
    /// Boot id of the machine.
    pub boot_id: String,
}

impl From<&Record> for EntryMoment {
    fn from(record: &Record) -> Self {
        Self { wall: record.wall(), boot: BootTime(record.boottime_us), boot_id: record.boot.clone() }
    }
}

/// A plan of a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedPlan {
    /// SHA-256 of the kept plan.
    pub sha256: String,
    /// Planned airings, without withdrawn ones.
    pub count: u64,
    /// All rows of the plan; 0 in logs without this key.
    pub rows: u64,
}

/// State of the station according to its log.
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
    /// Time of the last entry under a trusted clock.
    pub clock_floor: Option<DateTime<FixedOffset>>,
    /// Whether the clock was trusted at the end, and why.
    pub trust: Option<(bool, TrustReason)>,
    /// Whether the last run shut down cleanly.
    pub orderly: bool,
    /// Times in which the station could not have played, over all runs.
    pub absences: AbsenceHistory,
    /// The schedule in force.
    pub schedule: Option<KeptSchedule>,
    /// When that schedule was adopted.
    pub adopted_at: Option<WallTime>,
    /// Latest planned dates, and earlier ones with missing outcomes, each with all its plans in their order.
    pub plans: BTreeMap<NaiveDate, Vec<LoggedPlan>>,
    /// Outcomes of those dates.
    outcome_counts: BTreeMap<NaiveDate, OutcomeCounts>,
    /// Latest date that was planned.
    pub planned_through: Option<NaiveDate>,
    /// Airings of those dates that have an outcome.
    pub with_outcome: HashSet<String>,
    /// Sessions of those dates of which an airing has started, as ids without `#n`.
    pub begun_sessions: HashSet<String>,
    /// Airings that have started and have no outcome; at most one in an honest log.
    pub open_starts: Vec<OpenStart>,
    /// Number of the open epoch.
    pub epoch: u64,
    /// Verifier key of the open epoch.
    pub epoch_key: Option<String>,
    /// Verifier key of the previous epoch.
    pub epoch_key_before: Option<String>,
    /// Entries in the open epoch.
    pub in_epoch: u64,
    /// Running time of the station in the open epoch, in microseconds.
    pub epoch_ran_us: i64,
    old: OldEntries,
}

/// State left by old entries, which are not read in full.
#[derive(Debug, Clone, PartialEq, Default)]
struct OldEntries {
    /// `at` of the last old entry under a trusted clock.
    at: String,
    /// Dates and ids of airings that have an outcome.
    settled: Vec<(NaiveDate, String)>,
    /// Session that began last.
    begun: String,
    /// Ids and lines of `start` entries without an outcome so far.
    starts: Vec<(String, Vec<u8>)>,
}

/// Outcomes of the plans of a date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct OutcomeCounts {
    /// Outcomes of planned airings.
    ended: u64,
    /// Those with the reason `withdrawn`.
    withdrawn: u64,
    /// Ended relay slots.
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
