//! The rules for sessions that are due at the same time: `start`, `priority`, `interrupted`.
use serde::{Deserialize, Serialize};

/// `start` of a session: the rule for a start while another session plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StartRule {
    /// The session cuts the item that is playing, unless the session of that item has precedence.
    #[default]
    Hard,
    /// The session waits until the line is free.
    Soft {
        /// The maximum wait, in microseconds.
        window_us: i64,
    },
}

/// The priority of a session: the three levels that Vietnamese regulations name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Normal (thông thường).
    #[default]
    Normal,
    /// Priority (ưu tiên).
    Priority,
    /// Urgent (khẩn cấp): the session plays at once. Only urgent sessions are allowed in quiet hours.
    Urgent,
}

/// `interrupted` of a session: the rule for an item after an urgent session has interrupted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InterruptPolicy {
    /// The item continues where it was interrupted.
    #[default]
    Resume,
    /// The item starts again from the beginning.
    Restart,
    /// The item does not continue.
    Drop,
}

impl InterruptPolicy {
    /// Returns true if an interrupted item plays again later.
    #[must_use]
    pub fn plays_again(self) -> bool {
        match self {
            Self::Resume | Self::Restart => true,
            Self::Drop => false,
        }
    }

    /// Returns true if an interrupted item plays again from its beginning.
    #[must_use]
    pub fn starts_over(self) -> bool {
        match self {
            Self::Restart => true,
            Self::Resume | Self::Drop => false,
        }
    }
}
