//! The rules of a session that each of its starts needs.
use crate::schedule::session::TimeLimit;
use crate::schedule::{Id, InterruptPolicy, LateSetting, Priority, Session, StartRule};

/// A copy of the rules of a session, small and contiguous in memory.
pub struct SessionRules {
    /// The id of the session.
    pub id: Id,
    /// The rule for a start while another session plays; see [`Session::start_rule`].
    pub start_rule: StartRule,
    /// The rule for late starts; see [`Session::late_setting`].
    pub late_setting: LateSetting,
    /// The time by which the last item must end; see [`Session::end_by`].
    pub end_by: Option<TimeLimit>,
    /// The silence between two items, in microseconds.
    pub gap_us: i64,
    /// The volume in per cent; see [`Session::volume`].
    pub volume: Option<u8>,
    /// The priority of the session.
    pub priority: Priority,
    /// The rank among sessions with [`Priority::Priority`].
    pub rank: u16,
    /// The rule for an item after an urgent session has interrupted it.
    pub interrupt_policy: InterruptPolicy,
}

impl SessionRules {
    pub(super) fn of(session: &Session) -> Self {
        Self {
            // Each id is a new copy, so that the ids lie in memory in the order in which planning reads them.
            id: Id::new(session.id.as_str()).unwrap_or_else(|| session.id.clone()),
            start_rule: session.start_rule,
            late_setting: session.late_setting,
            end_by: session.end_by,
            gap_us: session.gap_us,
            volume: session.volume,
            priority: session.priority,
            rank: session.rank,
            interrupt_policy: session.interrupt_policy,
        }
    }
}
