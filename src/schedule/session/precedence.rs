//! The rules for sessions that want to play at the same time: `start`, `priority`, `interrupted`.
use serde::{Deserialize, Serialize};

/// `start` of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StartRule {
    /// Cuts what plays.
    #[default]
    Hard,
    /// Waits until the line is free.
    Soft {
        /// For so long, microseconds.
        window_us: i64,
    },
}

/// The three levels that Vietnamese rules name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Thông thường.
    #[default]
    Normal,
    /// Ưu tiên.
    Priority,
    /// Khẩn cấp: plays at once, and alone may sound in quiet hours.
    Urgent,
}

/// `interrupted` of a session: what becomes of an item that something urgent has interrupted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InterruptPolicy {
    /// It goes on where it was.
    #[default]
    Resume,
    /// It begins anew.
    Restart,
    /// It has ended.
    Drop,
}
