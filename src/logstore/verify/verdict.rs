//! What verifying a log came to.
use std::collections::HashMap;

use super::plausibility::Plausibility;
use crate::proof::verify::{VerifiedLog, VerifyError};

/// What came of it.
#[derive(Debug, Default)]
pub struct Verdict {
    /// What is known of the log, as far as it could be read.
    pub verified: VerifiedLog,
    /// What is wrong; nothing when the log is whole.
    pub errors: Vec<VerifyError>,
    /// The names in `kept/` that its entries give, with the last entry that gives each.
    pub kept_files: HashMap<String, u64>,
    /// Whether it can have been so.
    pub plausibility: Plausibility,
}
