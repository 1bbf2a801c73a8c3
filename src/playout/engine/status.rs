//! How the station is, for who asks.
use serde::{Deserialize, Serialize};

use super::live_airing::{AiringState, LiveAiring};
use super::{AmplifierStatus, Engine, LineState, SuspectFileStatus};
use crate::airlog::entry::TrustReason;
use crate::base::instant::{WallTime, format_rfc3339};
use crate::playout::clock::{ClockSnapshot, ClockSync};
use crate::schedule::Id;

/// How the station is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationStatus {
    /// The station's id.
    pub station: Id,
    /// What its clock says, RFC 3339.
    pub at: String,
    /// How well the system keeps that clock.
    pub clock: ClockSync,
    /// Whether the clock is believed.
    pub clock_trusted: bool,
    /// Why.
    pub clock_trust: TrustReason,
    /// Whether it is quiet hours.
    pub quiet: bool,
    /// `closed`, `opening`, `open`, `lost`.
    pub line: String,
    /// The amplifier, where loa switches it.
    pub amplifier: Option<AmplifierStatus>,
    /// What sounds: id, title, milliseconds taken, planned milliseconds.
    pub on_air: Option<OnAir>,
    /// What comes next: id, title, start in RFC 3339.
    pub next: Option<NextAiring>,
    /// Airings of today that have no outcome yet.
    pub waiting: u64,
    /// Whether a newer schedule waits until the clock is believed.
    pub schedule_waits: bool,
    /// Files of the schedule in force that have gone from the folder: it goes on whole meanwhile.
    #[serde(default)]
    pub away: Vec<SuspectFileStatus>,
    /// Sessions in the schedule in force; none when there is no schedule.
    pub sessions: Option<u64>,
    /// The newest root of the log in 16 symbols, and how many entries it covers; none before the first.
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

/// What sounds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnAir {
    /// Airing id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Milliseconds taken by the device.
    pub played_ms: i64,
    /// Planned milliseconds.
    pub planned_ms: i64,
}

/// What comes next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextAiring {
    /// Airing id.
    pub id: String,
    /// Title.
    pub title: String,
    /// RFC 3339.
    pub start: String,
}

impl Engine {
    /// How the station is.
    pub(super) fn status(&self, now: ClockSnapshot) -> StationStatus {
        let line = match &self.line {
            LineState::Closed => "closed",
            LineState::Opening => "opening",
            LineState::Open { .. } => "open",
            LineState::Lost => "lost",
        };
        let on_air = self.all_airings().find_map(|slot| match slot.state {
            AiringState::Sounding { frames, rate, .. } => Some(OnAir {
                id: slot.labels.id.clone(),
                title: slot.labels.title.clone(),
                played_ms: crate::library::Length { frames, rate }.ms(),
                planned_ms: slot.labels.planned_ms,
            }),
            _ => None,
        });
        StationStatus {
            station: self.context.station.clone(),
            at: format_rfc3339(now.wall, self.zone()),
            clock: now.sync,
            clock_trusted: self.clock_trust.trusted,
            clock_trust: self.clock_trust.reason,
            quiet: self.is_quiet_at(now.wall),
            line: line.to_owned(),
            amplifier: self.amplifier_status(),
            on_air,
            next: self.next_airing(now),
            waiting: self.airings.iter().filter(|s| !s.is_withdrawn() && !s.is_relay()).count() as u64,
            schedule_waits: self.pending_revision.is_some(),
            away: self.suspect_file_status(),
            sessions: self.in_force.as_ref().map(|a| a.note.sessions),
            // Whoever has the log puts them in.
            head_code: None,
            entries: 0,
            unwritten: 0,
            log_moved: false,
        }
    }

    /// The next airing that will start: of today's plan, or of the first later day within a week that has one.
    fn next_airing(&self, now: ClockSnapshot) -> Option<NextAiring> {
        let next = |a: &crate::plan::Airing| NextAiring {
            id: a.id.clone(),
            title: a.title.to_string(),
            start: format_rfc3339(WallTime(a.start.timestamp_micros()), self.zone()),
        };
        let coming = |s: &&LiveAiring| {
            let ahead =
                s.planned.as_ref().is_some_and(|a| a.starts_at() >= now.wall && a.ineligible_reason().is_none());
            !s.is_withdrawn() && matches!(s.state, AiringState::Waiting | AiringState::Cued { .. }) && ahead
        };
        if let Some(airing) = self.airings.iter().find(coming).and_then(|s| s.planned.as_ref()) {
            return Some(next(airing));
        }
        let adopted = self.in_force.as_ref()?;
        let planner = crate::plan::Planner::new(&adopted.schedule, &adopted.library);
        let today = self.today(now);
        let days = (1..=7).map(|n| today + chrono::TimeDelta::days(n));
        days.filter_map(|day| planner.plan_for(day).airings.into_iter().find(|a| a.ineligible_reason().is_none()))
            .next()
            .map(|a| next(&a))
    }
}
