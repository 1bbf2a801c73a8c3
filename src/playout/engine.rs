//! The playout engine: `decide(state, event) -> actions`, without side effects.
//!
//! The caller passes the time and the events; the engine returns the actions to perform. The engine touches no clock,
//! disk, thread or device, so a test can simulate a month of broadcasts, with power cuts and clock steps, in less than
//! a second.
//!
//! - Interface: `event`, `action`, `notice`, `operator`, `switching`, `station_status`.
//! - State: `live_airing` (an airing and its progress), `airings`, `line_state`, `phase`, `clock_trust`, `amplifier`,
//!   `device`.
//! - Each decision: `advance` takes the steps that the time requires. `planning` and `edits` turn dates and edited
//!   schedules into plans. `overdue` closes airings that can no longer play. `arbitration` decides which session gets
//!   the line. `lineup` cues the next airings. `preflight` checks the files and the device before they are needed.
//!   `line` opens and closes the line.
//! - Sound: `cues`, `cutting`, `output_events`, `cue_end`, `interruption`, `unplanned`, `relay`, `stalled`,
//!   `evidence`, `outcome`.
//! - Start and end: `startup` and `recovery` close the airings that the previous run left open; `shutdown` ends the
//!   log.
pub mod action;
mod advance;
mod airings;
mod amplifier;
mod arbitration;
mod clock_events;
pub mod clock_trust;
pub mod concerns;
mod cue_end;
mod cues;
mod cutting;
mod department_notes;
mod device;
mod duration_check;
mod edits;
pub mod event;
mod evidence;
mod interruption;
mod line;
mod line_state;
mod lineup;
pub mod live_airing;
mod local_time;
pub mod notice;
pub mod operator;
mod outcome;
mod output_events;
mod overdue;
mod phase;
mod planning;
mod preflight;
mod recovery;
mod relay;
mod restored_state;
mod schedule_revision;
mod shutdown;
mod stalled;
mod startup;
mod station_context;
pub mod station_status;
mod status;
mod suspect_files;
pub mod switching;
mod timing;
mod unplanned;
mod wakeup;
mod zone_cache;

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::airlog::absences::AbsenceHistory;
use crate::base::instant::BootTime;
use crate::library::Length;
use crate::plan::Plan;
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::{CueKey, Progress};
use crate::schedule::settings::OutputSettings;
use action::ActionBuffer;
use airings::Airings;
use amplifier::state::AmplifierState;
use clock_trust::ClockTrust;
use concerns::state::ConcernState;
use device::log_state::DeviceLogState;
use line_state::LineState;
use live_airing::{AiringState, LiveAiring};
use phase::Phase;
use preflight::state::PreflightState;
use suspect_files::SuspectFiles;
use zone_cache::ZoneCache;

pub use action::Action;
pub use concerns::state::{ExternalFacts, FolderFacts};
pub use department_notes::department_bodies;
pub use event::EngineEvent;
pub use notice::{AiringTitles, AlarmContext, ConcernNotice, Notice};
pub use operator::command::{OperatorCommand, UrgentSource};
pub use operator::effect::CommandEffect;
pub use operator::reply::CommandReply;
pub use restored_state::RestoredState;
pub use schedule_revision::ScheduleRevision;
pub use station_context::StationContext;
pub use station_status::{
    ConcernStatus, ConfirmationStatus, HandInStatus, LastHandIn, NextAiring, OnAir, RepeatPlace, StationStatus,
    SuspectFileStatus,
};
pub use switching::{AmplifierStatus, Power, SwitchError, SwitchRequest, SwitchResult};
pub use timing::PREROLL_US;

/// The state of a running station.
pub struct Engine {
    context: StationContext,
    phase: Phase,
    clock_trust: ClockTrust,
    /// The schedule in force; `None` on a new station.
    revision_in_force: Option<Arc<ScheduleRevision>>,
    /// The schedule that was read while the clock was untrusted. It is adopted once the clock is trusted and overdue
    /// airings are settled.
    pending_revision: Option<Arc<ScheduleRevision>>,
    /// The files of the schedule in force that are missing or damaged.
    suspect_files: SuspectFiles,
    /// The latest date that has been planned.
    planned_through: Option<NaiveDate>,
    /// The plans of the latest dates, as kept with the log. They can include tomorrow's, because a day is planned
    /// before it begins.
    plans: BTreeMap<NaiveDate, Plan>,
    /// The airings that have no outcome yet.
    airings: Airings,
    /// The ids of recent airings that have an outcome.
    settled_ids: HashSet<String>,
    /// The keys of recent sessions that have begun.
    begun_sessions: HashSet<String>,
    /// The periods in which the station could not have played, in this run and in earlier ones.
    absences: AbsenceHistory,
    /// The time when sound last ended.
    last_sound_ended_at: BootTime,
    /// The time of the last tick. Before each tick, the run loop fetches all reports from the output.
    last_tick_at: BootTime,
    /// Until this instant, the network can still correct an unsynchronised clock, so an airing that seems missed
    /// according to that clock stays open.
    clock_grace_until: BootTime,
    line: LineState,
    device_log: DeviceLogState,
    /// The settings of the current output; `None` before the first one.
    output_settings: Option<OutputSettings>,
    amplifier: AmplifierState,
    concerns: ConcernState,
    preflight: PreflightState,
    /// The number of the latest [`CueKey`].
    last_cue_key: u64,
    zone_cache: Cell<Option<ZoneCache>>,
    actions: ActionBuffer,
}

