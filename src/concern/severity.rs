//! How much a concern matters.
use serde::{Deserialize, Serialize};

/// The severity of a concern, worst first. The names are those of RFC 5424, without the levels that loa does not need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConcernSeverity {
    /// Nothing can be heard, or the record of it may be lost: someone has to act now.
    Critical,
    /// Something will go wrong, or has partly gone wrong: someone has to act before the next session.
    Warning,
    /// Good to know; nothing is lost if nobody acts today. No alarm is sent.
    Notice,
}

impl ConcernSeverity {
    /// Every severity, worst first.
    pub const ALL: [Self; 3] = [Self::Critical, Self::Warning, Self::Notice];

    /// Returns the name in JSON and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}
