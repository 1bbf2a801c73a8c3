//! The operator's commands, as sent over the control socket.
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::library::Length;
use crate::library::loudness::Loudness;
use crate::schedule::Id;

/// A command over the control socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OperatorCommand {
    /// Report the station's status.
    Status,
    /// Play this segment now, outside the plan.
    Play(Id),
    /// Play this urgent message at once, even over other sound and in quiet hours.
    Urgent {
        /// The message.
        #[serde(rename = "what")]
        source: UrgentSource,
        /// The number of times that the message plays, at least 1.
        repeat: u16,
    },
    /// End the sounding airing. The items after it keep their own times.
    Skip,
    /// End the running session. Later sessions still play.
    Stop,
    /// Log a remark about an airing.
    Note {
        /// The airing's id.
        id: String,
        /// The remark.
        text: String,
    },
    /// Confirm that the clock shows the right time.
    ConfirmClock,
    /// Confirm that files were removed from the folder on purpose.
    AcceptRemoval {
        /// The suspect files that the operator was shown.
        files: Vec<String>,
    },
    /// Switch the amplifier. After this command has switched it on, it stays on until it is switched off.
    Amplifier {
        /// True to switch on, false to switch off.
        on: bool,
    },
    /// Begin a collection of the log: log the department's notes, and end the open epoch.
    Collect {
        /// The department's signed notes: an anchor and a countersigned head.
        notes: Vec<String>,
    },
}

/// The source of an urgent message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UrgentSource {
    /// A segment of the station.
    Segment(Id),
    /// A file that was examined when the command was given.
    File {
        /// Its absolute path.
        path: PathBuf,
        /// Its title.
        title: String,
        /// Its exact length.
        length: Length,
        /// SHA-256 of its bytes, in lower-case hex.
        sha256: String,
        /// Its loudness.
        loudness: Loudness,
    },
}
