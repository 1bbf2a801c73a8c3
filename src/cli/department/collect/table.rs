//! The table of a collection: a row for each log that was found, and for each enrolled station without one.
use std::collections::BTreeSet;
use std::io;
use std::sync::Mutex;

use super::print::to_the_minute;
use super::row::{CollectRow, CollectState};
use crate::airlog::storage::FolderStorage;
use crate::base::id::Id;
use crate::cli::department::registry_review::ExaminedRegistry;
use crate::cli::words::fault_text;
use crate::department::collect::CollectOutcome;
use crate::department::collect_many::SourceOutcome;
use crate::department::registry::Registry;
use crate::department::registry::accepted::RegistryDifference;
use crate::department::witness::Witness;
use crate::logstore::export::ExportSummary;
use crate::logstore::location::StorageLocation;
use crate::proof::origin::station_in_origin;
use crate::proof::verify::VerifyError;
use crate::text::department::DepartmentText;

/// Inputs of the table.
pub(super) struct CollectTable<'a> {
    pub(super) registry: &'a Registry,
    pub(super) examined: &'a ExaminedRegistry,
    pub(super) store: &'a StorageLocation,
    pub(super) witness: &'a Mutex<Witness<FolderStorage>>,
    pub(super) silent_days: i64,
}

impl CollectTable<'_> {
    pub(super) fn rows(&self, gathered: Vec<SourceOutcome>) -> Vec<CollectRow> {
        // A log that only bears a station's name says nothing about the station.
        let of_it = |one: &&SourceOutcome| !matches!(&one.result, Ok(CollectOutcome::Refused { error, .. }) if is_unattributable(error));
        let seen: BTreeSet<String> = gathered.iter().filter(of_it).map(|one| one.origin.clone()).collect();
        let mut rows: Vec<CollectRow> = gathered.into_iter().map(|one| self.row(one)).collect();
        for station in self.registry.stations.values() {
            let logs: Vec<_> = self.registry.logs_of_station(&station.id).collect();
            if logs.iter().any(|log| seen.contains(&log.key.name)) {
                continue;
            }
            let origin = logs.last().map(|log| log.key.name.clone()).unwrap_or_default();
            let mut row = self.empty_row(station.id.as_str(), &origin, CollectState::Nothing);
            (row.newest, row.entries) = self.newest_entry(&origin);
            let at = row.newest.clone().map(|at| to_the_minute(&at));
            row.remarks.push(at.map_or(DepartmentText::NothingEver {}, |at| DepartmentText::NothingSince { at }));
            row.good = !self.is_silent(row.newest.as_deref());
            rows.push(row);
        }
        // A log that was removed from the registry has no station there.
        for one in &self.examined.differences {
            if let RegistryDifference::LogMissing { origin } = one
                && !seen.contains(origin)
            {
                let mut row =
                    self.empty_row(station_in_origin(origin).unwrap_or_default(), origin, CollectState::TakenOut);
                (row.newest, row.entries) = self.newest_entry(origin);
                row.good = false;
                row.remarks.push(DepartmentText::TakenOut {});
                rows.push(row);
            }
        }
        rows.sort_by(|a, b| (&a.station, &a.origin, &a.place).cmp(&(&b.station, &b.origin, &b.place)));
        rows
    }

    fn empty_row(&self, station: &str, origin: &str, state: CollectState) -> CollectRow {
        let known = Id::new(station).and_then(|id| self.registry.stations.get(&id));
        CollectRow {
            station: station.to_owned(),
            name: known.map(|station| station.name.clone()).unwrap_or_default(),
            origin: origin.to_owned(),
            place: None,
            new: 0,
            entries: 0,
            span: None,
            state,
            remarks: Vec::new(),
            newest: None,
            evidence: None,
            exposed: None,
            plausibility_json: None,
            good: true,
        }
    }

    fn row(&self, one: SourceOutcome) -> CollectRow {
        let mut row =
            self.empty_row(station_in_origin(&one.origin).unwrap_or_default(), &one.origin, CollectState::Failed);
        row.place = Some(one.location.clone());
        match one.result {
            Ok(collected) => self.fill(&mut row, collected),
            Err(e) => {
                let full = matches!(e.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
                row.state = if full { CollectState::NoSpace } else { CollectState::Failed };
                row.remarks.push(if full {
                    DepartmentText::StoreFull {}
                } else {
                    DepartmentText::Failed { detail: e.to_string() }
                });
                row.good = false;
            }
        }
        if row.station.is_empty() {
            row.station.clone_from(&one.location);
        }
        let number = Id::new(&row.station)
            .and_then(|id| self.registry.logs_of_station(&id).position(|log| log.key.name == row.origin));
        if let Some(number) = number.filter(|number| *number > 0) {
            row.remarks.push(DepartmentText::Replaced { number: number + 1 });
        }
        if let Some(since) = self.registry.log(&row.origin).and_then(|log| log.exposed_since.clone()) {
            row.remarks.push(DepartmentText::Exposed { since: since.clone() });
            row.exposed = Some(since);
            row.good = false;
        }
        row
    }

    fn fill(&self, row: &mut CollectRow, collected: CollectOutcome) {
        match collected {
            CollectOutcome::Taken { exported, unfinished, return_error, unsigned_state } => {
                self.fill_taken(row, &exported, return_error);
                if unfinished {
                    row.remarks.push(DepartmentText::Unfinished {});
                }
                if unsigned_state {
                    row.remarks.push(DepartmentText::UnsignedMemory {});
                }
                if exported.files_repaired > 0 {
                    row.remarks.push(DepartmentText::Mended { files: exported.files_repaired });
                }
                self.add_plausibility(row, &exported);
                // The entries that were verified name the newest one, when there are any; the store's answer is for
                // people only.
                let verified = row.span.as_ref().map(|(_, until)| until.clone());
                row.newest = verified.or_else(|| self.newest_entry(&row.origin).0);
                self.add_silence(row);
            }
            CollectOutcome::StoreMismatch { name, .. } => {
                (row.state, row.good) = (CollectState::StoreLies, false);
                row.remarks.push(DepartmentText::StoreLies { name });
            }
            CollectOutcome::OlderCopy { size, .. } => {
                row.state = CollectState::OldCopy;
                (row.newest, row.entries) = self.newest_entry(&row.origin);
                row.remarks.push(DepartmentText::Old { size });
                self.add_earlier_findings(row);
                self.add_silence(row);
            }
            CollectOutcome::NotEnrolled { origin } => self.fill_not_enrolled(row, &origin),
            CollectOutcome::Refused { error, evidence, .. } => fill_refused(row, &error, evidence),
        }
    }

    /// Fills the row of a log whose entries were verified and written to the store.
    fn fill_taken(&self, row: &mut CollectRow, exported: &ExportSummary, return_error: Option<io::Error>) {
        row.state = CollectState::Whole;
        row.entries = exported.verified.entries;
        row.new = row.entries.saturating_sub(exported.entries_before);
        row.span.clone_from(&exported.new_entries_span);
        let missing: Vec<_> =
            exported.missing.iter().filter(|wrong| !matches!(wrong, VerifyError::Torn { .. })).collect();
        row.good = missing.is_empty() && return_error.is_none() && exported.files_repaired == 0;
        row.remarks.extend(missing.first().map(|wrong| DepartmentText::Lacking { fault: fault_text(wrong) }));
        row.remarks.extend(return_error.map(|e| DepartmentText::NotReturned { detail: e.to_string() }));
        if row.remarks.is_empty() {
            row.remarks.push(DepartmentText::Whole {});
        }
    }

    fn fill_not_enrolled(&self, row: &mut CollectRow, origin: &str) {
        row.good = false;
        let (state, remark) = match self.examined.dispute(origin) {
            Some(RegistryDifference::LogMissing { .. }) => (CollectState::TakenOut, DepartmentText::TakenOut {}),
            Some(_) => (CollectState::NotAccepted, DepartmentText::NotAccepted {}),
            None => {
                let known = Id::new(&row.station).is_some_and(|id| self.registry.stations.contains_key(&id));
                let remark = if known { DepartmentText::UnknownDisk {} } else { DepartmentText::UnknownKey {} };
                (CollectState::UnknownKey, remark)
            }
        };
        row.state = state;
        row.remarks.push(remark);
    }
}

