//! Reads the entries of a range of dates from an airing log.
mod clock_trust;
mod moved;
mod names;
mod unlogged;

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use serde_json::{Map, Value};

use crate::airlog::absences::CLOCK_GRACE_US;
use crate::airlog::entry::{Body, OperatorAction, OutcomeEntry, PlanEntry, ScheduleEntry};
use crate::airlog::files::CHECKPOINT;
use crate::airlog::moved_airings::FormerPlace;
use crate::airlog::record::{LineError, LogReader, Record};
use crate::airlog::storage::{FolderStorage, Storage};
use crate::cli::args::DayPart;
use crate::cli::lost_log::MissingLog;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::headcode::head_code;
use crate::proof::note::{MAX_NOTE_BYTES, Note};
use crate::proof::tree::{CompactRange, leaf_hash};
use crate::proof::verify::VerifyError;
use clock_trust::LogClock;

pub(super) use names::NamesInForce;
pub(super) use unlogged::{UnloggedAiring, UnloggedDay};

/// The entries of a log for a range of dates.
#[derive(Default)]
pub struct LogPage {
    /// The entries of these dates, in the order of the log.
    pub records: Vec<Record>,
    /// The station's id, from the genesis entry; `None` if the log has none.
    pub(super) station_id: Option<String>,
    /// The station's name, from the genesis entry.
    pub name: String,
    /// True if the log comes from a rehearsal.
    pub rehearsal: bool,
    /// The error at which reading stopped; `None` if the log was read to its end.
    pub damage: Option<LineError>,
    /// For each date, the head code after the last signed entry of the date, and the number of entries that it covers.
    pub head_codes: BTreeMap<NaiveDate, (String, u64)>,
    /// The fault, if the log is not what the station signed. A page with a fault shows no head code.
    pub fault: Option<VerifyError>,
    /// The agency that runs the station, from the genesis entry.
    pub agency: String,
    /// The requested dates, both inclusive; `None` for the whole log.
    pub requested_dates: Option<(NaiveDate, NaiveDate)>,
    /// The times of the first and the last entry of the whole log under a trusted clock; `None` if it has no entry.
    pub extent: Option<LogExtent>,
    /// The moment of reading; `None` if the page shows only the log.
    pub present: Option<PagePresent>,
    /// The number of entries that the running station has not written yet, so that they are not on the page.
    pub waiting_entries: u64,
    /// The part of the day that was asked for, as in `sáng nay`.
    pub day_part: Option<DayPart>,
    /// The next session of the schedule, if it was looked up.
    pub next_session: Option<NextSession>,
    /// When the program last started, if the clock has not been synchronised since then.
    pub(super) unsynchronised_start_at: Option<DateTime<FixedOffset>>,
    /// The log before this one, if the folder no longer has it.
    pub missing_log: Option<MissingLog>,
    /// The planned airings of these dates that have no outcome on the page.
    pub(super) unlogged: BTreeMap<NaiveDate, UnloggedDay>,
    /// The withdrawn ids whose segment the same session still airs, at another position.
    pub(super) former_places: BTreeMap<String, FormerPlace>,
    /// The `plan` entries of these dates.
    pub(super) plans: BTreeMap<NaiveDate, Vec<PlanEntry>>,
    /// The names of the station and of its sessions, by the date on which they came into force, in the order of the
    /// log.
    pub(super) names: Vec<(NaiveDate, NamesInForce)>,
    /// The trust in the station's clock.
    pub(super) clock: LogClock,
    /// The selected entries as JSON.
    pub(super) json_rows: Vec<Map<String, Value>>,
}

/// The times of the first and the last entry of a log under a trusted clock, and the log that it follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogExtent {
    /// The time of its first entry.
    pub first_at: DateTime<FixedOffset>,
    /// The time of its last entry.
    pub last_at: DateTime<FixedOffset>,
    /// The folder in `airlog/` with the log before this one, if there was one.
    pub previous_log_folder: Option<String>,
}

/// An upcoming session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextSession {
    /// Its title, or its id if it has no title.
    pub title: String,
    /// Its start.
    pub starts_at: DateTime<FixedOffset>,
}

/// Facts about the moment of reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PagePresent {
    /// The time of reading, in seconds since 1970.
    pub unix_s: i64,
    /// True when the station is running.
    pub is_running: bool,
}

