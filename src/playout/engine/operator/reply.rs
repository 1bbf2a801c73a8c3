//! Replies to the operator.
use serde::{Deserialize, Serialize};

use crate::playout::engine::station_status::StationStatus;
use crate::schedule::Id;

/// The reply to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CommandReply {
    /// The station's status.
    Status(Box<StationStatus>),
    /// It is being done.
    Done,
    /// It is being done, but the disk has refused its entry so far.
    DoneNotLogged,
    /// Nothing sounds that could be ended.
    NothingPlays,
    /// Something sounds already; its title.
    Busy(String),
    /// The schedule has no such segment.
    NoSuchSegment(Id),
    /// The segment of this title is past its last day.
    Expired(String),
    /// The segment of this title is not approved, and the station airs approved segments only.
    NotApproved(String),
    /// Quiet hours: only `urgent` may sound.
    Quiet,
    /// The clock is not trusted: only `urgent` may sound.
    ClockDoubted,
    /// The clock cannot be right; it must be set before anybody can vouch for it.
    ClockImpossible,
    /// The daemon is shutting down.
    Ending,
    /// The text is empty or too long.
    BadText,
    /// Too many urgent messages wait already.
    TooMany,
    /// The station has no amplifier that loa switches.
    NoAmplifier,
    /// No file is missing from the folder.
    NothingAway,
    /// Something in the folder has to be fixed first: these files, or the errors of `loa check`.
    StillAway(Vec<String>),
}
