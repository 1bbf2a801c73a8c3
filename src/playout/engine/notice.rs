//! The engine's notices to the operator. Their messages are in `text`.
use super::switching::SwitchError;
use crate::airlog::entry::{LostFileEntry, OutcomeEntry, TrustReason};
use crate::concern::ConcernChange;
use crate::schedule::Id;
use crate::schedule::settings::OutputSettings;
use crate::text::Lang;

/// A notice to the operator.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// The clock is no longer trusted, or was not trusted at the start; with the reason.
    ClockUntrusted(TrustReason),
    /// The clock is trusted again; with the reason.
    ClockTrusted(TrustReason),
    /// The line was lost or cannot be opened; with the system's error text.
    LineLost(String),
    /// The line is open again; with the device's name.
    LineRestored(String),
    /// The settings in force name a different sound device than before.
    OutputChanged(Box<OutputSettings>),
    /// The preferred device is in use again, in place of another one.
    PreferredDevice(String),
    /// A schedule has come into force.
    ScheduleAdopted {
        /// The number of its sessions.
        sessions: u64,
        /// The number of its segments.
        segments: u64,
    },
    /// The station's id was changed in `station.toml`, so the schedule is not adopted.
    StationIdChanged {
        /// The station's id in the log.
        log: Id,
        /// The current id in `station.toml`.
        file: Id,
    },
    /// The operator confirmed that these files were removed on purpose.
    RemovalAccepted(Vec<String>),
    /// The station was off.
    WasOff {
        /// How long it was off, in seconds.
        seconds: i64,
        /// The longest time, in seconds, that the outcomes of the missed airings wait for the clock to be synchronised;
        /// `None` if they are logged at once.
        max_clock_wait_s: Option<i64>,
    },
    /// A device is in use that is not the preferred one.
    FallbackDevice {
        /// The device in use.
        device: String,
        /// The reason why the preferred one is not in use.
        detail: String,
    },
    /// The amplifier cannot be switched.
    AmplifierFails {
        /// True if it cannot be switched on, false if it cannot be switched off.
        on: bool,
        /// The error.
        error: SwitchError,
    },
    /// The amplifier can be switched again.
    AmplifierRecovered,
    /// A power cut ended an airing, and its progress marks are not trusted.
    ProgressMarksRejected(AiringTitles),
    /// Both copies of a kept file are lost.
    KeptFileLost(LostFileEntry),
    /// A concern was raised, or is over.
    Concern(Box<ConcernNotice>),
    /// An airing has started.
    AiringStarted(AiringTitles),
    /// An airing has its outcome.
    AiringEnded {
        /// Its name.
        name: AiringTitles,
        /// The outcome.
        entry: Box<OutcomeEntry>,
    },
}

/// The titles that name an airing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AiringTitles {
    /// The segment's title.
    pub title: String,
    /// The title of the session; `None` outside the plan.
    pub session: Option<String>,
    /// The position in the session, from 1; 0 outside the plan.
    pub position: u64,
}

/// A concern that was raised, or is over.
#[derive(Debug, Clone, PartialEq)]
pub struct ConcernNotice {
    /// The change.
    pub change: ConcernChange,
    /// The facts about the station for an alarm message; `None` if no alarm is sent.
    pub alarm: Option<AlarmContext>,
}

/// The facts about the station in an alarm message.
#[derive(Debug, Clone, PartialEq)]
pub struct AlarmContext {
    /// The station's id.
    pub station: Id,
    /// Its name.
    pub station_name: String,
    /// The language of its messages.
    pub language: Lang,
    /// When the concern was raised or cleared, RFC 3339.
    pub at: String,
    /// The same instant in microseconds since 1970, for the id of the message.
    pub at_us: i64,
}
