//! Folds a log into what a starting daemon must know (pure).
use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use chrono::{DateTime, FixedOffset, NaiveDate};
use memchr::memmem::Finder;

use super::absences::AbsenceHistory;
use super::airing_id::date_in_id;
use super::entry::{
    AiringLabels, Body, EpochEntry, LostFileEntry, OutcomeEntry, PlanEntry, Reason, RelayEntry, ScheduleEntry,
    StartEntry, TrustReason,
};
use super::record::{Record, parse_any_record};
use crate::base::instant::{BootTime, WallTime};
use crate::proof::entry::entry_type;
use crate::schedule::Id;

/// So many of the last entries are read in full; of earlier ones only what still matters.
const FULLY_READ: u64 = 1024;
/// So many of the latest planned dates are kept in any case.
const OPEN_DATES: usize = 3;

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

impl Replay {
    /// Takes one entry.
    pub fn apply(&mut self, record: &Record) {
        self.entries += 1;
        self.in_epoch += 1;
        if let Some((_, boottime, boot)) = &self.last_entry
            && *boot == record.boot
        {
            self.epoch_ran_us = self.epoch_ran_us.saturating_add(BootTime(record.boottime_us).since(*boottime).max(0));
        }
        self.absences.apply(record);
        // These can follow the last word of an orderly end.
        self.orderly &= matches!(record.kind.as_str(), "epoch" | "gap" | "anchor" | "cosigned");
        match record.body.as_ref() {
            Some(Body::Epoch(note)) => self.epoch(note),
            Some(Body::Genesis(genesis)) => {
                self.epoch_key = Some(genesis.epoch_key.clone());
                self.station = Some(genesis.station.clone());
                self.origin = Some(genesis.origin.clone());
            }
            Some(Body::Boot(boot)) => self.trust = Some((boot.trusted, boot.trust)),
            Some(Body::ClockTrust(note)) => self.trust = Some((note.trusted, note.trust)),
            Some(Body::Shutdown(_)) => self.orderly = true,
            Some(Body::Schedule(note)) => {
                self.schedule = Some(note.into());
                self.adopted_at = Some(record.wall());
            }
            Some(Body::Plan(note)) => self.plan(note),
            Some(Body::Lost(note)) => self.write_off(note),
            Some(Body::Start(note)) => self.start(note, since(record)),
            Some(Body::Outcome(note)) => self.outcome(note),
            Some(Body::Relay(note)) => self.relay(note),
            Some(Body::Interrupt(note)) => self.set_played_before(&note.id, note.frames, note.rate, since(record)),
            Some(Body::Resume(note)) => self.set_played_before(&note.id, note.frames, note.rate, since(record)),
            _ => {}
        }
        // The first entry of a log comes before any word on its clock.
        if self.trust.is_some_and(|(trusted, _)| trusted) {
            self.clock_floor = Some(record.at);
        }
        self.last_entry = Some((record.wall(), BootTime(record.boottime_us), record.boot.clone()));
    }

    /// Takes the line of the entry with this number, of a log that has `size` of them. False when it is none.
    pub fn apply_line(&mut self, line: &[u8], seq: u64, size: u64) -> bool {
        let Some(kind) = entry_type(line, seq) else {
            return false;
        };
        if seq + FULLY_READ < size && self.apply_old(kind, line) {
            return true;
        }
        self.merge_old();
        match super::record::parse_record(line, seq) {
            Ok(record) => {
                self.apply(&record);
                true
            }
            Err(_) => false,
        }
    }

