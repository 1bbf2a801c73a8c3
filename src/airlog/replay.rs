//! Replays a log: folds its entries into the state that a starting daemon needs (pure).
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

/// The kept files of the schedule in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSchedule {
    /// Names of the schedule's files, each with the SHA-256 of its kept file.
    pub files: Vec<(String, String)>,
    /// SHA-256 of the library when the schedule was adopted.
    pub library: String,
}

impl From<&ScheduleEntry> for KeptSchedule {
    fn from(entry: &ScheduleEntry) -> Self {
        let files = entry.files.iter().map(|file| (file.name.clone(), file.sha256.clone())).collect();
        Self { files, library: entry.library.clone() }
    }
}

/// An airing that has started and has no outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenStart {
    /// Labels of the airing.
    pub labels: AiringLabels,
    /// The other fields of its `start` entry.
    pub fields: Box<StartFields>,
}

/// The fields that an outcome copies from the `start` entry.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)] // documented at `StartEntry`
pub struct StartFields {
    pub late_us: Option<i64>,
    pub sha256: Option<String>,
    pub device: Option<String>,
    pub sink: Option<String>,
    pub hardware: Option<bool>,
    pub volume: Option<u8>,
    pub level: u8,
    pub rate: u32,
    /// Number of frames taken before the last interruption.
    pub frames: u64,
    /// Time of the last `start`, `interrupt` or `resume` entry of the airing. Marks from before that time do not apply
    /// to the airing.
    pub since: EntryMoment,
}

/// The time of an entry, by both clocks.
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

/// A plan that the log names. A date can have several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedPlan {
    /// SHA-256 of the kept plan.
    pub sha256: String,
    /// Number of planned airings, without withdrawn ones.
    pub count: u64,
    /// Number of all rows of the plan; 0 in old logs, which do not store it.
    pub rows: u64,
}

/// The state of a station according to its log.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Replay {
    /// Number of entries applied so far.
    pub entries: u64,
    /// Station id in the genesis entry.
    pub station: Option<Id>,
    /// Origin in the genesis entry.
    pub origin: Option<String>,
    /// Wall clock, boot clock and boot id of the last entry.
    pub last_entry: Option<(WallTime, BootTime, String)>,
    /// Time of the last entry under a trusted clock.
    pub clock_floor: Option<DateTime<FixedOffset>>,
    /// The clock trust at the end of the log: true when the clock was trusted, and the reason.
    pub trust: Option<(bool, TrustReason)>,
    /// True when the last run shut down cleanly.
    pub orderly: bool,
    /// Periods in which the station could not have played, over all runs.
    pub absences: AbsenceHistory,
    /// The schedule in force.
    pub schedule: Option<KeptSchedule>,
    /// Time when that schedule was adopted.
    pub adopted_at: Option<WallTime>,
    /// The latest planned dates, and earlier dates with missing outcomes, each with all its plans in log order.
    pub plans: BTreeMap<NaiveDate, Vec<LoggedPlan>>,
    /// Numbers of outcomes, for each date in `plans`.
    outcome_counts: BTreeMap<NaiveDate, OutcomeCounts>,
    /// Latest date that was planned.
    pub planned_through: Option<NaiveDate>,
    /// Ids of airings that have an outcome. Ids of dates long before those in `plans` are dropped.
    pub settled_ids: HashSet<String>,
    /// Sessions that have begun, as ids of airings without `#<position>`. Those of dates long before the dates in
    /// `plans` are dropped.
    pub begun_sessions: HashSet<String>,
    /// Airings that have started and have no outcome; at most one in an honest log.
    pub open_starts: Vec<OpenStart>,
    /// The concerns that were raised and are not over, by code and subject, each with the time at which it began.
    pub open_concerns: BTreeMap<(String, String), WallTime>,
    /// Number of the open epoch.
    pub epoch: u64,
    /// Verifier key of the open epoch.
    pub epoch_key: Option<String>,
    /// Verifier key of the previous epoch.
    pub previous_epoch_key: Option<String>,
    /// Number of entries in the open epoch.
    pub entries_in_epoch: u64,
    /// Running time of the station in the open epoch, in microseconds.
    pub epoch_runtime_us: i64,
    /// State from old entries that is not merged yet.
    old: OldEntries,
}

/// The state from old entries, which are not read in full.
#[derive(Debug, Clone, PartialEq, Default)]
struct OldEntries {
    /// `at` of the last old entry under a trusted clock.
    last_trusted_at: String,
    /// Dates and ids of airings with an outcome.
    outcomes: Vec<(NaiveDate, String)>,
    /// Session that began last, as an airing's id without `#<position>`.
    last_session: String,
    /// Ids and lines of `start` entries without an outcome so far.
    starts: Vec<(String, Vec<u8>)>,
}

/// The numbers of outcomes for the plans of a date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct OutcomeCounts {
    /// Number of outcomes of planned airings.
    outcomes: u64,
    /// Number of these outcomes with the reason `withdrawn`.
    withdrawn: u64,
    /// Number of `relay` entries.
    relays: u64,
}

impl OutcomeCounts {
    /// Returns how many rows of this plan have no outcome.
    fn missing_outcomes(self, plan: &LoggedPlan) -> u64 {
        match plan.rows {
            0 => plan.count.saturating_sub(self.outcomes - self.withdrawn),
            rows => rows.saturating_sub(self.outcomes + self.relays),
        }
    }
}
