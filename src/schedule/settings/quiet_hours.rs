//! `[quiet-hours]`: the times in which only urgent sessions may sound.
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};

/// Local times between which the station is quiet, for the night (or day) that begins on each weekday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// From Monday: first quiet instant, first instant that is not quiet any more; the next day's where that is not
    /// later. None: not quiet.
    pub by_weekday: [Option<(NaiveTime, NaiveTime)>; 7],
}

impl QuietHours {
    /// The same times on every day; none when they are equal.
    #[must_use]
    pub fn daily(from: NaiveTime, until: NaiveTime) -> Self {
        Self { by_weekday: [Some((from, until)).filter(|_| from != until); 7] }
    }

    /// The quiet time that begins on a date.
    #[must_use]
    pub fn starting_on(&self, date: NaiveDate) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let (from, until) = self.by_weekday[date.weekday().num_days_from_monday() as usize]?;
        let last = if until <= from { date.succ_opt()? } else { date };
        Some((date.and_time(from), last.and_time(until)))
    }

    /// The quiet time that a local time lies in.
    #[must_use]
    pub fn containing(&self, local: NaiveDateTime) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let dates = [local.date().pred_opt(), Some(local.date())];
        let nights = dates.into_iter().flatten().filter_map(|date| self.starting_on(date));
        nights.filter(|(from, until)| *from <= local && local < *until).max_by_key(|(_, until)| *until)
    }

    /// Whether the station is quiet at this local time.
    #[must_use]
    pub fn contains(&self, local: NaiveDateTime) -> bool {
        self.containing(local).is_some()
    }

    /// The next quiet time that begins after a local time, within a week.
    #[must_use]
    pub fn next_after(&self, local: NaiveDateTime) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let nights = local.date().iter_days().take(8).filter_map(|date| self.starting_on(date));
        nights.filter(|(from, _)| *from > local).min()
    }
}