impl Engine {
    /// Handles an event. Returns the actions in the order in which the caller must perform them: sound, kept files, log
    /// entries, then notices and the reply.
    pub fn decide(&mut self, now: ClockSnapshot, progress: Option<Progress>, event: EngineEvent) -> Vec<Action> {
        if self.phase == Phase::Ended {
            return Vec::new();
        }
        self.record_progress(progress);
        let now_before_step = self.clock_trust.without_step(now);
        let reading = self.observe_clock(now);
        // The reports are about events before a clock step, so they are handled before the engine takes cues back
        // because of the step. All of them are handled before the engine concludes anything from a missing report.
        let event = match event {
            EngineEvent::Output(reports) => {
                reports.into_iter().for_each(|report| self.on_output_event(now_before_step, report));
                None
            }
            other_event => Some(other_event),
        };
        self.apply_clock_reading(now, reading);
        if let Some(event) = event {
            self.handle_event(now, event);
        }
        match self.phase {
            Phase::Running => {
                self.advance(now);
                self.update_concerns(now);
            }
            Phase::Ending { .. } | Phase::Ended => self.finish_shutdown(now),
        }
        self.airings.remove_done();
        self.drain_actions(now)
    }

    /// Handles an event that is not a report from the output.
    fn handle_event(&mut self, now: ClockSnapshot, event: EngineEvent) {
        match event {
            EngineEvent::Output(_) => {}
            EngineEvent::Tick => self.last_tick_at = now.boot,
            EngineEvent::ScheduleLoaded(_) if self.phase != Phase::Running => {}
            EngineEvent::ScheduleLoaded(revision) => {
                self.concerns.is_folder_read = true;
                self.adopt_when_trusted(now, revision);
            }
            EngineEvent::SuspectFiles { suspect_files, schedule_without_suspects } => {
                self.concerns.is_folder_read = true;
                self.suspect_files.replace(now.wall, suspect_files, schedule_without_suspects);
            }
            EngineEvent::Operator(command, user) => self.handle_command(now, command, user),
            EngineEvent::AmplifierSwitched(result) => self.on_switched(now, result),
            EngineEvent::ExternalFacts(facts) => self.on_external_facts(now, facts),
            EngineEvent::Shutdown { cause } => self.begin_shutdown(now, cause),
        }
    }

    /// Takes the actions of this decision out of the buffer.
    fn drain_actions(&mut self, now: ClockSnapshot) -> Vec<Action> {
        if !self.actions.log.is_empty() {
            self.clock_trust.record_logged(now);
        }
        self.actions.drain()
    }

    /// The schedule in force.
    #[must_use]
    pub fn revision_in_force(&self) -> Option<&Arc<ScheduleRevision>> {
        self.revision_in_force.as_ref()
    }

    /// The schedule in force. If there is none, the schedule that waits until the clock is trusted, because urgent
    /// messages can play before that.
    fn revision_in_force_or_pending(&self) -> Option<&Arc<ScheduleRevision>> {
        self.revision_in_force.as_ref().or(self.pending_revision.as_ref())
    }

    /// The id of the sounding airing, the key of its cue, and the length that sounded before an interruption, for the
    /// progress marks. `None` when nothing sounds.
    #[must_use]
    pub fn sounding_airing(&self) -> Option<(&str, CueKey, Length)> {
        self.airings.iter().find_map(|live_airing| match &live_airing.state {
            AiringState::Sounding { cue, played_length, .. } => {
                let earlier_length =
                    live_airing.credited_earlier_length().unwrap_or(Length { frames: 0, rate: played_length.rate });
                Some((live_airing.labels.id.as_str(), cue.key, earlier_length))
            }
            _ => None,
        })
    }

    /// True when the wall clock is trusted.
    #[must_use]
    pub fn is_clock_trusted(&self) -> bool {
        self.clock_trust.is_trusted
    }

    /// True when all remaining airings belong to later days and none of them has begun.
    #[must_use]
    pub fn is_idle(&self, now: ClockSnapshot) -> bool {
        let today = self.today(now);
        let has_begun = |live_airing: &LiveAiring| {
            live_airing.is_sounding() || live_airing.is_interrupted() || live_airing.is_relaying()
        };
        let is_for_later_day = |live_airing: &LiveAiring| {
            !has_begun(live_airing) && live_airing.planned.as_ref().is_some_and(|airing| airing.date > today)
        };
        self.airings.iter().all(is_for_later_day)
    }

    /// Returns the number of planned airings without an outcome.
    #[must_use]
    pub fn open_airing_count(&self) -> usize {
        self.airings
            .planned()
            .iter()
            .filter(|live_airing| !matches!(live_airing.state, live_airing::AiringState::Done))
            .count()
    }
}
