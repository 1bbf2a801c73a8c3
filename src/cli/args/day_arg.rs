//! A date that may name a part of its day: `sáng nay`, `chiều qua`.
use std::ops::Range;
use std::str::FromStr;

use super::calendar_error::CalendarArgError;
use super::date_arg::DateArg;
use crate::base::fold::fold;

/// A part of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayPart {
    /// Before 12:00.
    Morning,
    /// From 12:00 until 18:00.
    Afternoon,
    /// From 18:00 on.
    Evening,
}

impl DayPart {
    /// Returns the hours of this part.
    #[must_use]
    pub fn hours(self) -> Range<u32> {
        match self {
            Self::Morning => 0..12,
            Self::Afternoon => 12..18,
            Self::Evening => 18..24,
        }
    }

    /// Returns the part that folded text begins with.
    fn of(text: &str) -> Option<Self> {
        let parts = [("sang", Self::Morning), ("chieu", Self::Afternoon), ("toi", Self::Evening)];
        parts.into_iter().find_map(|(word, part)| text.starts_with(word).then_some(part))
    }
}

/// A date on the command line, and the part of the day if it names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayArg {
    /// The date.
    pub date: DateArg,
    /// The part; `None` for the whole day.
    pub part: Option<DayPart>,
}

impl FromStr for DayArg {
    type Err = CalendarArgError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let date: DateArg = text.parse()?;
        Ok(Self { date, part: DayPart::of(&fold(text)) })
    }
}

impl From<chrono::NaiveDate> for DayArg {
    fn from(date: chrono::NaiveDate) -> Self {
        Self { date: date.into(), part: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_can_name_a_part_of_its_day() {
        let part = |text: &str| text.parse::<DayArg>().expect("parse the date").part;
        assert_eq!(part("sáng nay"), Some(DayPart::Morning));
        assert_eq!(part("Chiều hôm qua"), Some(DayPart::Afternoon));
        assert_eq!(part("toi-qua"), Some(DayPart::Evening));
        for text in ["hôm nay", "trưa nay", "12/3", "yesterday", "today"] {
            assert_eq!(part(text), None, "{text}");
        }
    }
}
