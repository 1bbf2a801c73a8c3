//! The error for a date, month or time that was not understood.
use super::absent_day::AbsentDay;
use crate::text::cli::CliText;

/// The maximum number of characters of the argument that the error quotes.
const MAX_QUOTED_CHARS: usize = 40;

/// An argument that was not understood; each variant holds its text, shortened if it is long.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarArgError {
    /// Not a date.
    #[error("`{0}` is not a date")]
    Date(String),
    /// A day of the week instead of a date.
    #[error("`{0}` is a day of the week")]
    Weekday(String),
    /// A day that its month does not have.
    #[error("there is no day `{0}`")]
    AbsentDay(String, AbsentDay),
    /// Not a month.
    #[error("`{0}` is not a month")]
    Month(String),
    /// A month that no year has.
    #[error("there is no month `{0}`")]
    AbsentMonth(String, u32),
    /// Several days, such as `tuần này`, in place of one date.
    #[error("`{0}` is not a single day")]
    SeveralDays(String),
    /// Not a time of day.
    #[error("`{0}` is not a time")]
    Time(String),
}

impl CalendarArgError {
    pub(super) fn date(text: &str) -> Self {
        Self::Date(shortened(text))
    }

    pub(super) fn weekday(text: &str) -> Self {
        Self::Weekday(shortened(text))
    }

    pub(super) fn absent_day(text: &str, absent: AbsentDay) -> Self {
        Self::AbsentDay(shortened(text), absent)
    }

    pub(super) fn month(text: &str) -> Self {
        Self::Month(shortened(text))
    }

    pub(super) fn absent_month(text: &str, month: u32) -> Self {
        Self::AbsentMonth(shortened(text), month)
    }

    pub(super) fn several_days(text: &str) -> Self {
        Self::SeveralDays(shortened(text))
    }

    pub(super) fn time(text: &str) -> Self {
        Self::Time(shortened(text))
    }

    /// Returns the text that was not understood.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Date(text)
            | Self::Weekday(text)
            | Self::AbsentDay(text, _)
            | Self::Month(text)
            | Self::AbsentMonth(text, _)
            | Self::SeveralDays(text)
            | Self::Time(text) => text,
        }
    }

    /// Returns the error as a sentence for the user.
    #[must_use]
    pub fn sentence(&self) -> CliText {
        match self.clone() {
            Self::Date(text) => CliText::BadDate { text },
            Self::Weekday(text) => CliText::WeekdayWithoutWeek { text },
            Self::AbsentDay(_, absent) => absent.sentence(),
            Self::Month(text) => CliText::BadMonth { text },
            Self::AbsentMonth(_, month) => CliText::AbsentMonth { month: month.to_string() },
            Self::SeveralDays(text) => CliText::SeveralDays { text },
            Self::Time(text) => CliText::BadTime { text },
        }
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(MAX_QUOTED_CHARS).collect()
}