    /// Takes an entry from long ago, of which little matters any more. False when it is to be read in full. That it is
    /// what was signed is seen when the root is compared.
    fn apply_old(&mut self, kind: &str, line: &[u8]) -> bool {
        match kind {
            "outcome" => {
                let Some((id, rest)) = text_of(line, &ID) else {
                    return false;
                };
                let reason = text_of(rest, &REASON);
                let reason = reason.and_then(|(code, _)| serde_json::from_value(code.into()).ok());
                let planned = text_of(rest, &PLANNED_AT).is_some();
                self.old.starts.retain(|(start, _)| start != id);
                self.count_outcome(id, reason, planned);
                self.old.settled.extend(date_in_id(id).map(|date| (date, id.to_owned())));
            }
            "start" => {
                let Some((id, _)) = text_of(line, &ID) else {
                    return false;
                };
                self.mark_session_begun(id);
                self.old.starts.push((id.to_owned(), line.to_vec()));
            }
            "note" | "operator" | "device" | "clock-step" | "shutdown" | "anchor" | "cosigned" | "gap" | "edit" => {}
            _ => return false,
        }
        self.entries += 1;
        self.in_epoch += 1;
        if self.trust.is_some_and(|(trusted, _)| trusted) {
            text_of(line, &AT).map_or("", |(at, _)| at).clone_into(&mut self.old.at);
        }
        true
    }

    /// Before an entry is read in full: what the old ones have left open.
    fn merge_old(&mut self) {
        self.clock_floor = std::mem::take(&mut self.old.at).parse().ok().or(self.clock_floor);
        self.with_outcome.extend(std::mem::take(&mut self.old.settled).into_iter().map(|(_, id)| id));
        for (_, line) in std::mem::take(&mut self.old.starts) {
            if let Ok(record) = parse_any_record(&line)
                && let Some(Body::Start(note)) = &record.body
            {
                self.start(note, since(&record));
            }
        }
    }

    fn epoch(&mut self, note: &EpochEntry) {
        self.epoch = note.epoch;
        self.epoch_key_before = self.epoch_key.replace(note.epoch_key.clone());
        self.in_epoch = 0;
        self.epoch_ran_us = 0;
    }

    fn plan(&mut self, note: &PlanEntry) {
        let PlanEntry { date, count, rows, sha256 } = note.clone();
        // A later plan of the same date holds what has its outcome already, too; and what an earlier one names and it
        // does not is owed all the same.
        let plans = self.plans.entry(date).or_default();
        plans.retain(|plan| plan.sha256 != sha256);
        plans.push(LoggedPlan { sha256, count, rows });
        self.outcome_counts.entry(date).or_default();
        self.planned_through = self.planned_through.max(Some(date));
        self.drop_complete();
        // Ids of dates that are over need no remembering; without this, years of them would pile up.
        if self.with_outcome.len() + self.old.settled.len() > 4096 {
            let oldest = self.plans.keys().next().copied().unwrap_or(date);
            let keep = oldest.pred_opt().unwrap_or(oldest);
            self.old.settled.retain(|(date, _)| *date >= keep);
            self.with_outcome.retain(|id| date_in_id(id).is_some_and(|d| d >= keep));
            self.begun_sessions.retain(|id| date_in_id(id).is_some_and(|d| d >= keep));
            self.old.begun.clear();
        }
    }

    /// Dates before the latest that lack no outcome are over.
    fn drop_complete(&mut self) {
        let dates: Vec<NaiveDate> = self.plans.keys().copied().collect();
        for date in &dates[..dates.len().saturating_sub(OPEN_DATES)] {
            if self.missing_outcomes(*date) == 0 {
                self.plans.remove(date);
                self.outcome_counts.remove(date);
            }
        }
    }

    /// Rows of a date's plans that have no end, as far as numbers tell: those of its largest plan.
    #[must_use]
    pub fn missing_outcomes(&self, date: NaiveDate) -> u64 {
        let ends = self.outcome_counts.get(&date).copied().unwrap_or_default();
        let plans = self.plans.get(&date).into_iter().flatten();
        plans.map(|plan| ends.lacking(plan)).max().unwrap_or(0)
    }

    /// Rows of a plan of this date that have no end, as far as numbers tell.
    #[must_use]
    pub fn missing_outcomes_of(&self, date: NaiveDate, plan: &LoggedPlan) -> u64 {
        self.outcome_counts.get(&date).copied().unwrap_or_default().lacking(plan)
    }

