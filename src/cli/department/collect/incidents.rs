//! The incidents in the rows of a collection.
use std::collections::BTreeSet;

use super::row::{CollectRow, CollectState};
use crate::department::journal::incident::{Incident, IncidentCode};
use crate::proof::origin::station_in_origin;
use crate::proof::verify::VerifyError;
use crate::text::department::DepartmentText;

/// Returns the incidents of a row. A station that is silent, an older copy, and a countersignature that could not be
/// written back are none: they say nothing against a log.
pub(super) fn incidents_of(row: &CollectRow) -> Vec<Incident> {
    let with_code = |code: IncidentCode| base_incident(row, code);
    let mut incidents = Vec::new();
    if let Some(code) = code_of(row.state) {
        let mut incident = with_code(code);
        match row.state {
            CollectState::Implausible => incident.count = Some(row.finding_count.max(1)),
            CollectState::StoreMismatch => incident.name.clone_from(&row.false_file),
            _ => add_fault(&mut incident, row),
        }
        incidents.push(incident);
    }
    if matches!(row.state, CollectState::Whole | CollectState::Implausible | CollectState::Overlap)
        && row.fault.is_some()
    {
        let mut incident = with_code(IncidentCode::Incomplete);
        incident.fault = row.fault.as_ref().map(|fault| fault.code().to_owned());
        incidents.push(incident);
    }
    if let Some(days) = overlap_days(row) {
        incidents.push(Incident { count: Some(days), ..with_code(IncidentCode::Overlap) });
    }
    if row.files_repaired > 0 {
        incidents.push(Incident { count: Some(row.files_repaired), ..with_code(IncidentCode::StoreRepaired) });
    }
    if let Some(since) = &row.exposed_since {
        incidents.push(Incident { since: Some(since.clone()), ..with_code(IncidentCode::ExposedKey) });
    }
    incidents
}

/// Returns the logs of which whole copies were taken.
pub(super) fn whole_origins(rows: &[CollectRow]) -> BTreeSet<String> {
    let is_whole = |row: &&CollectRow| row.state == CollectState::Whole && row.fault.is_none();
    rows.iter().filter(is_whole).map(|row| row.origin.clone()).collect()
}

/// Returns the code of an incident; `None` for a state that is none.
fn code_of(state: CollectState) -> Option<IncidentCode> {
    match state {
        // An overlap is found by its remark, because the row may also have another state.
        CollectState::Whole | CollectState::Overlap | CollectState::OldCopy | CollectState::NoSourceHasLog => None,
        CollectState::Implausible => Some(IncidentCode::Implausible),
        CollectState::RemovedFromRegistry => Some(IncidentCode::TakenOut),
        CollectState::NotAccepted => Some(IncidentCode::NotAccepted),
        CollectState::UnknownKey => Some(IncidentCode::UnknownKey),
        CollectState::StoreMismatch => Some(IncidentCode::StoreLies),
        CollectState::NoSpace => Some(IncidentCode::NoSpace),
        CollectState::Failed => Some(IncidentCode::Failed),
        CollectState::RolledBack => Some(IncidentCode::RolledBack),
        CollectState::Fork => Some(IncidentCode::Fork),
        CollectState::NoCollectableLog => Some(IncidentCode::NoLog),
        CollectState::NotSigned => Some(IncidentCode::NotSigned),
        CollectState::Tampered => Some(IncidentCode::Tampered),
    }
}

/// Returns the number of days on which this log, brought by a source, and another log of the station ran at the same
/// time; `None` if there is no such log.
fn overlap_days(row: &CollectRow) -> Option<u64> {
    row.location.as_ref()?;
    row.remarks.iter().find_map(|remark| match remark {
        DepartmentText::LogsOverlap { days, .. } => Some(days.0),
        _ => None,
    })
}

/// Returns true for a log that anybody could have made. It is not laid to the station that it names.
fn is_unattributed(code: IncidentCode) -> bool {
    matches!(code, IncidentCode::NotSigned | IncidentCode::UnknownKey | IncidentCode::NoLog)
}

fn base_incident(row: &CollectRow, code: IncidentCode) -> Incident {
    let station = station_in_origin(&row.origin).filter(|_| !is_unattributed(code)).unwrap_or_default().to_owned();
    Incident {
        station,
        origin: row.origin.clone(),
        source: row.location.clone().unwrap_or_default(),
        ..Incident::new(code)
    }
}

/// Adds what the source has, and what was collected before.
fn add_fault(incident: &mut Incident, row: &CollectRow) {
    if let Some(fault) = &row.fault {
        incident.fault = Some(fault.code().to_owned());
        incident.first_entry = fault.first_entry();
        incident.size = match fault {
            VerifyError::RolledBack { size, .. } | VerifyError::Fork { size } => Some(*size),
            _ => None,
        };
        incident.known_size = match fault {
            VerifyError::RolledBack { seen, .. } => Some(*seen),
            _ => None,
        };
    }
    if let Some(refused) = &row.refused {
        if let Some((size, root)) = &refused.head {
            (incident.size, incident.root) = (Some(*size), Some(root.clone()));
        }
        incident.refused = Some(refused.bytes.clone());
    }
    if let Some((size, root)) = row.known_head.clone().filter(|_| !is_unattributed(incident.code)) {
        (incident.known_size, incident.known_root) = (incident.known_size.or(Some(size)), Some(root));
    }
    incident.evidence = row.evidence_path.as_ref().map(|path| format!("{}/{path}", row.origin));
}
