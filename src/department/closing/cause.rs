//! Why numbers differ from those of a closed period.
use std::collections::{BTreeMap, BTreeSet};

use super::PROGRAM;
use super::manifest::{ClosingManifest, StatedCopy};
use crate::department::registry::{RegisteredStation, Registry};
use crate::department::report::LogEvidence;
use crate::department::report::figures::format_count;
use crate::department::report::labels::station_label;
use crate::text::closing::CauseText;
use crate::text::{Lang, Localize, strip_unprintable};

/// A reason for differences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// The id of the station; empty if it concerns no single station.
    pub station: String,
    /// The station's name.
    pub name: String,
    /// What has happened.
    pub kind: CauseKind,
}

/// What has happened since a closing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CauseKind {
    /// Entries after the closed head have arrived.
    LaterEntries {
        /// Their number.
        entries: u64,
    },
    /// A log was counted that had not been counted before.
    NewLog {
        /// The number of its entries.
        entries: u64,
    },
    /// A log that was counted is not counted any more.
    LogGone,
    /// Files of plans have arrived.
    PlansArrived {
        /// Their number.
        plans: u64,
    },
    /// The station has another name in the registry.
    Renamed {
        /// The closed name.
        closed: String,
        /// The name now.
        now: String,
    },
    /// The station has another place in the registry.
    Moved,
    /// The registry did not have the station.
    StationAdded,
    /// The registry no longer has the station.
    StationRemoved,
    /// The registry has other logs of the station, or other dates or an exposure of their keys: they decide which entries
    /// count.
    RegistryLog,
    /// Other targets were accepted.
    Targets,
    /// Files of stated rows were added, or are not counted any more.
    StatedRows,
    /// Another version of the program counts.
    Program {
        /// The version that counted the closed numbers.
        closed: String,
        /// The version now.
        now: String,
    },
}

/// The inputs of a closed period, and the present ones.
pub struct CountedFrom<'a> {
    /// The registry.
    pub registry: &'a Registry,
    /// The bytes of the targets, if there are any.
    pub targets: Option<&'a [u8]>,
    /// The files of stated rows.
    pub stated: &'a [StatedCopy],
}

