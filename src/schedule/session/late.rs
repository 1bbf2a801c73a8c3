//! The `late` setting of a session, and the day to which a time limit belongs.
use chrono::{NaiveTime, TimeDelta};

/// A time limit for a start, from `late` or `end-by`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeLimit {
    /// A local time. [`days_after_start`] determines whether it is on the date of the session or on the next day.
    Time(NaiveTime),
    /// `24:00`: the midnight at the end of the session's date.
    EndOfDay,
}

impl TimeLimit {
    /// Returns the limit as a time of day: 00:00 for the end of a day.
    #[must_use]
    pub fn time_of_day(self) -> NaiveTime {
        match self {
            Self::Time(time) => time,
            Self::EndOfDay => NaiveTime::MIN,
        }
    }
}

/// The `late` setting of a session: the rule for a late start. A start at most 5 s after its planned time is not late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LateSetting {
    /// `"skip"`: an item that cannot start on time is missed.
    #[default]
    Skip,
    /// `"play"`: an item plays in full, however late it starts.
    Play,
    /// `"until HH:MM"`: an item plays in full if it can start before this limit; otherwise it is missed.
    Until(TimeLimit),
    /// `"join"`: an item starts in the middle, at the point that it would have reached if it had started on time.
    Join,
}

/// Returns the number of days from the date of a start to the day of its time limit, which comes from `late` or
/// `end-by`. The result is 0 if the limit is a later time of day than the start, and 1 if it is on the next day, at
/// most 6 hours after the start. Otherwise the limit has no effect on this start, and the result is `None`. For
/// example, `until 05:45` has no effect on a start at 17:00, because an evening session must not play the next morning.
/// `24:00` is after every start.
#[must_use]
pub fn days_after_start(limit: TimeLimit, start: NaiveTime) -> Option<i64> {
    let TimeLimit::Time(limit) = limit else { return Some(1) };
    if limit > start {
        return Some(0);
    }
    let time_until_limit = TimeDelta::days(1) - (start - limit);
    (time_until_limit <= MAX_TIME_TO_NEXT_DAY_LIMIT).then_some(1)
}

/// The maximum time from a start to a limit on the next day.
const MAX_TIME_TO_NEXT_DAY_LIMIT: TimeDelta = TimeDelta::hours(6);
