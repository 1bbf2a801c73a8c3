//! `late` of a session, and the day on which its time falls.
use chrono::{NaiveTime, TimeDelta};

/// `late` of a session: the rule for a late start. A start within 5 s of the plan is not late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LateSetting {
    /// `"skip"`: an item that cannot start on time is missed.
    #[default]
    Skip,
    /// `"play"`: an item plays in full, however late it starts.
    Play,
    /// `"until HH:MM"`: an item plays in full if it can start before this local time of its day (or of the next day,
    /// for a start shortly before midnight; see [`days_after_start`]); otherwise it is missed.
    Until(NaiveTime),
    /// `"join"`: an item starts in the middle, at the point that it would have reached if it had started on time.
    Join,
}

/// Returns the number of days from a session's date to the time of its `late = "until …"`: 0 for a time after the
/// start, or 1 for a time that follows the start within 6 hours on the next day. `None` for any other time: `until
/// 05:45` has no effect on the second start of a session at 05:15 and 17:00, so yesterday's evening session never plays
/// at dawn.
#[must_use]
pub fn days_after_start(time: NaiveTime, start: NaiveTime) -> Option<i64> {
    if time > start {
        return Some(0);
    }
    let time_after_start = TimeDelta::days(1) - (start - time);
    (time_after_start <= MAX_LATE_OVER_MIDNIGHT).then_some(1)
}

/// The maximum time from a start before midnight to a limit after midnight.
const MAX_LATE_OVER_MIDNIGHT: TimeDelta = TimeDelta::hours(6);
