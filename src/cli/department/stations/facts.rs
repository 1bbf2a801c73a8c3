//! Reads from a store what is known about its stations.
use std::collections::BTreeMap;

use chrono::{DateTime, Days, FixedOffset, NaiveDate};

use crate::base::platform::unix_time_s;
use crate::cli::department::indexed_store::IndexedStore;
use crate::cli::department::report::build::{ReportError, add_store_evidence};
use crate::cli::department::target::documents::{StoredTargets, stored_targets};
use crate::cli::synchronised_clock::synchronised_now;
use crate::department::index::query::{NoteOnMiss, NotesOnMisses, QueryContext};
use crate::department::journal::answer_list::AiringAnswers;
use crate::department::journal::history::vietnam_time;
use crate::department::registry::accepted::RegistryDifference;
use crate::department::registry::{RegisteredStation, Registry};
use crate::department::report::period::{DateRange, Period, monday_of};
use crate::department::report::second_logs::LogOverlap;
use crate::department::report::tally::ReportContext;
use crate::department::report::{IncidentList, ListedIncident, LogEvidence};
use crate::department::stations::{MissedTarget, NEW_LOG_DAYS, StationRecord, UnansweredNotes};
use crate::department::target::Target;
use crate::department::target::tally::TargetTally;
use crate::department::target::week::WeekState;

/// Selects the facts to read. The work list needs more of them than the table of stations.
#[derive(Debug, Clone, Copy)]
pub(super) struct StationSelection {
    /// True to read missed targets and notes too.
    pub(super) with_duties: bool,
}

/// The facts about the stations of a store.
pub(super) struct CollectedFacts {
    /// The time now, in Vietnam.
    pub(super) now: DateTime<FixedOffset>,
    /// The stations.
    pub(super) stations: Vec<StationRecord>,
    /// The unsettled incidents that belong to no station of the registry.
    pub(super) unattributed: Vec<ListedIncident>,
    /// Whether the targets in the store are not those that were accepted.
    pub(super) are_targets_disputed: bool,
}

/// Reads what is known about the stations of a store.
pub(super) fn read_facts(store: &IndexedStore, selection: StationSelection) -> Result<CollectedFacts, ReportError> {
    let now = now_in_vietnam();
    let today = now.date_naive();
    let week = last_week(today);
    let mut context = store.index.query_context(&[week], &store.registry, synchronised_now())?;
    let mut report_context = std::mem::take(&mut context.report_context);
    add_store_evidence(&mut report_context.evidence, store);
    report_context.second_logs.drop_settled(&store.registry, &store.journal.journal);
    let (mut missed_targets, mut notes, mut are_targets_disputed) = Default::default();
    if selection.with_duties {
        match stored_targets(&store.store)? {
            StoredTargets::Absent => {}
            StoredTargets::NotAccepted | StoredTargets::Removed => are_targets_disputed = true,
            StoredTargets::Accepted { targets, .. } => {
                missed_targets = read_missed_targets(store, targets, week, today, &report_context, &mut context)?;
            }
        }
        notes = match Period::Month.latest_ended(today) {
            Some(month) => store.index.notes_on_misses(DateRange { from: month.from, until: today })?,
            None => BTreeMap::new(),
        };
    }
    let incidents = IncidentList::unsettled(&store.journal, &store.registry).incidents;
    let is_of_station = |listed: &ListedIncident| {
        store.registry.stations.keys().any(|id| id.as_str() == listed.history.incident.station)
    };
    let (of_stations, unattributed): (Vec<_>, Vec<_>) = incidents.into_iter().partition(is_of_station);
    let mut stations: Vec<StationRecord> = store
        .registry
        .stations
        .values()
        .map(|station| station_record(station, &store.registry, &report_context, &of_stations, today))
        .collect();
    let answers = AiringAnswers::of(&store.journal.journal);
    for record in &mut stations {
        let is_disputed =
            |difference: &_| matches!(difference, RegistryDifference::StationDiffers { id } if *id == record.station);
        record.is_registration_disputed = store.differences.iter().any(is_disputed);
        record.missed_targets = missed_targets.remove(&record.station).unwrap_or_default();
        let notes = notes.remove(&record.station);
        record.notes = notes.and_then(|notes| unanswered_notes(&record.station, notes, &answers));
    }
    Ok(CollectedFacts { now, stations, unattributed, are_targets_disputed })
}

/// Returns this machine's time, in Vietnam.
fn now_in_vietnam() -> DateTime<FixedOffset> {
    let now = DateTime::from_timestamp(i64::try_from(unix_time_s()).unwrap_or(0), 0).unwrap_or_default();
    vietnam_time(&now.to_rfc3339()).unwrap_or_else(|| now.fixed_offset())
}

/// Returns the last week, from Monday to Sunday, that is over.
fn last_week(today: NaiveDate) -> DateRange {
    let monday = monday_of(today);
    let before = |days| monday.checked_sub_days(Days::new(days)).unwrap_or(monday);
    DateRange { from: before(7), until: before(1) }
}

