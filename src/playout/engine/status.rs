//! Builds the status report.
use chrono::{NaiveDate, TimeDelta};

use super::Engine;
use super::line_state::LineState;
use super::live_airing::{AiringState, LiveAiring};
use super::notice::AiringTitles;
use super::schedule_revision::ScheduleRevision;
use super::station_status::{ConcernStatus, NextAiring, OnAir, StationStatus};
use crate::airlog::entry::AiringLabels;
use crate::base::instant::{SECOND_US, format_rfc3339};
use crate::concern::Concern;
use crate::plan::{Airing, Planner};
use crate::playout::clock::ClockSnapshot;
use crate::schedule::Id;

/// How far ahead the status looks for the next airing, in microseconds.
const WEEK_US: i64 = 7 * 86_400 * SECOND_US;

impl Engine {
    /// Returns the station's status.
    pub(super) fn status(&self, now: ClockSnapshot) -> StationStatus {
        let line = match &self.line {
            LineState::Closed => "closed",
            LineState::Opening { .. } => "opening",
            LineState::Open { .. } => "open",
            LineState::Lost { .. } => "lost",
        };
        let planned_airings = self.airings.planned();
        StationStatus {
            station: self.context.station_id.clone(),
            at: format_rfc3339(now.wall, self.zone()),
            clock: now.sync,
            clock_trusted: self.clock_trust.is_trusted,
            clock_trust: self.clock_trust.reason,
            quiet: self.is_quiet_at(now.wall),
            quiet_hours: self.quiet_hours_at(now.wall),
            line: line.to_owned(),
            amplifier: self.amplifier_status(),
            on_air: self.on_air(),
            between_items: self.waiting_session_title(now),
            urgent_waiting: self.urgent_waiting_title(),
            clock_wait: self.clock_wait(now),
            next: self.next_airing(now),
            next_if_clock_right: self.next_if_clock_right(now),
            waiting: planned_airings
                .iter()
                .filter(|live_airing| !live_airing.is_withdrawn() && !live_airing.is_relay())
                .count() as u64,
            schedule_waits: self.is_newer_schedule_waiting(),
            suspect_files: self.suspect_files.status(self.zone()),
            concerns: self.concern_status(),
            unchecked: self.concerns.unchecked().to_vec(),
            hand_in: self.hand_in_status(),
            sessions: self.revision_in_force.as_ref().map(|revision| revision.entry.sessions),
            // The run loop, which owns the log, fills in the last four fields.
            head_code: None,
            entries: 0,
            unwritten: 0,
            log_moved: false,
        }
    }

    fn concern_status(&self) -> Vec<ConcernStatus> {
        let zone = self.zone();
        let status = |concern: Concern| ConcernStatus {
            severity: concern.severity(),
            since: format_rfc3339(concern.since, zone),
            condition: concern.condition,
        };
        self.concerns.book.current().into_iter().map(status).collect()
    }

    fn on_air(&self) -> Option<OnAir> {
        self.airings.iter().find_map(|live_airing| match &live_airing.state {
            AiringState::Sounding { played_length, .. } => Some(OnAir {
                id: live_airing.labels.id.clone(),
                title: live_airing.labels.title.clone(),
                played_ms: played_length.ms(),
                planned_ms: live_airing.labels.planned_ms,
                session_title: live_airing.labels.session.as_ref().map(|session| self.session_title(session)),
                repeat: live_airing.repeat,
                is_being_cut: live_airing.is_being_cut(),
            }),
            _ => None,
        })
    }

    /// The title of the session that has begun, if nothing sounds and the next airing belongs to it.
    fn waiting_session_title(&self, now: ClockSnapshot) -> Option<String> {
        if self.on_air().is_some() || !self.clock_trust.is_trusted {
            return None;
        }
        let next = self.next_planned(now)?;
        let airing = next.planned.as_ref().filter(|airing| !self.is_quiet_for(now.wall, airing))?;
        let has_begun = self.begun_sessions.contains(airing.session_key()) && airing.session_starts_at() <= now.wall;
        has_begun.then(|| self.session_title(&airing.session))
    }

    /// The first airing of the plans that will start within a week. A wrong clock that the station believed can have
    /// planned far later dates.
    fn next_planned(&self, now: ClockSnapshot) -> Option<&LiveAiring> {
        let until = now.wall.plus(WEEK_US);
        let is_near = |live_airing: &&LiveAiring| live_airing.starts_at().is_some_and(|at| at <= until);
        let upcoming = self.airings.planned().iter().filter(|live_airing| self.will_start(live_airing, now));
        upcoming.filter(is_near).min_by_key(|live_airing| live_airing.starts_at())
    }

