//! `[quiet-hours]`: the times of day when only urgent sessions may play.
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};

/// The quiet hours that begin on each weekday, in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuietHours {
    /// For each weekday, from Monday: the first quiet time, and the first time after it that is not quiet. The second
    /// is on the next day when it is not later than the first. `None`: no quiet hours begin on this weekday.
    pub by_weekday: [Option<(NaiveTime, NaiveTime)>; 7],
}

impl Default for QuietHours {
    /// Returns the quiet hours of a station that sets none: 21:00 to 05:00. The default is frozen, because
    /// kept schedules must keep their meaning.
    fn default() -> Self {
        Self::daily(
            NaiveTime::from_hms_opt(21, 0, 0).unwrap_or_default(),
            NaiveTime::from_hms_opt(5, 0, 0).unwrap_or_default(),
        )
    }
}

impl QuietHours {
    /// Creates quiet hours with the same times on every day; equal times mean no quiet hours.
    #[must_use]
    pub fn daily(from: NaiveTime, until: NaiveTime) -> Self {
        Self { by_weekday: [Some((from, until)).filter(|_| from != until); 7] }
    }

    /// Returns the start and the end of the quiet hours that begin on a date.
    #[must_use]
    pub fn starting_on(&self, date: NaiveDate) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let (from, until) = self.by_weekday[date.weekday().num_days_from_monday() as usize]?;
        let last_date = if until <= from { date.succ_opt()? } else { date };
        Some((date.and_time(from), last_date.and_time(until)))
    }

    /// Returns the start and the end of the quiet hours that contain a local time.
    #[must_use]
    pub fn containing(&self, local: NaiveDateTime) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let dates = [local.date().pred_opt(), Some(local.date())];
        let periods = dates.into_iter().flatten().filter_map(|date| self.starting_on(date));
        periods.filter(|(from, until)| *from <= local && local < *until).max_by_key(|(_, until)| *until)
    }

    /// Returns true when the station is quiet at this local time.
    #[must_use]
    pub fn contains(&self, local: NaiveDateTime) -> bool {
        self.containing(local).is_some()
    }

    /// Returns the start and the end of the next quiet hours that begin after a local time, within a week.
    #[must_use]
    pub fn next_after(&self, local: NaiveDateTime) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let periods = local.date().iter_days().take(8).filter_map(|date| self.starting_on(date));
        periods.filter(|(from, _)| *from > local).min()
    }
}
