//! Makes the table of `loa collect`: a row for each log that was found, and for each enrolled station without one.
use std::collections::BTreeSet;
use std::io;
use std::sync::Mutex;

use super::print::format_to_minute;
use super::row::{CollectRow, CollectState};
use crate::airlog::storage::FolderStorage;
use crate::base::id::Id;
use crate::cli::department::registry_review::ExaminedRegistry;
use crate::cli::words::fault_text;
use crate::department::collect::{CollectOutcome, unsettled_evidence};
use crate::department::collect_many::SourceOutcome;
use crate::department::journal::history::IncidentHistory;
use crate::department::registry::Registry;
use crate::department::registry::accepted::RegistryDifference;
use crate::department::witness::Witness;
use crate::logstore::export::ExportSummary;
use crate::logstore::location::StorageLocation;
use crate::proof::origin::station_in_origin;
use crate::proof::verify::VerifyError;
use crate::text::department::DepartmentText;

/// The inputs of the table.
pub(super) struct CollectTable<'a> {
    pub(super) registry: &'a Registry,
    pub(super) examined_registry: &'a ExaminedRegistry,
    pub(super) store: &'a StorageLocation,
    pub(super) witness: &'a Mutex<Witness<FolderStorage>>,
    /// The maximum age of a station's newest entry, in days. If the entry is older, the station counts as silent.
    pub(super) max_silence_days: i64,
    /// The incidents of earlier collections.
    pub(super) incidents: Vec<IncidentHistory>,
}

