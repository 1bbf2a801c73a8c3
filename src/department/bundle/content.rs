//! The content of a bundle.
use super::notes::AiringNote;
use super::proved::ProvedAiring;
use crate::department::report::period::DateRange;
use crate::proof::note::VerifierKey;
use crate::proof::receipt::Receipt;

/// The department's statements about an airing that its receipt does not prove.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// The station's name.
    pub name: String,
    /// The station's place on the date of the airing.
    pub place: String,
    /// True if the operator had confirmed the station's clock.
    pub is_clock_confirmed: bool,
    /// The code of the finding for which the department holds the airing implausible.
    pub doubt: Option<String>,
}

/// An airing with its receipt.
#[derive(Debug, Clone)]
pub struct BundledAiring {
    /// The facts that the receipt proves.
    pub proved: ProvedAiring,
    /// The receipt.
    pub receipt: Receipt,
    /// The key of its log.
    pub key: VerifierKey,
    /// The department's statements.
    pub claims: Claims,
    /// The station's note about it; only if notes are wanted.
    pub note: Option<AiringNote>,
}

/// The content of a bundle.
#[derive(Debug, Clone)]
pub struct BundleContent {
    /// The dates of the airings.
    pub range: DateRange,
    /// The airings, in the order of the list.
    pub airings: Vec<BundledAiring>,
    /// The number of selected airings that were planned and have no outcome, and so no receipt.
    pub without_outcome: u64,
    /// The superior body of the department, and its name, as the registry has them; can be empty.
    pub agency: (String, String),
    /// True if the notes of stations go into the bundle.
    pub has_notes: bool,
}
