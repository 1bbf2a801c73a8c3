//! `late` of a session, and the day on which its time falls.
use chrono::{NaiveTime, TimeDelta};

/// `late` of a session. A start within 5 s of the plan is not late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LateSetting {
    /// `"skip"`: an item that could not start on time is missed.
    #[default]
    Skip,
    /// `"play"`: plays in full, however late.
    Play,
    /// `"until HH:MM"`: plays in full if it can start before this local time of its day (or of the next day, for a
    /// start shortly before midnight; see [`days_after_start`]); otherwise as `skip`.
    Until(NaiveTime),
    /// `"join"`: joins at the point where it would be by now.
    Join,
}

/// Returns how many days after a session's date the time of its `late = "until …"` falls: 0, or 1 for a session that
/// starts before midnight and may be late past it. `None` when the time had passed before the start, as `until 05:45`
/// has for the evening of a session at 05:15 and 17:00: yesterday's evening never plays at dawn.
#[must_use]
pub fn days_after_start(time: NaiveTime, start: NaiveTime) -> Option<i64> {
    if time > start {
        return Some(0);
    }
    let over_midnight = TimeDelta::days(1) - (start - time);
    (over_midnight <= MAX_LATE_OVER_MIDNIGHT).then_some(1)
}

/// The latest that a session may be late past midnight.
const MAX_LATE_OVER_MIDNIGHT: TimeDelta = TimeDelta::hours(6);
