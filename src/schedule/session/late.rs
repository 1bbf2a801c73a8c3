//! `late` of a session, and the day that its time falls on.
use chrono::{NaiveTime, TimeDelta};

/// `late` of a session. A start within 5 s of plan is not late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LateSetting {
    /// `"skip"`: what could not start at its time is missed.
    #[default]
    Skip,
    /// `"play"`: plays whole, however late.
    Play,
    /// `"until HH:MM"`: plays whole if it can start before this local time of its day, or of the next day for a start
    /// shortly before midnight (see [`days_after_start`]); else as `skip`.
    Until(NaiveTime),
    /// `"join"`: comes in where it would be by now.
    Join,
}

/// So many days after a session's date does the time of its `late = "until …"` come: 0, or 1 for a session that
/// starts before midnight and may be late past it. None when it had passed before the session's start, as `until
/// 05:45` has for the evening of a session at 05:15 and 17:00: yesterday's evening is never played at dawn.
#[must_use]
pub fn days_after_start(time: NaiveTime, start: NaiveTime) -> Option<i64> {
    if time > start {
        return Some(0);
    }
    let over_midnight = TimeDelta::days(1) - (start - time);
    (over_midnight <= MAX_LATE_OVER_MIDNIGHT).then_some(1)
}

/// How late a session may be past midnight.
const MAX_LATE_OVER_MIDNIGHT: TimeDelta = TimeDelta::hours(6);
