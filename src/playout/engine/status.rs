//! Builds the status report.
use chrono::TimeDelta;

use super::Engine;
use super::line_state::LineState;
use super::live_airing::{AiringState, LiveAiring};
use super::station_status::{NextAiring, OnAir, StationStatus};
use crate::base::instant::format_rfc3339;
use crate::plan::{Airing, Planner};
use crate::playout::clock::ClockSnapshot;

impl Engine {
    /// Reports the station's status.
    pub(super) fn status(&self, now: ClockSnapshot) -> StationStatus {
        let line = match &self.line {
            LineState::Closed => "closed",
            LineState::Opening { .. } => "opening",
            LineState::Open { .. } => "open",
            LineState::Lost { .. } => "lost",
        };
        let planned = self.airings.planned();
        StationStatus {
            station: self.context.station.clone(),
            at: format_rfc3339(now.wall, self.zone()),
            clock: now.sync,
            clock_trusted: self.clock_trust.trusted,
            clock_trust: self.clock_trust.reason,
            quiet: self.is_quiet_at(now.wall),
            line: line.to_owned(),
            amplifier: self.amplifier_status(),
            on_air: self.on_air(),
            next: self.next_airing(now),
            waiting: planned.iter().filter(|s| !s.is_withdrawn() && !s.is_relay()).count() as u64,
            schedule_waits: self.pending_revision.is_some(),
            away: self.suspect_files.status(self.zone()),
            sessions: self.in_force.as_ref().map(|a| a.note.sessions),
            // The owner of the log fills these in.
            head_code: None,
            entries: 0,
            unwritten: 0,
            log_moved: false,
        }
    }

    fn on_air(&self) -> Option<OnAir> {
        self.airings.iter().find_map(|slot| match &slot.state {
            AiringState::Sounding { taken, .. } => Some(OnAir {
                id: slot.labels.id.clone(),
                title: slot.labels.title.clone(),
                played_ms: taken.ms(),
                planned_ms: slot.labels.planned_ms,
            }),
            _ => None,
        })
    }

    /// The next airing that will start: of today's plan, or of the first later day within a week that has one.
    fn next_airing(&self, now: ClockSnapshot) -> Option<NextAiring> {
        let next = |a: &Airing| NextAiring {
            id: a.id.clone(),
            title: a.title.to_string(),
            start: format_rfc3339(a.starts_at(), self.zone()),
        };
        let coming = |s: &&LiveAiring| {
            s.may_air() && (s.is_waiting() || s.is_cued()) && s.starts_at().is_some_and(|at| at >= now.wall)
        };
        if let Some(airing) = self.airings.planned().iter().find(coming).and_then(|s| s.planned.as_ref()) {
            return Some(next(airing));
        }
        let adopted = self.in_force.as_ref()?;
        let planner = Planner::new(&adopted.schedule, &adopted.library);
        let today = self.today(now);
        let days = (1..=7).map(|n| today + TimeDelta::days(n));
        let first = |day| planner.plan_for(day).airings.into_iter().find(|a| a.ineligible_reason().is_none());
        days.filter_map(first).next().map(|a| next(&a))
    }
}
