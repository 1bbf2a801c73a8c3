//! Differences between a registry and its accepted facts.
use crate::proof::origin::station_in_origin;

/// A difference between a registry and its accepted facts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegistryDifference {
    /// A log was added, or its key or time of enrolment differs.
    LogDiffers {
        /// The origin of the log.
        origin: String,
    },
    /// An accepted log is missing from the registry.
    LogMissing {
        /// The origin of the log.
        origin: String,
    },
    /// The exposure of a log's keys was added or removed, or its time differs.
    ExposureDiffers {
        /// The origin of the log.
        origin: String,
    },
    /// A station's name, language or areas differ.
    StationDiffers {
        /// The station's id.
        id: String,
    },
    /// The details of the department differ.
    DepartmentDiffers,
}

impl RegistryDifference {
    /// Returns the origin of the log that must not be countersigned or counted because of this difference.
    #[must_use]
    pub fn disputed_log(&self) -> Option<&str> {
        match self {
            Self::LogDiffers { origin } | Self::LogMissing { origin } | Self::ExposureDiffers { origin } => {
                Some(origin)
            }
            Self::StationDiffers { .. } | Self::DepartmentDiffers => None,
        }
    }
}

/// Returns the station id of a missing log; `None` for other differences.
pub(super) fn station_of_missing_log(difference: &RegistryDifference) -> Option<String> {
    match difference {
        RegistryDifference::LogMissing { origin } => station_in_origin(origin).map(str::to_owned),
        _ => None,
    }
}
