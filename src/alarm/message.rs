//! One message about a concern.
use chrono::DateTime;
use serde::{Deserialize, Serialize};

use crate::base::id::Id;
use crate::base::instant::WallTime;

/// The reason for a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlarmReason {
    /// A concern was raised.
    Raised,
    /// A concern is over.
    Cleared,
    /// Somebody tests whether messages arrive.
    Test,
}

/// A message with its complete text, so that the sender needs neither the schedule nor the log. It contains no
/// names of people and no secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlarmMessage {
    /// Id of the message. It is the same in every attempt to deliver the message.
    pub id: String,
    /// The id of the station.
    pub station: Id,
    /// The name of the station.
    pub station_name: String,
    /// Time at which the concern was raised or cleared, in RFC 3339 format.
    pub at: String,
    /// The reason for the message.
    pub news: AlarmReason,
    /// `critical`, `warning` or `notice`.
    pub severity: String,
    /// The code of the concern.
    pub code: String,
    /// The session, file or campaign that the concern is about; empty if the code alone identifies the concern.
    pub subject: String,
    /// The text about the concern, in the language of the station.
    pub text: String,
    /// Advice on what to do; empty if nothing needs to be done.
    pub advice: String,
}

impl AlarmMessage {
    /// Returns the cause: the code and the subject. At most one message a day is sent for each cause.
    #[must_use]
    pub fn cause(&self) -> String {
        format!("{} {}", self.code, self.subject)
    }

    /// Returns the local date on which the concern was raised or cleared: the first ten characters of the time.
    #[must_use]
    pub fn date(&self) -> &str {
        self.at.get(..10).unwrap_or("")
    }

    /// Returns true if this message says that the concern of `raised` has ended.
    #[must_use]
    pub fn ends(&self, raised: &Self) -> bool {
        self.news == AlarmReason::Cleared && self.cause() == raised.cause()
    }

    /// Returns true if `now` is on the date of the message, in the message's zone.
    #[must_use]
    pub fn is_of_today(&self, now: WallTime) -> bool {
        let at = DateTime::parse_from_rfc3339(&self.at).ok();
        let today = at.zip(DateTime::from_timestamp_micros(now.0)).map(|(at, now)| now.with_timezone(at.offset()));
        today.is_some_and(|today| today.format("%Y-%m-%d").to_string() == self.date())
    }

    /// Returns the heading: the name of the station and the text, on one line.
    #[must_use]
    pub fn heading(&self) -> String {
        let one_line = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
        format!("[loa] {}: {}", one_line(&self.station_name), one_line(&self.text))
    }

    /// Returns the body: the text, the advice, the station and the time.
    #[must_use]
    pub fn body(&self) -> String {
        let advice = if self.advice.is_empty() { String::new() } else { format!("\n{}\n", self.advice) };
        format!("{}\n{advice}\n{} ({})\n{}\n", self.text, self.station_name, self.station, self.at)
    }
}
