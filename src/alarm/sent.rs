//! The record of the messages that were sent. It allows one message a day for each cause, and one when it is over.
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::AlarmMessage;
use super::message::AlarmNews;
use super::queue::{anchored, read_small};
use crate::base::durable::OWNER_ONLY;

/// The file below the station's folder.
const SENT: &str = "alarm/sent.json";
/// The maximum size of the record, in bytes.
const MAX_BYTES: u64 = 1024 * 1024;
/// The maximum number of causes that are remembered.
const MAX_CAUSES: usize = 1000;

/// The last message of each cause that was delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentMessages {
    /// By cause: the date of the last message, and true while the concern is not over.
    causes: BTreeMap<String, (String, bool)>,
    /// The ids of the last messages: a message that was delivered before its file could be removed is not sent again.
    ids: Vec<String>,
    /// The ways that have taken a message that another way has not: `way id`.
    #[serde(default)]
    ways: Vec<String>,
}

impl SentMessages {
    /// Reads what was sent; nothing when there is no record of it.
    #[must_use]
    pub fn read(station: &Path) -> Self {
        let bytes = read_small(station, SENT, MAX_BYTES).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    /// Returns true when this message is to be sent.
    #[must_use]
    pub fn wants(&self, message: &AlarmMessage) -> bool {
        if self.ids.contains(&message.id) {
            return false;
        }
        let last = self.causes.get(&message.cause());
        match message.news {
            AlarmNews::Test => true,
            AlarmNews::Raised => last.is_none_or(|(date, _)| date != message.date()),
            AlarmNews::Cleared => last.is_some_and(|(_, is_open)| *is_open),
        }
    }

    /// Returns true when this way has taken the message already.
    #[must_use]
    pub fn has_taken(&self, way: &str, message: &AlarmMessage) -> bool {
        self.ways.contains(&format!("{way} {}", message.id))
    }

    /// Notes that a way has taken a message, durably.
    ///
    /// # Errors
    /// If the record cannot be written.
    pub fn note_way(&mut self, station: &Path, way: &str, message: &AlarmMessage) -> io::Result<()> {
        self.ways.push(format!("{way} {}", message.id));
        self.write(station)
    }

    /// Notes that a message was delivered by every way, durably.
    ///
    /// # Errors
    /// If the record cannot be written.
    pub fn note(&mut self, station: &Path, message: &AlarmMessage) -> io::Result<()> {
        self.ids.push(message.id.clone());
        self.ways.clear();
        let surplus = self.ids.len().saturating_sub(MAX_CAUSES);
        self.ids.drain(..surplus);
        match message.news {
            AlarmNews::Raised => _ = self.causes.insert(message.cause(), (message.date().to_owned(), true)),
            AlarmNews::Cleared => {
                if let Some((_, is_open)) = self.causes.get_mut(&message.cause()) {
                    *is_open = false;
                }
            }
            AlarmNews::Test => {}
        }
        while self.causes.len() > MAX_CAUSES {
            self.causes.pop_first();
        }
        self.write(station)
    }

    fn write(&self, station: &Path) -> io::Result<()> {
        let json = serde_json::to_vec(self).map_err(io::Error::other)?;
        anchored(station, SENT, Some(OWNER_ONLY))?.replace(&json, OWNER_ONLY)
    }
}
