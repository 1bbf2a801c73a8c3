//! Commands from the operator, as they come over the control socket.
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
    /// Sound this at once, whatever plays and in quiet hours.
    Urgent {
        /// The message.
        what: UrgentSource,
        /// How many times, from 1.
        repeat: u16,
    },
    /// End what sounds; what follows keeps its own time.
    Skip,
    /// End the running session; the next one plays.
    Stop,
    /// Log a remark about an airing.
    Note {
        /// The airing's id.
        id: String,
        /// The remark.
        text: String,
    },
    /// Vouch for the clock.
    ConfirmClock,
    /// Confirm that the removal of files from the folder is intended.
    AcceptRemoval {
        /// The files that the person was shown.
        files: Vec<String>,
    },
    /// Switch the amplifier, and leave it so: on until it is switched off.
    Amplifier {
        /// Whether it is to be on.
        on: bool,
    },
    /// The log is being collected: log the department's notes, and end the open epoch.
    Collect {
        /// Its signed notes: an anchor, a countersigned head.
        notes: Vec<String>,
    },
}

/// The source of an urgent message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UrgentSource {
    /// A segment of the station.
    Segment(Id),
    /// A file that was examined just now.
    File {
        /// Its absolute path.
        path: PathBuf,
        /// Its title.
        title: String,
        /// Its exact length.
        length: Length,
        /// SHA-256 of its bytes, lower-case hex.
        sha256: String,
        /// Its loudness.
        loudness: Loudness,
    },
}
