//! Logs that the witness remembers, set against a registry.
use std::collections::BTreeSet;

use crate::proof::entry::station_in_origin;

/// What the witness has countersigned of a registry's stations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountersignedLogs {
    /// Logs whose remembered heads are signed by the keys that the registry gives them.
    pub logs: BTreeSet<String>,
    /// The stations of all logs that it remembers.
    pub stations: BTreeSet<String>,
}

impl CountersignedLogs {
    /// Whether a station's logs were countersigned, and this is none of them.
    pub(super) fn contradicts(&self, origin: &str) -> bool {
        !self.logs.contains(origin) && station_in_origin(origin).is_some_and(|station| self.stations.contains(station))
    }
}

/// Logs that the witness remembers and a registry lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnlistedLogs {
    /// They lie in the registry's own store.
    pub in_this_store: Vec<String>,
    /// Nobody knows into which store they were collected.
    pub strays: Vec<String>,
}