impl LogPage {
    /// Returns the airings that have an outcome on this page, in the order of the log.
    #[must_use]
    pub fn outcomes(&self) -> Vec<LoggedAiring<'_>> {
        self.records.iter().filter_map(LoggedAiring::from_record).collect()
    }

    /// Returns the current time in the log's time zone. If the clock is before the last entry, returns the time of that
    /// entry.
    pub(super) fn now(&self) -> Option<DateTime<FixedOffset>> {
        let (present, extent) = (self.present?, self.extent.as_ref()?);
        let now = DateTime::from_timestamp(present.unix_s, 0)?.with_timezone(extent.last_at.offset());
        Some(now.max(extent.last_at))
    }

    /// Returns the latest time at which the outcomes of airings that were missed before the program last started are
    /// logged; `None` if they do not wait until the clock is synchronised.
    pub(super) fn clock_wait_ends_at(&self) -> Option<DateTime<FixedOffset>> {
        let is_running = self.present.is_some_and(|present| present.is_running);
        let ends_at = self.unsynchronised_start_at? + TimeDelta::microseconds(CLOCK_GRACE_US);
        (is_running && self.now()? < ends_at).then_some(ends_at)
    }

    /// Returns `true` if the log begins on this date, after another log that is not on this page.
    pub(super) fn follows_other_log_on(&self, date: NaiveDate) -> bool {
        let begins_on = |extent: &&LogExtent| extent.first_at.date_naive() == date;
        let extent = self.extent.as_ref().filter(begins_on);
        extent.is_some_and(|extent| extent.previous_log_folder.is_some() || self.missing_log.is_some())
    }

    /// Updates the facts about the whole log from an entry of any date.
    fn update_log_facts(&mut self, record: &Record, until: NaiveDate, schedules: &mut Vec<(NaiveDate, ScheduleEntry)>) {
        let extent =
            self.extent.get_or_insert(LogExtent { first_at: record.at, last_at: record.at, previous_log_folder: None });
        extent.last_at = record.at;
        self.clock.apply(record, page_date(record));
        let is_confirmed =
            matches!(&record.body, Some(Body::Operator(order)) if order.action == OperatorAction::ConfirmClock);
        if record.clock.is_synchronised || is_confirmed {
            self.unsynchronised_start_at = None;
        } else if matches!(record.body, Some(Body::Boot(_))) {
            self.unsynchronised_start_at = Some(record.at);
        }
        match &record.body {
            Some(Body::Genesis(genesis)) => {
                extent.previous_log_folder = genesis.follows.as_ref().map(|log| log.set_aside_as.clone());
                self.station_id = Some(genesis.station.to_string());
                self.name.clone_from(&genesis.name);
                self.agency.clone_from(&genesis.agency);
                self.rehearsal = genesis.origin.starts_with("rehearsal/");
            }
            Some(Body::Schedule(schedule)) if record.at.date_naive() <= until => {
                schedules.push((record.at.date_naive(), schedule.clone()));
            }
            _ => {}
        }
    }
}

/// An airing with its outcome, as an entry records it.
#[derive(Debug, Clone, Copy)]
pub struct LoggedAiring<'a> {
    /// The entry.
    pub record: &'a Record,
    /// The body of the entry.
    pub outcome: &'a OutcomeEntry,
}

impl<'a> LoggedAiring<'a> {
    /// Returns the airing whose outcome the entry records; `None` for an entry of another type.
    #[must_use]
    pub fn from_record(record: &'a Record) -> Option<Self> {
        record.outcome().map(|outcome| Self { record, outcome })
    }

    /// Returns `true` if the airing was played, but nothing proves that it left a sound device.
    pub(super) fn is_silent(self) -> bool {
        self.outcome.played_ms > 0 && self.outcome.level == 0
    }

    /// Returns `true` if the airing was played, but the clock was not synchronised when its outcome was logged.
    pub(super) fn has_unsynchronised_time(self) -> bool {
        self.outcome.played_ms > 0 && !self.record.clock.is_synchronised
    }
}

/// Which entries of a page are also kept as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonSelection {
    None,
    Outcomes,
    All,
}

/// Reads the entries that belong to the dates `from` to `until`, both inclusive. A `start`, `outcome` or `relay` entry
/// belongs to the date in its id.
///
/// # Errors
/// If the log cannot be opened.
pub fn read(airlog: &Path, from: NaiveDate, until: NaiveDate) -> io::Result<LogPage> {
    read_from(&FolderStorage::new(airlog.to_owned()), from, until)
}

/// Reads the entries of the dates `from` to `until`, both inclusive, from any storage.
///
/// # Errors
/// If the log or its checkpoint cannot be read.
pub fn read_from<S: Storage>(storage: &S, from: NaiveDate, until: NaiveDate) -> io::Result<LogPage> {
    read_page(storage, from, until, JsonSelection::None)
}

