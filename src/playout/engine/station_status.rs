//! The status report of a station.
use serde::{Deserialize, Serialize};

use super::switching::AmplifierStatus;
use crate::airlog::entry::TrustReason;
use crate::playout::clock::ClockSync;
use crate::schedule::Id;
use crate::schedule::finding::SuspectReason;

/// The status of a station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationStatus {
    /// The station's id.
    pub station: Id,
    /// Its wall clock, RFC 3339.
    pub at: String,
    /// How well the system keeps that clock.
    pub clock: ClockSync,
    /// Whether the clock is trusted.
    pub clock_trusted: bool,
    /// Why.
    pub clock_trust: TrustReason,
    /// Whether it is quiet hours.
    pub quiet: bool,
    /// `closed`, `opening`, `open`, `lost`.
    pub line: String,
    /// The amplifier, where loa switches it.
    pub amplifier: Option<AmplifierStatus>,
    /// The airing that sounds.
    pub on_air: Option<OnAir>,
    /// The airing that starts next.
    pub next: Option<NextAiring>,
    /// Airings of today that have no outcome yet.
    pub waiting: u64,
    /// Whether a newer schedule waits until the clock is trusted.
    pub schedule_waits: bool,
    /// Files of the schedule in force that are missing or damaged; it stays in force unchanged meanwhile.
    #[serde(default)]
    pub away: Vec<SuspectFileStatus>,
    /// Sessions in the schedule in force; none when there is no schedule.
    pub sessions: Option<u64>,
    /// The newest root of the log in 16 symbols; none before the first.
    pub head_code: Option<String>,
    /// Entries under that root.
    pub entries: u64,
    /// Entries that wait in memory because they cannot be written.
    #[serde(default)]
    pub unwritten: usize,
    /// Whether they wait because the log's folder was moved away, deleted or replaced.
    #[serde(default)]
    pub log_moved: bool,
}

/// The airing that sounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnAir {
    /// Airing id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Milliseconds that the device has taken.
    pub played_ms: i64,
    /// Planned milliseconds.
    pub planned_ms: i64,
}

/// The airing that starts next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextAiring {
    /// Airing id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Its start, RFC 3339.
    pub start: String,
}

/// A suspect file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuspectFileStatus {
    /// Its name.
    pub file: String,
    /// Why it is suspect.
    pub why: SuspectReason,
    /// Since when this run of the daemon has seen it so, RFC 3339.
    pub since: String,
    /// Whether a person may confirm that its removal is intended.
    pub may_be_meant: bool,
}
