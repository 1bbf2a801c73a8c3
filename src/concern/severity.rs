//! The severity of a concern.
use serde::{Deserialize, Serialize};

/// The severity of a concern, worst first. The names are levels of RFC 5424, of which loa needs only three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConcernSeverity {
    /// Nothing can be heard, or the record of it may be lost: someone must act now.
    Critical,
    /// Something will go wrong, or has partly gone wrong: someone must act before the next session.
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
