//! The record of the messages that were sent. It allows one message a day for each cause, and one message when the
//! concern is over.
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::AlarmMessage;
use super::message::AlarmReason;
use super::queue::{anchored_path, read_limited};
use crate::base::durable::OWNER_ONLY;

/// The file of the record, below the station's folder.
const SENT_FILE: &str = "alarm/sent.json";
/// The maximum size of the record, in bytes.
const MAX_FILE_BYTES: u64 = 1024 * 1024;
/// The maximum number of causes in the record, and of message ids in the record.
const MAX_REMEMBERED: usize = 1000;

/// The messages that were delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMessages {
    /// For each cause, the date of its last message, and whether the concern is still open.
    causes: BTreeMap<String, (String, bool)>,
    /// The ids of the last delivered messages. With them, a message whose file could not be removed after delivery is
    /// not sent again.
    ids: Vec<String>,
    /// The channels that have delivered the first message in the queue while another channel failed, each as
    /// `channel id`.
    #[serde(default, rename = "ways")]
    channels: Vec<String>,
}

impl SentMessages {
    /// Reads the record; it is empty if the file is missing or invalid.
    #[must_use]
    pub fn read(station: &Path) -> Self {
        let bytes = read_limited(station, SENT_FILE, MAX_FILE_BYTES).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Returns true if a message was ever delivered.
    #[must_use]
    pub fn has_delivered(&self) -> bool {
        !self.ids.is_empty()
    }

    /// Returns true when this message must be sent.
    #[must_use]
    pub fn must_send(&self, message: &AlarmMessage) -> bool {
        if self.ids.contains(&message.id) {
            return false;
        }
        let last_sent = self.causes.get(&message.cause());
        match message.news {
            AlarmReason::Test => true,
            AlarmReason::Raised => last_sent.is_none_or(|(date, _)| date != message.date()),
            AlarmReason::Cleared => last_sent.is_some_and(|(_, is_open)| *is_open),
        }
    }

    /// Returns true if the cause was reported on the same day, and its end too: it began again. One message a day is
    /// sent, so this one waits for the next day, unless the concern ends before.
    #[must_use]
    pub fn must_wait_for_next_day(&self, message: &AlarmMessage) -> bool {
        message.news == AlarmReason::Raised
            && !self.ids.contains(&message.id)
            && self.causes.get(&message.cause()).is_some_and(|(date, is_open)| date == message.date() && !is_open)
    }

    /// Returns true when this channel has already delivered the message.
    #[must_use]
    pub fn was_delivered_through(&self, channel: &str, message: &AlarmMessage) -> bool {
        self.channels.contains(&format!("{channel} {}", message.id))
    }

    /// Records durably that a channel has delivered a message.
    ///
    /// # Errors
    /// If the record cannot be written.
    pub fn record_delivery_through(&mut self, station: &Path, channel: &str, message: &AlarmMessage) -> io::Result<()> {
        self.channels.push(format!("{channel} {}", message.id));
        self.write(station)
    }

    /// Records durably that every channel has delivered a message.
    ///
    /// # Errors
    /// If the record cannot be written.
    pub fn record_delivered(&mut self, station: &Path, message: &AlarmMessage) -> io::Result<()> {
        self.ids.push(message.id.clone());
        self.channels.clear();
        let surplus = self.ids.len().saturating_sub(MAX_REMEMBERED);
        self.ids.drain(..surplus);
        match message.news {
            AlarmReason::Raised => _ = self.causes.insert(message.cause(), (message.date().to_owned(), true)),
            AlarmReason::Cleared => {
                if let Some((_, is_open)) = self.causes.get_mut(&message.cause()) {
                    *is_open = false;
                }
            }
            AlarmReason::Test => {}
        }
        while self.causes.len() > MAX_REMEMBERED {
            self.causes.pop_first();
        }
        self.write(station)
    }

    fn write(&self, station: &Path) -> io::Result<()> {
        let json = serde_json::to_vec(self).map_err(io::Error::other)?;
        anchored_path(station, SENT_FILE, Some(OWNER_ONLY))?.replace(&json, OWNER_ONLY)
    }
}
