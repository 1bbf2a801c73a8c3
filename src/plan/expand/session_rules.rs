//! The rules of a session that each of its starts needs.
use chrono::NaiveTime;

use crate::schedule::{Id, InterruptPolicy, LateSetting, Priority, Session, StartRule};

/// Copy of the rules of a session, small and in one piece of memory.
pub struct SessionRules {
    /// See [`Session`].
    pub id: Id,
    /// See [`Session`].
    pub start_rule: StartRule,
    /// See [`Session`].
    pub late: LateSetting,
    /// See [`Session`].
    pub end_by: Option<NaiveTime>,
    /// See [`Session`].
    pub gap_us: i64,
    /// See [`Session`].
    pub volume: Option<u8>,
    /// See [`Session`].
    pub priority: Priority,
    /// See [`Session`].
    pub rank: u16,
    /// See [`Session`].
    pub interrupted: InterruptPolicy,
}

impl SessionRules {
    pub(super) fn of(session: &Session) -> Self {
        Self {
            // A copy of its own keeps the ids in memory in the order in which they are read.
            id: Id::new(session.id.as_str()).unwrap_or_else(|| session.id.clone()),
            start_rule: session.start,
            late: session.late,
            end_by: session.end_by,
            gap_us: session.gap_us,
            volume: session.volume,
            priority: session.priority,
            rank: session.rank,
            interrupted: session.interrupted,
        }
    }
}