impl CollectTable<'_> {
    /// Returns the rows, sorted by station, origin and location.
    pub(super) fn rows(&self, outcomes: Vec<SourceOutcome>) -> Vec<CollectRow> {
        // Anybody can make a log that bears a station's name. Such a log must not hide that the station's own log is
        // missing.
        let is_attributable = |outcome: &&SourceOutcome| match &outcome.result {
            Ok(CollectOutcome::Refused { error, .. }) => !is_unattributable(error),
            Ok(
                CollectOutcome::Collected { .. }
                | CollectOutcome::StoreMismatch { .. }
                | CollectOutcome::OlderCopy { .. }
                | CollectOutcome::NotEnrolled { .. },
            )
            | Err(_) => true,
        };
        let seen_origins: BTreeSet<String> =
            outcomes.iter().filter(is_attributable).map(|outcome| outcome.origin.clone()).collect();
        let mut rows: Vec<CollectRow> = outcomes.into_iter().map(|outcome| self.source_row(outcome)).collect();
        for station in self.registry.stations.values() {
            let logs: Vec<_> = self.registry.logs_of_station(&station.id).collect();
            if logs.iter().any(|log| seen_origins.contains(&log.key.name)) {
                continue;
            }
            let origin = logs.last().map(|log| log.key.name.clone()).unwrap_or_default();
            let mut row = self.empty_row(station.id.as_str(), &origin, CollectState::NoSourceHasLog);
            (row.newest_entry_at, row.entries) = self.newest_time_and_count(&origin);
            let at = row.newest_entry_at.clone().map(|at| format_to_minute(&at));
            row.remarks.push(at.map_or(DepartmentText::NothingEver {}, |at| DepartmentText::NothingSince { at }));
            row.is_good = !self.is_silent(row.newest_entry_at.as_deref());
            rows.push(row);
        }
        // Logs that were removed from the registry are not in the loop above.
        for difference in &self.examined_registry.differences {
            if let RegistryDifference::LogMissing { origin } = difference
                && !seen_origins.contains(origin)
            {
                let mut row = self.empty_row(
                    station_in_origin(origin).unwrap_or_default(),
                    origin,
                    CollectState::RemovedFromRegistry,
                );
                (row.newest_entry_at, row.entries) = self.newest_time_and_count(origin);
                row.is_good = false;
                row.remarks.push(DepartmentText::RemovedFromRegistry {});
                rows.push(row);
            }
        }
        self.add_unsettled_evidence(&mut rows);
        self.add_overlaps(&mut rows);
        self.add_contacts(&mut rows);
        rows.sort_by(|a, b| (&a.station, &a.origin, &a.location).cmp(&(&b.station, &b.origin, &b.location)));
        rows
    }

    /// Adds a remark to each log against which the store holds evidence, so that nobody forgets it before it is settled.
    fn add_unsettled_evidence(&self, rows: &mut Vec<CollectRow>) {
        for log in self.registry.logs() {
            let origin = &log.key.name;
            let folders = unsettled_evidence(&self.store.child_storage(origin));
            if folders.is_empty() {
                continue;
            }
            if rows.iter().all(|row| row.origin != *origin) {
                let station = station_in_origin(origin).unwrap_or_default();
                let mut row = self.empty_row(station, origin, CollectState::NoSourceHasLog);
                (row.newest_entry_at, row.entries) = self.newest_time_and_count(origin);
                rows.push(row);
            }
            for row in rows.iter_mut().filter(|row| row.origin == *origin) {
                row.is_good = false;
                // For a refused log, the evidence is named below the table.
                if row.evidence_path.is_none() {
                    row.remarks.push(DepartmentText::Unsettled { folders: folders.join(", ") });
                }
            }
        }
    }

    pub(super) fn empty_row(&self, station: &str, origin: &str, state: CollectState) -> CollectRow {
        let enrolled_station = Id::new(station).and_then(|id| self.registry.stations.get(&id));
        CollectRow {
            station: station.to_owned(),
            name: enrolled_station.map(|station| station.name.clone()).unwrap_or_default(),
            origin: origin.to_owned(),
            location: None,
            new_entries: 0,
            entries: 0,
            new_entries_span: None,
            state,
            remarks: Vec::new(),
            newest_entry_at: None,
            evidence_path: None,
            exposed_since: None,
            plausibility_json: None,
            read_from: None,
            fault: None,
            refused: None,
            known_head: None,
            finding_count: 0,
            false_file: None,
            files_repaired: 0,
            is_good: true,
        }
    }

    fn source_row(&self, outcome: SourceOutcome) -> CollectRow {
        let station = station_in_origin(&outcome.origin).unwrap_or_default();
        let mut row = self.empty_row(station, &outcome.origin, CollectState::Failed);
        row.location = Some(outcome.location.clone());
        row.refused = outcome.refused;
        match outcome.result {
            Ok(collect_outcome) => self.fill_from_outcome(&mut row, collect_outcome),
            Err(e) => {
                let is_storage_full = matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
                row.state = if is_storage_full { CollectState::NoSpace } else { CollectState::Failed };
                row.remarks.push(if is_storage_full {
                    DepartmentText::StoreFull {}
                } else {
                    DepartmentText::Failed { detail: e.to_string() }
                });
                row.is_good = false;
            }
        }
        if row.station.is_empty() {
            row.station.clone_from(&outcome.location);
        }
        let log_index = Id::new(&row.station)
            .and_then(|id| self.registry.logs_of_station(&id).position(|log| log.key.name == row.origin));
        if let Some(index) = log_index.filter(|index| *index > 0) {
            row.remarks.push(DepartmentText::NumberedLog { number: index + 1 });
        }
        if let Some(since) = self.registry.log(&row.origin).and_then(|log| log.exposed_since.clone()) {
            row.remarks.push(DepartmentText::Exposed { since: since.clone() });
            row.exposed_since = Some(since);
            row.is_good = false;
        }
        row
    }

    fn fill_from_outcome(&self, row: &mut CollectRow, outcome: CollectOutcome) {
        match outcome {
            CollectOutcome::Collected { summary, is_unfinished, read_from, return_error, ignored_unsigned_head } => {
                self.fill_collected(row, &summary, return_error);
                add_reading_remark(row, read_from);
                if is_unfinished {
                    row.remarks.push(DepartmentText::Unfinished {});
                }
                if ignored_unsigned_head {
                    row.remarks.push(DepartmentText::UnsignedRememberedHead {});
                }
                row.files_repaired = summary.files_repaired;
                if summary.files_repaired > 0 {
                    row.remarks.push(DepartmentText::StoreFilesRepaired { files: summary.files_repaired });
                }
                self.add_plausibility(row, &summary);
                // The time of a verified entry is preferred, because entries read from the store are not verified here.
                let newest_verified = row.new_entries_span.as_ref().map(|(_, until)| until.clone());
                row.newest_entry_at = newest_verified.or_else(|| self.newest_time_and_count(&row.origin).0);
                self.add_silence_remark(row);
            }
            CollectOutcome::StoreMismatch { name, .. } => {
                (row.state, row.is_good) = (CollectState::StoreMismatch, false);
                row.remarks.push(DepartmentText::StoreMismatch { name: name.clone() });
                row.false_file = Some(name);
            }
            CollectOutcome::OlderCopy { size, .. } => {
                row.state = CollectState::OldCopy;
                (row.newest_entry_at, row.entries) = self.newest_time_and_count(&row.origin);
                row.remarks.push(DepartmentText::Old { size });
                self.add_earlier_findings(row);
                self.add_silence_remark(row);
            }
            CollectOutcome::NotEnrolled { origin } => self.fill_not_enrolled(row, &origin),
            CollectOutcome::Refused { error, evidence, .. } => {
                if !is_unattributable(&error) {
                    (row.newest_entry_at, row.entries) = self.newest_time_and_count(&row.origin);
                    row.known_head = self.known_head(&row.origin);
                }
                fill_refused(row, &error, evidence);
            }
        }
    }

    /// Fills the row of a log whose entries were verified and written to the store.
    fn fill_collected(&self, row: &mut CollectRow, summary: &ExportSummary, return_error: Option<io::Error>) {
        row.state = CollectState::Whole;
        row.entries = summary.verified.entries;
        row.new_entries = row.entries.saturating_sub(summary.entries_before);
        row.new_entries_span.clone_from(&summary.new_entries_span);
        let missing: Vec<_> =
            summary.missing.iter().filter(|error| !matches!(error, VerifyError::Torn { .. })).collect();
        row.is_good = missing.is_empty() && return_error.is_none() && summary.files_repaired == 0;
        row.fault = missing.first().map(|error| (*error).clone());
        row.remarks.extend(missing.first().map(|error| DepartmentText::WholeWithFault { fault: fault_text(error) }));
        row.remarks.extend(return_error.map(|e| DepartmentText::NotReturned { detail: e.to_string() }));
        if row.remarks.is_empty() {
            row.remarks.push(DepartmentText::Whole {});
        }
    }

    fn fill_not_enrolled(&self, row: &mut CollectRow, origin: &str) {
        row.is_good = false;
        let (state, remark) = match self.examined_registry.dispute(origin) {
            Some(RegistryDifference::LogMissing { .. }) => {
                (CollectState::RemovedFromRegistry, DepartmentText::RemovedFromRegistry {})
            }
            Some(_) => (CollectState::NotAccepted, DepartmentText::NotAccepted {}),
            None => {
                let is_enrolled = Id::new(&row.station).is_some_and(|id| self.registry.stations.contains_key(&id));
                let remark = if is_enrolled { DepartmentText::UnknownDisk {} } else { DepartmentText::UnknownKey {} };
                (CollectState::UnknownKey, remark)
            }
        };
        row.state = state;
        row.remarks.push(remark);
    }
}

