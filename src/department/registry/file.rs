//! The registry's file, its failures, and the department that it names.
use std::io;

use super::faults::FileFaults;

/// The name of the registry file in a store.
pub const REGISTRY_FILE: &str = "registry.toml";

/// The maximum size of the file, in bytes.
pub(super) const MAX_REGISTRY_BYTES: u64 = 16 * 1024 * 1024;

/// A failure to read or change a registry.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The file has faults.
    #[error("{0}")]
    Malformed(Box<FileFaults>),
    /// The station is not in the registry.
    #[error("no such station")]
    UnknownStation,
    /// The file writes the station in a way that loa cannot change without losing what people wrote.
    #[error("this station can only be changed by hand")]
    EditByHand,
    /// The change begins before the period that it would end.
    #[error("the change begins too early")]
    FromTooEarly,
    /// The key is not the verifier key of a station's log, or the log is already enrolled with another key.
    #[error("this is not the verifier key of a station's log")]
    NotALogKey,
    /// No log is enrolled with this key.
    #[error("this log is not enrolled")]
    NotEnrolled,
    /// The store failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The department, as named in its reports.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DepartmentProfile {
    /// The superior body, printed above the department's name; may be empty.
    pub parent: String,
    /// The name of the department; empty if the registry does not give one.
    pub agency: String,
    /// The place, printed before the date of a report; may be empty.
    pub place: String,
    /// The recipients of its reports.
    pub recipients: Vec<String>,
    /// The number of days after the end of an administrative month within which its logs are due; `None` for the usual
    /// number.
    pub due_days: Option<u32>,
    /// The symbol in the number of its documents, such as `STTTT` in `Số: 12/BC-STTTT`; may be empty.
    pub symbol: String,
    /// The post that signs its reports, such as `GIÁM ĐỐC`; may be empty.
    pub signer: String,
}
