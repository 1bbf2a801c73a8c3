//! The logs that the witness has recorded, compared with a registry.
use std::collections::BTreeSet;

use crate::proof::origin::station_in_origin;

/// The logs of a registry that the witness has countersigned, and the stations of all logs that it has recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountersignedLogs {
    /// Origins of the logs whose recorded heads are signed with their keys in the registry.
    pub logs: BTreeSet<String>,
    /// Ids of the stations of all logs that the witness has recorded.
    pub stations: BTreeSet<String>,
}

impl CountersignedLogs {
    /// Returns whether the witness has recorded logs of the same station, but has not countersigned this one.
    pub(super) fn contradicts(&self, origin: &str) -> bool {
        !self.logs.contains(origin) && station_in_origin(origin).is_some_and(|station| self.stations.contains(station))
    }
}

/// Origins of logs that the witness has recorded and a registry does not list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnlistedLogs {
    /// Logs in the registry's store.
    pub in_this_store: Vec<String>,
    /// Logs that are not in the registry's store. Their store is unknown.
    pub in_unknown_store: Vec<String>,
}
