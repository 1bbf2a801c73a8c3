//! The logs that were due in a report's range: when they were received, and whether that was in time.
use chrono::NaiveDate;

use super::period::DateRange;

/// The log of one administrative month of one station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueLog {
    /// The id of the station.
    pub station: String,
    /// The name of the station.
    pub name: String,
    /// The month.
    pub month: DateRange,
    /// The last day on which the log is in time.
    pub due: NaiveDate,
    /// The day on which the station's first log was enrolled, in Vietnam; `None` if it has none.
    pub enrolled_on: Option<NaiveDate>,
    /// The day on which the department has countersigned the whole month, in Vietnam; `None` if it has not.
    pub received_on: Option<NaiveDate>,
    /// The number of airings of the month about which the station has written a note.
    pub explained: u64,
    /// The number of these notes that the department has not answered.
    pub unanswered: u64,
}

/// The state of a log that was due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueState {
    /// It has not been received, and the due date is over.
    Missing,
    /// It was received after the due date.
    Late,
    /// It has not been received, but there is still time.
    Waiting,
    /// The station was enrolled after the due date.
    EnrolledLater,
    /// It was received in time.
    InTime,
}

impl DueState {
    /// Returns the name in CSV.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Late => "late",
            Self::Waiting => "waiting",
            Self::EnrolledLater => "enrolled-later",
            Self::InTime => "in-time",
        }
    }
}

impl DueLog {
    /// Returns the state on the date of a report.
    #[must_use]
    pub fn state(&self, today: NaiveDate) -> DueState {
        let is_enrolled_later = self.enrolled_on.is_some_and(|day| day > self.due);
        match self.received_on {
            Some(day) if day <= self.due => DueState::InTime,
            None if today <= self.due => DueState::Waiting,
            _ if is_enrolled_later => DueState::EnrolledLater,
            Some(_) => DueState::Late,
            None => DueState::Missing,
        }
    }

    /// Returns the number of days after the due date until the log was received, or until `today`; `None` unless it is
    /// late or missing.
    #[must_use]
    pub fn late_days(&self, today: NaiveDate) -> Option<i64> {
        matches!(self.state(today), DueState::Late | DueState::Missing)
            .then(|| (self.received_on.unwrap_or(today) - self.due).num_days())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_late_after_its_due_date_but_not_before_the_station_was_enrolled() {
        let date = |text: &str| text.parse().expect("parse the date");
        let log = |received: Option<&str>, enrolled: &str| DueLog {
            station: "xa-1".to_owned(),
            name: String::new(),
            month: DateRange { from: date("2023-02-15"), until: date("2023-03-14") },
            due: date("2023-03-17"),
            enrolled_on: Some(date(enrolled)),
            received_on: received.map(date),
            explained: 0,
            unanswered: 0,
        };
        let state = |received: Option<&str>, enrolled: &str, today: &str| {
            let log = log(received, enrolled);
            (log.state(date(today)).code(), log.late_days(date(today)))
        };
        let before = "2022-12-01";
        assert_eq!(state(Some("2023-03-17"), before, "2023-04-01"), ("in-time", None));
        assert_eq!(state(Some("2023-03-20"), before, "2023-04-01"), ("late", Some(3)));
        assert_eq!(state(None, before, "2023-03-17"), ("waiting", None));
        assert_eq!(state(None, before, "2023-03-27"), ("missing", Some(10)));
        assert_eq!(state(Some("2023-03-20"), "2023-03-18", "2023-04-01"), ("enrolled-later", None));
        assert_eq!(state(None, "2023-03-18", "2023-04-01"), ("enrolled-later", None));
    }
}
