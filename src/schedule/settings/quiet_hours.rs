//! `[quiet-hours]`: the times in which only urgent sessions may sound.
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};

/// Local times in which the station is quiet, for the night (or day) that begins on each weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// From Monday: the first quiet instant, and the first instant after it that is not quiet. The second is on the
    /// next day when it is not later than the first. `None`: not quiet.
    pub by_weekday: [Option<(NaiveTime, NaiveTime)>; 7],
}

impl QuietHours {
    /// Returns the same times for every day; equal times mean no quiet hours.
    #[must_use]
    pub fn daily(from: NaiveTime, until: NaiveTime) -> Self {
        Self { by_weekday: [Some((from, until)).filter(|_| from != until); 7] }
    }

    /// Returns the quiet time that begins on a date.
    #[must_use]
    pub fn starting_on(&self, date: NaiveDate) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let (from, until) = self.by_weekday[date.weekday().num_days_from_monday() as usize]?;
        let last = if until <= from { date.succ_opt()? } else { date };
        Some((date.and_time(from), last.and_time(until)))
    }

    /// Returns the quiet time that contains a local time.
    #[must_use]
    pub fn containing(&self, local: NaiveDateTime) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let dates = [local.date().pred_opt(), Some(local.date())];
        let nights = dates.into_iter().flatten().filter_map(|date| self.starting_on(date));
        nights.filter(|(from, until)| *from <= local && local < *until).max_by_key(|(_, until)| *until)
    }

    /// Returns whether the station is quiet at this local time.
    #[must_use]
    pub fn contains(&self, local: NaiveDateTime) -> bool {
        self.containing(local).is_some()
    }

    /// Returns the next quiet time that begins after a local time, within a week.
    #[must_use]
    pub fn next_after(&self, local: NaiveDateTime) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let nights = local.date().iter_days().take(8).filter_map(|date| self.starting_on(date));
        nights.filter(|(from, _)| *from > local).min()
    }
}
