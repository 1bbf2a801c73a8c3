//! When the log of a station is due.
use chrono::{Days, NaiveDate};

use crate::department::report::period::{DateRange, Period};

/// The number of days after the end of an administrative month within which its log is due, unless the registry sets
/// another one. The month ends on the 14th, so the log is due on the 17th. No decree sets this day.
pub const DEFAULT_DUE_DAYS: u32 = 3;

/// The log of an administrative month that a station has to hand in next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandIn {
    /// The month.
    pub month: DateRange,
    /// The last day on which its log is in time.
    pub due: NaiveDate,
    /// Whether that day is over.
    pub is_overdue: bool,
}

impl HandIn {
    /// Returns the first month that is not wholly collected. `last_day` is the day of the newest entry, or for a station
    /// without a log that of the enrolment; `None` if it has neither. The day itself may not be over. A month's log is due
    /// `due_days` after the month. Returns `None` if the dates exceed the range of [`NaiveDate`].
    #[must_use]
    pub fn next(last_day: Option<NaiveDate>, today: NaiveDate, due_days: u32) -> Option<Self> {
        let month = Period::Month.containing(last_day.unwrap_or(today))?;
        let due = Self::due_of(month, due_days)?;
        Some(Self { month, due, is_overdue: today > due })
    }

    /// Returns the last day on which the log of a month is in time, `due_days` after the month; `None` if it exceeds the
    /// range of [`NaiveDate`].
    #[must_use]
    pub fn due_of(month: DateRange, due_days: u32) -> Option<NaiveDate> {
        month.until.checked_add_days(Days::new(u64::from(due_days)))
    }
}