/// Reads a page like [`read_from`], and also keeps the selected entries as JSON.
///
/// # Errors
/// If the log or its checkpoint cannot be read.
pub(super) fn read_page<S: Storage>(
    storage: &S,
    from: NaiveDate,
    until: NaiveDate,
    json_selection: JsonSelection,
) -> io::Result<LogPage> {
    let requested_dates = (from > NaiveDate::MIN || until < NaiveDate::MAX).then_some((from, until));
    let mut page = LogPage { requested_dates, ..LogPage::default() };
    // The page takes its names from the last schedule before the first date, and from those adopted on the dates.
    let mut schedules: Vec<(NaiveDate, ScheduleEntry)> = Vec::new();
    read_entries(storage, (from, until), json_selection, &mut page, &mut schedules)?;
    // A log without an entry under a trusted clock keeps the times that it has.
    if let (Some(extent), Some((first_at, last_at))) = (&mut page.extent, page.clock.trusted_extent()) {
        (extent.first_at, extent.last_at) = (first_at, last_at);
    }
    if json_selection == JsonSelection::None {
        let first_used_index = schedules.iter().rposition(|(date, _)| *date < from).unwrap_or(0);
        page.names = names::read_names(storage, &schedules[first_used_index..])?;
        page.unlogged = unlogged::read_unlogged(storage, &page)?;
    }
    page.former_places = moved::read_former_places(storage, &page)?;
    page.mark_former_places();
    Ok(page)
}

fn read_entries<S: Storage>(
    storage: &S,
    (from, until): (NaiveDate, NaiveDate),
    json_selection: JsonSelection,
    page: &mut LogPage,
    schedules: &mut Vec<(NaiveDate, ScheduleEntry)>,
) -> io::Result<()> {
    let mut reader = LogReader::new(storage)?;
    let mut codes = HeadCodes::new(storage)?;
    loop {
        match reader.next_record() {
            Ok(Some(record)) => {
                page.update_log_facts(&record, until, schedules);
                codes.add_entry(&record, &reader.line, page);
                if let Some(Body::Plan(plan)) = &record.body
                    && (from..=until).contains(&plan.date)
                {
                    page.plans.entry(plan.date).or_default().push(plan.clone());
                }
                let date = page_date(&record);
                if from <= date && date <= until {
                    if json_selection == JsonSelection::All
                        || json_selection == JsonSelection::Outcomes && record.kind == "outcome"
                    {
                        page.json_rows.extend(serde_json::from_slice::<Map<String, Value>>(&reader.line));
                    }
                    page.records.push(record);
                }
            }
            // The running daemon may be writing its newest line.
            Ok(None) | Err(LineError::Unfinished { .. }) => return Ok(()),
            Err(LineError::Io(e)) => return Err(e),
            Err(error) => {
                page.damage = Some(error);
                return Ok(());
            }
        }
    }
}

/// Computes the head code at the end of each date, from the signed entries only.
struct HeadCodes {
    /// The hashes of the entries so far.
    compact_range: CompactRange,
    /// The number of entries that the signed head covers.
    signed_size: u64,
}

impl HeadCodes {
    fn new<S: Storage>(storage: &S) -> io::Result<Self> {
        let head = storage.read_all(CHECKPOINT, MAX_NOTE_BYTES as u64)?;
        let signed_size = head.and_then(|head| Some(Checkpoint::parse(&Note::parse(&head)?.text)?.size));
        Ok(Self { compact_range: CompactRange::default(), signed_size: signed_size.unwrap_or(0) })
    }

    fn add_entry(&mut self, record: &Record, line: &[u8], page: &mut LogPage) {
        if record.seq < self.signed_size && !page.rehearsal {
            self.compact_range.push(leaf_hash(line));
            page.head_codes
                .insert(record.at.date_naive(), (head_code(&self.compact_range.root()), self.compact_range.size()));
        }
    }
}

/// Returns the date to which an entry belongs. For `start`, `outcome` and `relay` it is the date in the id; for other
/// entries it is the date on which the entry was written.
pub(super) fn page_date(record: &Record) -> NaiveDate {
    let id = match &record.body {
        Some(Body::Start(start)) => Some(&start.labels.id),
        Some(Body::Outcome(outcome)) => Some(&outcome.labels.id),
        Some(Body::Relay(relay)) => Some(&relay.id),
        _ => None,
    };
    let date_in_id = id.and_then(|id| id.split_once('@')?.1.get(..10)?.parse().ok());
    date_in_id.unwrap_or(record.at.date_naive())
}
