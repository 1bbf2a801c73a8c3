//! Differences between a registry and what was accepted of it.
use crate::proof::entry::station_in_origin;

/// A difference between a registry and what was accepted of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegistryDifference {
    /// A log has been enrolled that nobody here has enrolled, or under another key, or with another date.
    LogDiffers {
        /// Its name.
        origin: String,
    },
    /// A log is there no more.
    LogMissing {
        /// Its name.
        origin: String,
    },
    /// The mark that its keys are in other hands has come, has gone, or says another time.
    ExposureDiffers {
        /// Its name.
        origin: String,
    },
    /// A station's name, language or place.
    StationDiffers {
        /// Its id.
        id: String,
    },
    /// The office itself.
    DepartmentDiffers,
}

impl RegistryDifference {
    /// The log that may not be signed or counted because of it.
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
