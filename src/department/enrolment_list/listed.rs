//! A checked row of the list.
use crate::base::id::Id;
use crate::department::registry::StationDetails;
use crate::proof::note::VerifierKey;

/// A row of the list that can be enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedStation {
    /// The station's id, from its key.
    pub id: Id,
    /// The key of its log.
    pub key: VerifierKey,
    /// The other columns.
    pub details: StationDetails,
    /// True if the log is in the registry already, with these details.
    pub is_enrolled: bool,
}