    /// True if a planned airing has not started yet, and neither quiet hours nor the end of its session keep it from
    /// playing.
    fn will_start(&self, live_airing: &LiveAiring, now: ClockSnapshot) -> bool {
        let is_open = live_airing.may_air()
            && (live_airing.is_waiting() || live_airing.is_cued())
            && !self.is_skipped(now, live_airing);
        let starts_at = live_airing.starts_at().filter(|at| is_open && *at >= now.wall);
        let is_quiet = |at| live_airing.planned.as_ref().is_some_and(|airing| self.is_quiet_for(at, airing));
        starts_at.is_some_and(|at| !is_quiet(at))
    }

    /// The title of a session; its id if neither the schedule in force nor the one that waits has it.
    pub(super) fn session_title(&self, id: &Id) -> String {
        let revisions = self.revision_in_force.iter().chain(&self.pending_revision);
        let sessions = revisions.flat_map(|revision| &revision.schedule.sessions);
        let session = sessions.into_iter().find(|session| session.id == *id);
        session.map_or_else(|| id.to_string(), |session| session.title.clone())
    }

    /// The titles that name an airing.
    pub(super) fn airing_name(&self, labels: &AiringLabels) -> AiringTitles {
        let position = labels.id.rsplit_once('#').and_then(|(_, position)| position.parse().ok());
        AiringTitles {
            title: labels.title.clone(),
            session: labels.session.as_ref().map(|session| self.session_title(session)),
            position: position.unwrap_or(0),
        }
    }

    /// The title of the session with a session key, which has the form `<id>@<date>T<HH:MM:SS>`.
    pub(super) fn session_title_of_key(&self, key: &str) -> String {
        let id_text = key.split('@').next().unwrap_or(key);
        Id::new(id_text).map_or_else(|| id_text.to_owned(), |id| self.session_title(&id))
    }

    /// The next airing to start: from today's plan or, if that has none left, from the first day within a week that has
    /// one. Airings that quiet hours keep from starting do not count. `None` while the clock is not trusted, because then
    /// no airing starts.
    pub(super) fn next_airing(&self, now: ClockSnapshot) -> Option<NextAiring> {
        if !self.clock_trust.is_trusted {
            return None;
        }
        if let Some(airing) = self.next_planned(now).and_then(|live_airing| live_airing.planned.as_ref()) {
            return Some(self.to_next_airing(airing));
        }
        let tomorrow = self.today(now) + TimeDelta::days(1);
        self.first_airing_of_week(self.revision_in_force.as_ref()?, tomorrow, |_| true)
    }

    /// The airing that would start next if the distrusted clock were right: the first airing of a session that begins
    /// from now on, within a week. `None` while the clock is trusted, and while it is certainly wrong.
    fn next_if_clock_right(&self, now: ClockSnapshot) -> Option<NextAiring> {
        if self.clock_trust.is_trusted || !self.clock_trust.can_be_confirmed(now) {
            return None;
        }
        let is_upcoming =
            |airing: &Airing| airing.session_starts_at() >= now.wall && !self.settled_ids.contains(&airing.id);
        self.first_airing_of_week(self.revision_under_trusted_clock()?, self.today(now), is_upcoming)
    }

    /// The first airing within a week from `first_date` that may start and is accepted by `is_wanted`.
    fn first_airing_of_week(
        &self,
        revision: &ScheduleRevision,
        first_date: NaiveDate,
        is_wanted: impl Fn(&Airing) -> bool,
    ) -> Option<NextAiring> {
        let planner = Planner::new(&revision.schedule, &revision.library);
        let may_start = |airing: &Airing| {
            airing.ineligible_reason().is_none() && !self.is_quiet_for(airing.starts_at(), airing) && is_wanted(airing)
        };
        let mut dates = first_date.iter_days().take(7);
        let first_airing = dates.find_map(|date| planner.plan_for(date).airings.into_iter().find(may_start))?;
        Some(self.to_next_airing(&first_airing))
    }

    fn to_next_airing(&self, airing: &Airing) -> NextAiring {
        NextAiring {
            id: airing.id.clone(),
            title: airing.title.to_string(),
            session_title: Some(self.session_title(&airing.session)),
            start: format_rfc3339(airing.starts_at(), self.zone()),
        }
    }
}