/// Reads the targets that stations did not meet in a week, by station.
fn read_missed_targets(
    store: &IndexedStore,
    targets: Vec<Target>,
    week: DateRange,
    today: NaiveDate,
    report_context: &ReportContext,
    context: &mut QueryContext,
) -> Result<BTreeMap<String, Vec<MissedTarget>>, ReportError> {
    let mut tally = TargetTally::new(targets, week, today, report_context, &store.registry);
    store.index.for_each_airing::<ReportError>(context, week, |airing| {
        tally.add(&airing.fact, airing.planned_at);
        Ok(())
    })?;
    let results = tally.into_results();
    let mut missed: BTreeMap<String, Vec<MissedTarget>> = BTreeMap::new();
    for week in results.weeks.iter().filter(|week| week.state == WeekState::Below) {
        if let Some(target) = results.targets.get(week.target) {
            let missed_target = MissedTarget { target: target.clone(), week: week.clone() };
            missed.entry(week.station.clone()).or_default().push(missed_target);
        }
    }
    Ok(missed)
}

/// Returns what is known about a station, except its missed targets and notes.
fn station_record(
    station: &RegisteredStation,
    registry: &Registry,
    context: &ReportContext,
    incidents: &[ListedIncident],
    today: NaiveDate,
) -> StationRecord {
    let id = station.id.as_str();
    let logs: Vec<&LogEvidence> = context.evidence.iter().filter(|log| log.station == id).collect();
    let newest_log = logs.iter().filter_map(|log| Some((newest_at(log)?, *log))).max_by_key(|(at, _)| *at);
    let histories = incidents.iter().map(|listed| &listed.history);
    let histories: Vec<_> = histories.filter(|history| history.incident.station == id).cloned().collect();
    let recorded: Vec<&String> = histories.iter().filter_map(|history| history.incident.evidence.as_ref()).collect();
    let folders =
        logs.iter().flat_map(|log| log.unsettled_evidence.iter().map(|folder| format!("{}/{folder}", log.origin)));
    let evidence: Vec<String> = folders.filter(|folder| !recorded.contains(&folder)).collect();
    let units = station.area_on(today).map(|area| [&area.commune.name, &area.district.name, &area.province.name]);
    let units: Vec<&str> = units.into_iter().flatten().filter(|name| !name.is_empty()).map(String::as_str).collect();
    let logged_name = logs.iter().map(|log| &log.name).find(|name| !name.is_empty());
    let enrolled_at = registry.logs_of_station(&station.id).next().and_then(|log| vietnam_time(&log.enrolled_at));
    StationRecord {
        station: id.to_owned(),
        name: registry.station_name(id).or(logged_name.map(String::as_str)).unwrap_or_default().to_owned(),
        place: units.join(" / "),
        contact: station.contact.line(),
        log_count: registry.logs_of_station(&station.id).count(),
        enrolled_on: enrolled_at.map(|at| at.date_naive()),
        newest_at: newest_log.map(|(at, _)| at),
        program: newest_log.and_then(|(_, log)| log.program.clone()),
        faults: logs.iter().filter_map(|log| log.fault.clone()).collect(),
        evidence,
        incidents: histories,
        overlaps: context.second_logs.overlaps.iter().filter(|overlap| is_of(overlap, id)).cloned().collect(),
        new_logs: new_logs(station, registry, today),
        is_registration_disputed: false,
        missed_targets: Vec::new(),
        notes: None,
    }
}

/// Returns the numbers of a station's logs after the first one that were enrolled recently, and the days of that.
fn new_logs(station: &RegisteredStation, registry: &Registry, today: NaiveDate) -> Vec<(usize, NaiveDate)> {
    let days = registry.logs_of_station(&station.id).map(|log| vietnam_time(&log.enrolled_at));
    let later_days = days.zip(1..).skip(1).filter_map(|(at, number)| Some((number, at?.date_naive())));
    later_days.filter(|(_, day)| today.signed_duration_since(*day).num_days() <= NEW_LOG_DAYS).collect()
}

fn is_of(overlap: &LogOverlap, station: &str) -> bool {
    overlap.station == station
}

fn newest_at(log: &LogEvidence) -> Option<DateTime<FixedOffset>> {
    DateTime::parse_from_rfc3339(log.newest_at.as_ref()?).ok()
}

/// Returns what is to be answered. The notes are ordered by date, so the last one is on the latest airing.
fn unanswered_notes(station: &str, mut notes: NotesOnMisses, answers: &AiringAnswers) -> Option<UnansweredNotes> {
    notes.retain(|(_, airing), note| !answers.has_answered(station, airing, note.seq));
    let airings = notes.len() as u64;
    let ((date, _), NoteOnMiss { text, .. }) = notes.into_iter().next_back()?;
    Some(UnansweredNotes { airings, date, text })
}
