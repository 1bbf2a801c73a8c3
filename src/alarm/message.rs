//! One message about a concern.
use serde::{Deserialize, Serialize};

use crate::base::id::Id;

/// The news of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlarmNews {
    /// A concern was raised.
    Raised,
    /// It is over.
    Cleared,
    /// Somebody tries whether messages arrive.
    Test,
}

/// A message, complete with its sentences: the sender needs neither the schedule nor the log. It contains no names of
/// people and no secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlarmMessage {
    /// Identity of the message: the same in every attempt to deliver it.
    pub id: String,
    /// The id of the station.
    pub station: Id,
    /// The name of the station.
    pub station_name: String,
    /// When it was raised or cleared, RFC 3339.
    pub at: String,
    /// The news.
    pub news: AlarmNews,
    /// `critical`, `warning` or `notice`.
    pub severity: String,
    /// The code of the concern.
    pub code: String,
    /// The session, file or campaign that the concern is about; empty if the code says enough.
    pub subject: String,
    /// The sentence about the concern, in the language of the station.
    pub text: String,
    /// The advice to people; empty if they have nothing to do.
    pub advice: String,
}

impl AlarmMessage {
    /// Returns the cause: at most one message of each cause is sent on a day.
    #[must_use]
    pub fn cause(&self) -> String {
        format!("{} {}", self.code, self.subject)
    }

    /// Returns the local date on which it was raised or cleared: the first ten characters of its time.
    #[must_use]
    pub fn date(&self) -> &str {
        self.at.get(..10).unwrap_or("")
    }

    /// Returns the heading: station and severity on one line.
    #[must_use]
    pub fn heading(&self) -> String {
        let one_line = |text: &str| text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
        format!("[loa] {}: {}", one_line(&self.station_name), one_line(&self.text))
    }

    /// Returns the body: what is wrong and what to do, for a person.
    #[must_use]
    pub fn body(&self) -> String {
        let advice = if self.advice.is_empty() { String::new() } else { format!("\n{}\n", self.advice) };
        format!("{}\n{advice}\n{} ({})\n{}\n", self.text, self.station_name, self.station, self.at)
    }
}
