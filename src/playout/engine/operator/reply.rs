//! Replies to the operator.
use serde::{Deserialize, Serialize};

use super::effect::CommandEffect;
use crate::playout::engine::station_status::StationStatus;
use crate::schedule::Id;

/// The reply to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommandReply {
    /// The station's status.
    Status(Box<StationStatus>),
    /// The command is being performed.
    Done,
    /// The command is being performed, but its entry could not be written yet.
    DoneNotLogged,
    /// The command is being performed, with this effect.
    Performed {
        /// The effect of the command.
        #[serde(rename = "deed")]
        effect: CommandEffect,
        /// False if the command's entry could not be written yet.
        #[serde(rename = "logged")]
        is_logged: bool,
    },
    /// There is no sounding or waiting airing to end.
    NothingPlays,
    /// An airing with this title has the line.
    Busy(String),
    /// The airing with this title has the line, but is being cut: the line is free in a moment.
    Stopping(String),
    /// The schedule has no such segment.
    NoSuchSegment(Id),
    /// The segment with this title is past its last day.
    Expired(String),
    /// The segment with this title is not approved, and the station airs approved segments only.
    NotApproved(String),
    /// In quiet hours, only `urgent` is allowed to sound.
    Quiet,
    /// The clock is not trusted, so only `urgent` is allowed to sound.
    #[serde(rename = "clock-doubted")]
    ClockUntrusted,
    /// The clock is earlier than the build. It must be set before the operator can confirm it.
    ClockImpossible,
    /// The daemon is shutting down.
    Ending,
    /// The text or the id is empty, is too long, or contains control characters.
    BadText,
    /// Too many urgent messages wait.
    TooMany,
    /// The station has no amplifier that loa switches.
    NoAmplifier,
    /// No file of the schedule is suspect.
    #[serde(rename = "nothing-away")]
    NoSuspectFiles,
    /// Other problems in the folder must be fixed first: these suspect files or, if the list is empty, the errors that
    /// `loa check` reports.
    #[serde(rename = "still-away")]
    FilesStillDamaged(Vec<String>),
}

impl From<CommandEffect> for CommandReply {
    /// Returns the reply to a command that was performed. The run loop, which owns the log, corrects the reply if the
    /// entry could not be written.
    fn from(effect: CommandEffect) -> Self {
        Self::Performed { effect, is_logged: true }
    }
}
