//! Sentences for faults of a journal and for incidents.
use super::fault::JournalFault;
use super::history::vietnam_time;
use super::incident::{Incident, IncidentCode};
use crate::text::count::Grouped;
use crate::text::journal::{IncidentText, JournalFaultText};

/// Returns the sentence for a fault.
#[must_use]
pub fn journal_fault_text(fault: &JournalFault) -> JournalFaultText {
    match fault.clone() {
        JournalFault::Missing { known } => JournalFaultText::Missing { known: known.into() },
        JournalFault::RolledBack { size, known } => JournalFaultText::RolledBack { size, known },
        JournalFault::Edited { entry } => JournalFaultText::Edited { entry },
        JournalFault::LinesMissing { lines, size } => JournalFaultText::LinesMissing { lines, size },
        JournalFault::Forked { entry } => JournalFaultText::Forked { entry },
        JournalFault::HeadUnsigned => JournalFaultText::HeadUnsigned {},
        JournalFault::OtherKey { key } => JournalFaultText::OtherKey { key },
        JournalFault::OtherJournal { origin } => JournalFaultText::OtherJournal { origin },
        JournalFault::CopyDamaged => JournalFaultText::CopyDamaged {},
    }
}

/// Returns the sentence for what happened.
#[must_use]
pub fn incident_text(incident: &Incident) -> IncidentText {
    let entries = |number: Option<u64>| Grouped(number.unwrap_or(0).into());
    let count = incident.count.unwrap_or(0).max(1);
    match incident.code {
        IncidentCode::Tampered => {
            incident.first_entry.map_or(IncidentText::TamperedSomewhere {}, |entry| IncidentText::Tampered { entry })
        }
        IncidentCode::RolledBack => {
            IncidentText::RolledBack { size: entries(incident.size), known: entries(incident.known_size) }
        }
        IncidentCode::Fork => IncidentText::Fork { size: entries(incident.size) },
        IncidentCode::Implausible => IncidentText::Implausible { count: count.into() },
        IncidentCode::Overlap => IncidentText::Overlap { days: count.into() },
        IncidentCode::ExposedKey => {
            let since = incident.since.clone().unwrap_or_default();
            IncidentText::ExposedKey { since: format_day(&since) }
        }
        IncidentCode::NotSigned => IncidentText::NotSigned {},
        IncidentCode::StoreLies => IncidentText::StoreLies { name: incident.name.clone().unwrap_or_default() },
        IncidentCode::StoreRepaired => IncidentText::StoreRepaired { files: count.into() },
        IncidentCode::Journal => JournalFault::from_incident(incident)
            .map_or(IncidentText::Other {}, |fault| IncidentText::Journal { fault: journal_fault_text(&fault) }),
        IncidentCode::TakenOut => IncidentText::TakenOut {},
        IncidentCode::NotAccepted => IncidentText::NotAccepted {},
        IncidentCode::UnknownKey => IncidentText::UnknownKey {},
        IncidentCode::Incomplete => IncidentText::Incomplete {},
        IncidentCode::NoLog => IncidentText::NoLog {},
        IncidentCode::NoSpace => IncidentText::NoSpace {},
        IncidentCode::Failed => IncidentText::Failed {},
        IncidentCode::Other => IncidentText::Other {},
    }
}

/// Formats the day of a time in Vietnam; other text is returned unchanged.
#[must_use]
pub fn format_day(at: &str) -> String {
    vietnam_time(at).map_or_else(|| at.to_owned(), |at| at.format("%d/%m/%Y").to_string())
}

/// Formats a time in Vietnam to the minute; other text is returned unchanged.
#[must_use]
pub fn format_minute(at: &str) -> String {
    vietnam_time(at).map_or_else(|| at.to_owned(), |at| at.format("%d/%m/%Y %H:%M").to_string())
}
