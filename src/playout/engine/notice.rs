//! Notices to people while the daemon runs; their sentences are in `text`.
use super::switching::SwitchError;
use crate::airlog::entry::{LostFileEntry, OutcomeEntry, TrustReason};
use crate::schedule::Id;

/// A notice to people.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// The clock is no longer trusted, or was not trusted at the start.
    ClockUntrusted(TrustReason),
    /// The clock is trusted again.
    ClockTrusted(TrustReason),
    /// The line was lost or cannot be opened; the system's error text.
    LineLost(String),
    /// The line is back; the device's name.
    LineRestored(String),
    /// A schedule is in force.
    ScheduleAdopted {
        /// Sessions in it.
        sessions: u64,
        /// Segments in it.
        segments: u64,
    },
    /// The station's id was changed: the schedule is not adopted.
    StationIdChanged {
        /// The id of the log.
        log: Id,
        /// The id now in `station.toml`.
        file: Id,
    },
    /// A person confirmed that the removal of these files is intended.
    RemovalAccepted(Vec<String>),
    /// The station was off.
    WasOff {
        /// For this long.
        seconds: i64,
    },
    /// A device stands in for the preferred one.
    FallbackDevice {
        /// The device in use.
        device: String,
        /// Why it is not the preferred one.
        detail: String,
    },
    /// The amplifier cannot be switched.
    AmplifierFails {
        /// Whether it was to be on.
        on: bool,
        /// Why it failed.
        error: SwitchError,
    },
    /// The amplifier can be switched again.
    AmplifierRecovered,
    /// The progress marks of an airing that a power cut ended are not trusted; its id.
    ProgressMarksRejected(String),
    /// Both copies of a kept file are lost.
    KeptFileLost(LostFileEntry),
    /// An airing has started; its id.
    AiringStarted(String),
    /// An airing has its outcome.
    AiringEnded(Box<OutcomeEntry>),
}