/// Adds a remark to the row of a source that brought nothing new: it was read before, and what was read then is not
/// read again.
fn add_reading_remark(row: &mut CollectRow, read_from: u64) {
    row.read_from = Some(read_from);
    if row.new_entries == 0 && row.entries > 0 {
        row.remarks.push(if read_from > 0 { DepartmentText::NothingRead {} } else { DepartmentText::NothingNew {} });
    }
}

/// Fills the row of a log that was refused.
fn fill_refused(row: &mut CollectRow, error: &VerifyError, evidence: Option<String>) {
    let fault = fault_text(error);
    (row.state, row.is_good) = (refusal_state(error), false);
    row.evidence_path = evidence;
    row.fault = Some(error.clone());
    if is_unattributable(error) {
        let station = std::mem::take(&mut row.station);
        row.name.clear();
        row.remarks.push(DepartmentText::FalseStationName { station, fault });
        return;
    }
    row.remarks.push(match row.state {
        CollectState::RolledBack => DepartmentText::RolledBack { fault },
        CollectState::Fork => DepartmentText::Forked { fault },
        CollectState::Tampered => DepartmentText::Tampered { fault },
        _ => DepartmentText::NoProof { fault },
    });
}

/// Returns `true` if anybody could have written the refused log. Such a log proves nothing about the station.
fn is_unattributable(error: &VerifyError) -> bool {
    refusal_state(error) == CollectState::NotSigned
}

/// Returns the state of a refused log.
fn refusal_state(error: &VerifyError) -> CollectState {
    match error {
        VerifyError::RolledBack { .. } => CollectState::RolledBack,
        VerifyError::Fork { .. } => CollectState::Fork,
        VerifyError::NoLog | VerifyError::Rehearsal { .. } | VerifyError::HeadUnreadable => {
            CollectState::NoCollectableLog
        }
        VerifyError::WrongKey | VerifyError::HeadForged | VerifyError::OtherLog { .. } | VerifyError::GenesisKeys => {
            CollectState::NotSigned
        }
        VerifyError::Truncated { .. }
        | VerifyError::Entry { .. }
        | VerifyError::TooLong { .. }
        | VerifyError::GenesisMissing
        | VerifyError::ClosingsUnreadable
        | VerifyError::ClosingMissing { .. }
        | VerifyError::EpochChanged { .. }
        | VerifyError::ClosingForged { .. }
        | VerifyError::ExtraClosings
        | VerifyError::EpochEntry { .. }
        | VerifyError::OpenEpochChanged { .. }
        | VerifyError::HeadEpoch { .. }
        | VerifyError::TileMissing { .. }
        | VerifyError::TileDiffers { .. }
        | VerifyError::KeptMissing { .. }
        | VerifyError::KeptDiffers { .. }
        | VerifyError::Torn { .. }
        | VerifyError::SeenForged
        | VerifyError::CosignedForged
        | VerifyError::NoSuchCode
        | VerifyError::NoSuchAiring
        | VerifyError::ReceiptUnreadable
        | VerifyError::ReceiptProof { .. } => CollectState::Tampered,
    }
}
