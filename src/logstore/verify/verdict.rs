//! The verdict on a log.
use std::collections::HashMap;

use super::plausibility::Plausibility;
use crate::proof::verify::{VerifiedLog, VerifyError};

/// The result of verifying a log.
#[derive(Debug, Default)]
pub struct Verdict {
    /// The facts about the log, as far as it could be verified.
    pub verified: VerifiedLog,
    /// The problems; empty if the log is intact.
    pub errors: Vec<VerifyError>,
    /// The names of the kept files that entries name, each with the number of the last such entry.
    pub kept_files: HashMap<String, u64>,
    /// The result of the plausibility check of the entries.
    pub plausibility: Plausibility,
}
