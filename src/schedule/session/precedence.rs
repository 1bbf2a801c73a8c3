//! The rules for sessions that want to play at the same time: `start`, `priority`, `interrupted`.
use serde::{Deserialize, Serialize};

/// `start` of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StartRule {
    /// Cuts the item that is playing.
    #[default]
    Hard,
    /// Waits until the line is free.
    Soft {
        /// The longest wait, in microseconds.
        window_us: i64,
    },
}

/// The three levels named by Vietnamese regulations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Thông thường.
    #[default]
    Normal,
    /// Ưu tiên.
    Priority,
    /// Khẩn cấp: plays at once, and is the only level allowed in quiet hours.
    Urgent,
}

/// `interrupted` of a session: the fate of an item that an urgent session interrupts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InterruptPolicy {
    /// It continues where it was.
    #[default]
    Resume,
    /// It starts again from the beginning.
    Restart,
    /// It is over.
    Drop,
}