/// Finds the causes. `evidence` and `missing_plans` are those of the logs now.
#[must_use]
pub fn causes(
    manifest: &ClosingManifest,
    closed: &CountedFrom<'_>,
    now: &CountedFrom<'_>,
    evidence: &[LogEvidence],
    missing_plans: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<Cause> {
    let mut causes = log_causes(manifest, now.registry, evidence, missing_plans);
    causes.extend(registry_causes(closed.registry, now.registry));
    let general = |kind: CauseKind| Cause { station: String::new(), name: String::new(), kind };
    if closed.targets != now.targets {
        causes.push(general(CauseKind::Targets));
    }
    if closed.stated != now.stated {
        causes.push(general(CauseKind::StatedRows));
    }
    if manifest.program != PROGRAM {
        causes.push(general(CauseKind::Program { closed: manifest.program.clone(), now: PROGRAM.to_owned() }));
    }
    causes
}

fn log_causes(
    manifest: &ClosingManifest,
    registry: &Registry,
    evidence: &[LogEvidence],
    missing_plans: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<Cause> {
    let name_of = |station: &str| registry.station_name(station).unwrap_or_default().to_owned();
    let cause = |station: &str, kind: CauseKind| Cause { station: station.to_owned(), name: name_of(station), kind };
    let mut causes = Vec::new();
    for log in &manifest.logs {
        let present = evidence.iter().find(|present| present.origin == log.origin && present.fault.is_none());
        match present.map(|present| present.entries) {
            None => causes.push(cause(&log.station, CauseKind::LogGone)),
            Some(entries) if entries > log.entries => {
                causes.push(cause(&log.station, CauseKind::LaterEntries { entries: entries - log.entries }));
            }
            Some(_) => {}
        }
        let still_missing = missing_plans.get(&log.origin);
        let is_missing = |plan: &String| still_missing.is_some_and(|plans| plans.contains(plan));
        let arrived = log.missing_plans.iter().filter(|plan| !is_missing(plan)).count() as u64;
        if arrived > 0 && present.is_some() {
            causes.push(cause(&log.station, CauseKind::PlansArrived { plans: arrived }));
        }
    }
    let is_counted = |origin: &str| manifest.logs.iter().any(|log| log.origin == origin);
    let new_logs = evidence.iter().filter(|log| log.fault.is_none() && log.entries > 0 && !is_counted(&log.origin));
    causes.extend(new_logs.map(|log| cause(&log.station, CauseKind::NewLog { entries: log.entries })));
    causes
}

fn registry_causes(closed: &Registry, now: &Registry) -> Vec<Cause> {
    let cause = |station: &RegisteredStation, kind: CauseKind| Cause {
        station: station.id.to_string(),
        name: station.name.clone(),
        kind,
    };
    let mut causes = Vec::new();
    for (id, station) in &closed.stations {
        let Some(present) = now.stations.get(id) else {
            causes.push(cause(station, CauseKind::StationRemoved));
            continue;
        };
        if present.name != station.name {
            let kind = CauseKind::Renamed { closed: station.name.clone(), now: present.name.clone() };
            causes.push(cause(present, kind));
        }
        if present.areas != station.areas {
            causes.push(cause(present, CauseKind::Moved));
        }
        // A log that was only added is told as a new one once it is counted.
        let closed_logs: Vec<_> = closed.logs_of_station(id).collect();
        let present_logs: Vec<_> = now.logs_of_station(id).collect();
        if !present_logs.starts_with(&closed_logs) {
            causes.push(cause(present, CauseKind::RegistryLog));
        }
    }
    let added = now.stations.values().filter(|station| !closed.stations.contains_key(&station.id));
    causes.extend(added.map(|station| cause(station, CauseKind::StationAdded)));
    causes
}

impl Cause {
    /// Returns the cause in a CSV: its code, and the station after a colon.
    #[must_use]
    pub fn code(&self) -> String {
        let code = match &self.kind {
            CauseKind::LaterEntries { .. } => "later-entries",
            CauseKind::NewLog { .. } => "new-log",
            CauseKind::LogGone => "log-gone",
            CauseKind::PlansArrived { .. } => "plans-arrived",
            CauseKind::Renamed { .. } => "renamed",
            CauseKind::Moved => "moved",
            CauseKind::StationAdded => "station-added",
            CauseKind::StationRemoved => "station-removed",
            CauseKind::RegistryLog => "registry-log",
            CauseKind::Targets => "targets",
            CauseKind::StatedRows => "stated-rows",
            CauseKind::Program { .. } => "program",
        };
        if self.station.is_empty() { code.to_owned() } else { format!("{code}:{}", self.station) }
    }

    /// Returns the cause in words.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let station = strip_unprintable(&station_label(&self.station, &self.name));
        let count = |number: u64| format_count(number, lang);
        let text = match &self.kind {
            CauseKind::LaterEntries { entries } => CauseText::LaterEntries { station, entries: count(*entries) },
            CauseKind::NewLog { entries } => CauseText::NewLog { station, entries: count(*entries) },
            CauseKind::LogGone => CauseText::LogGone { station },
            CauseKind::PlansArrived { plans } => CauseText::PlansArrived { station, plans: count(*plans) },
            CauseKind::Renamed { closed, now } => {
                CauseText::Renamed { closed: strip_unprintable(closed), now: strip_unprintable(now) }
            }
            CauseKind::Moved => CauseText::Moved { station },
            CauseKind::StationAdded => CauseText::StationAdded { station },
            CauseKind::StationRemoved => CauseText::StationRemoved { station },
            CauseKind::RegistryLog => CauseText::RegistryLog { station },
            CauseKind::Targets => CauseText::Targets {},
            CauseKind::StatedRows => CauseText::StatedRows {},
            CauseKind::Program { closed, now } => {
                CauseText::Program { closed: strip_unprintable(closed), now: now.clone() }
            }
        };
        text.to_plain(lang)
    }
}
