//! The verdict on a log.
use std::collections::HashMap;

use super::plausibility::Plausibility;
use crate::proof::verify::{VerifiedLog, VerifyError};

/// The result of verifying a log.
#[derive(Debug, Default)]
pub struct Verdict {
    /// The facts about the log, as far as it could be verified.
    pub verified: VerifiedLog,
    /// The faults; empty when the log is intact.
    pub errors: Vec<VerifyError>,
    /// The kept files that entries name, each with the last entry that names it.
    pub kept_files: HashMap<String, u64>,
    /// Whether its entries can be true.
    pub plausibility: Plausibility,
}
