//! The urgent message that is counted down, or that was ordered last.
use serde::Deserialize;
use tokio::time::Instant;

use super::access::PageDevice;
use crate::cli::station::messages::Message;

/// An urgent message on its way to the daemon.
#[derive(Debug, Clone)]
pub(super) struct PendingUrgent {
    /// The title that the person has seen.
    pub(super) title: String,
    /// What is played.
    pub(super) source: UrgentChoice,
    /// How often it is played.
    pub(super) repeat: u16,
    /// The device through which it was ordered.
    pub(super) device: PageDevice,
    /// How far it is.
    pub(super) stage: UrgentStage,
}

/// How far an urgent message is.
#[derive(Debug, Clone)]
pub(super) enum UrgentStage {
    /// It is given to the daemon at this instant.
    Counting(Instant),
    /// The daemon is being asked.
    Ordering,
    /// What the daemon said.
    Answered(Vec<Message>),
    /// It was called off.
    CalledOff,
}

/// What is played: a segment of the station, or a recording that is not in the schedule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct UrgentChoice {
    /// The id of a segment.
    #[serde(default)]
    pub(super) muc: String,
    /// The key of a recording.
    #[serde(default)]
    pub(super) tin: String,
}