/// Fills the row of a log that was refused.
fn fill_refused(row: &mut CollectRow, error: &VerifyError, evidence: Option<String>) {
    let fault = fault_text(error);
    (row.state, row.good) = (refusal_state(error), false);
    row.evidence = evidence;
    if is_unattributable(error) {
        let station = std::mem::take(&mut row.station);
        row.name.clear();
        row.remarks.push(DepartmentText::NotTheirs { station, fault });
        return;
    }
    row.remarks.push(match row.state {
        CollectState::RolledBack => DepartmentText::RolledBack { fault },
        CollectState::Fork => DepartmentText::Forked { fault },
        CollectState::Tampered => DepartmentText::Tampered { fault },
        _ => DepartmentText::NoProof { fault },
    });
}

/// Returns whether anybody could have written the refused log, so that it says nothing about the station.
fn is_unattributable(wrong: &VerifyError) -> bool {
    matches!(
        wrong,
        VerifyError::WrongKey | VerifyError::HeadForged | VerifyError::OtherLog { .. } | VerifyError::GenesisKeys
    )
}

/// Returns the state of a refused log.
fn refusal_state(wrong: &VerifyError) -> CollectState {
    match wrong {
        VerifyError::RolledBack { .. } => CollectState::RolledBack,
        VerifyError::Fork { .. } => CollectState::Fork,
        VerifyError::NoLog | VerifyError::Rehearsal { .. } | VerifyError::HeadUnreadable => CollectState::NoLog,
        wrong if is_unattributable(wrong) => CollectState::NotSigned,
        _ => CollectState::Tampered,
    }
}