    /// A kept file that neither copy of is left: what it named is written off.
    fn write_off(&mut self, note: &LostFileEntry) {
        match (note.what.as_str(), note.date) {
            ("schedule", _) => self.schedule = None,
            ("plan", Some(date)) => {
                if let Some(plans) = self.plans.get_mut(&date) {
                    plans.retain(|plan| plan.sha256 != note.sha256);
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, note: &StartEntry, since: EntryMoment) {
        self.mark_session_begun(&note.labels.id);
        let fields = StartFields {
            late_us: note.late_us,
            sha256: note.sha256.clone(),
            device: Some(note.device.clone()),
            sink: note.sink.clone(),
            hardware: note.hardware,
            volume: Some(note.volume),
            level: note.level,
            rate: note.rate,
            frames: 0,
            since,
        };
        self.open_starts.push(OpenStart { labels: note.labels.clone(), fields: Box::new(fields) });
    }

    /// An airing that was interrupted: what was taken before stands in the log, not in the marks.
    fn set_played_before(&mut self, id: &str, frames: u64, rate: u32, since: EntryMoment) {
        if let Some(open) = self.open_starts.iter_mut().find(|open| open.labels.id == id) {
            (open.fields.frames, open.fields.rate, open.fields.since) = (frames, rate, since);
        }
    }

    /// A session of which an airing has started.
    fn mark_session_begun(&mut self, id: &str) {
        // One after the other they are mostly of one session.
        if let Some((key, _)) = id.rsplit_once('#')
            && self.old.begun != key
        {
            self.begun_sessions.insert(key.to_owned());
            key.clone_into(&mut self.old.begun);
        }
    }

    fn outcome(&mut self, note: &OutcomeEntry) {
        self.settle(&note.labels.id, note.reason, note.labels.planned_at.is_some());
    }

    fn settle(&mut self, id: &str, reason: Option<Reason>, planned: bool) {
        self.count_outcome(id, reason, planned);
        self.with_outcome.insert(id.to_owned());
    }

    fn count_outcome(&mut self, id: &str, reason: Option<Reason>, planned: bool) {
        self.open_starts.retain(|open| open.labels.id != *id);
        // The station was there when its time came: the rest of its session has its own times.
        let absent = [
            Reason::PowerOff,
            Reason::Shutdown,
            Reason::ClockUntrusted,
            Reason::Late,
            Reason::QuietHours,
            Reason::Withdrawn,
        ];
        if reason.is_none_or(|reason| !absent.contains(&reason)) {
            self.mark_session_begun(id);
        }
        if planned && let Some(ends) = date_in_id(id).and_then(|date| self.outcome_counts.get_mut(&date)) {
            ends.ended += 1;
            ends.withdrawn += u64::from(reason == Some(Reason::Withdrawn));
        }
    }

    fn relay(&mut self, note: &RelayEntry) {
        if let Some(ends) = date_in_id(&note.id).and_then(|date| self.outcome_counts.get_mut(&date)) {
            ends.relays += 1;
        }
        self.with_outcome.insert(note.id.clone());
    }
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

fn since(record: &Record) -> EntryMoment {
    EntryMoment { wall: record.wall(), boot: BootTime(record.boottime_us), boot_id: record.boot.clone() }
}

/// The text after a key, up to the next quote, and what follows. A quote inside a JSON string has a backslash before it: the key with its
/// quotes stands nowhere else, and our ids, codes and times have no quotes in them.
fn text_of<'a>(line: &'a [u8], key: &Finder<'_>) -> Option<(&'a str, &'a [u8])> {
    let rest = &line[key.find(line)? + key.needle().len()..];
    let (text, rest) = rest.split_at(memchr::memchr(b'"', rest)?);
    Some((std::str::from_utf8(text).ok()?, rest))
}

static AT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(br#","at":""#));
static ID: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(br#","id":""#));
static PLANNED_AT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(br#","planned_at":""#));
static REASON: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(br#","reason":""#));
