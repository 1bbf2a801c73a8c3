//! Logs that the witness remembers, compared with a registry.
use std::collections::BTreeSet;

use crate::proof::origin::station_in_origin;

/// The logs of a registry's stations that the witness has countersigned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountersignedLogs {
    /// Origins whose recorded heads are signed with the keys in the registry.
    pub logs: BTreeSet<String>,
    /// The stations of all logs that the witness remembers.
    pub stations: BTreeSet<String>,
}

impl CountersignedLogs {
    /// Returns whether the witness has countersigned logs of the same station but not this one.
    pub(super) fn contradicts(&self, origin: &str) -> bool {
        !self.logs.contains(origin) && station_in_origin(origin).is_some_and(|station| self.stations.contains(station))
    }
}

/// Logs that the witness remembers and a registry does not list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnlistedLogs {
    /// Logs in the registry's own store.
    pub in_this_store: Vec<String>,
    /// Logs whose store is unknown.
    pub strays: Vec<String>,
}
