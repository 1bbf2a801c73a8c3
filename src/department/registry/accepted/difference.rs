//! Differences between a registry and its accepted facts.
use crate::proof::origin::station_in_origin;

/// A difference between a registry and its accepted facts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegistryDifference {
    /// A log is enrolled that nobody here has accepted, or its key or date of enrolment differs.
    LogDiffers {
        /// The log's name.
        origin: String,
    },
    /// An accepted log is missing.
    LogMissing {
        /// The log's name.
        origin: String,
    },
    /// The mark that others have the log's keys was added, removed, or given another time.
    ExposureDiffers {
        /// The log's name.
        origin: String,
    },
    /// A station's name, language or areas differ.
    StationDiffers {
        /// The station's id.
        id: String,
    },
    /// The department itself differs.
    DepartmentDiffers,
}

impl RegistryDifference {
    /// Returns the log that may not be signed or counted because of this difference.
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

pub(super) fn station_of_missing_log(one: &RegistryDifference) -> Option<String> {
    match one {
        RegistryDifference::LogMissing { origin } => station_in_origin(origin).map(str::to_owned),
        _ => None,
    }
}
