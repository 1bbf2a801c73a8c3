//! The playout engine: `decide(state, event) -> actions`, pure.
//!
//! It is given the time and the events, and returns what to do. It touches no clock, disk, thread or device, so a test
//! runs a month of a station's life, with its power cuts and clock steps, in an instant.
//!
//! - Its interface: `event`, `action`, `notice`, `operator`, `switching`, `station_status`.
//! - Its state: `live_airing` (an airing and how far it has come), `airings`, `line_state`, `phase`,
//!   `clock_trust`, `amplifier`, `device`.
//! - A turn: `advance` takes the steps that time calls for. `planning` and `edits` turn dates and edits into
//!   plans, `overdue` closes what can no longer play, `arbitration` decides who has the line, `lineup` cues what
//!   comes next, `line` opens and closes the line.
//! - Sound: `cues`, `cutting`, `output_events`, `aftermath`, `interruption`, `unplanned`, `relay`,
//!   `stalled`, `evidence`, `outcome`.
//! - The ends: `startup` and `recovery` close what the last run left open, `shutdown` ends the log.
pub mod action;
mod advance;
mod aftermath;
mod airings;
mod amplifier;
mod arbitration;
mod clock_events;
pub mod clock_trust;
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
mod prefetch;
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
use device::log_state::DeviceLogState;
use line_state::LineState;
use live_airing::{AiringState, LiveAiring};
use phase::Phase;
use suspect_files::SuspectFiles;
use zone_cache::ZoneCache;

pub use action::Action;
pub use department_notes::department_bodies;
pub use event::EngineEvent;
pub use notice::Notice;
pub use operator::command::{OperatorCommand, UrgentSource};
pub use operator::reply::CommandReply;
pub use restored_state::RestoredState;
pub use schedule_revision::ScheduleRevision;
pub use station_context::StationContext;
pub use station_status::{StationStatus, SuspectFileStatus};
pub use switching::{AmplifierStatus, SwitchError, SwitchRequest, SwitchResult};
pub use timing::PREROLL_US;

/// The state of a running station.
pub struct Engine {
    context: StationContext,
    phase: Phase,
    clock_trust: ClockTrust,
    in_force: Option<Arc<ScheduleRevision>>,
    /// Schedule read while the clock was untrusted; adopted once it is trusted, after overdue airings are settled.
    pending_revision: Option<Arc<ScheduleRevision>>,
    /// Files missing from the folder whose removal nobody has confirmed.
    suspect_files: SuspectFiles,
    planned_through: Option<NaiveDate>,
    /// The latest planned dates and their plans as kept; the next day is planned before it begins.
    plans: BTreeMap<NaiveDate, Plan>,
    /// Airings without an outcome.
    airings: Airings,
    /// Recent ids that have an outcome.
    settled_ids: HashSet<String>,
    /// Recent sessions of which an airing has started.
    begun_sessions: HashSet<String>,
    /// When the station could not have played, in this run and those before it.
    runs: AbsenceHistory,
    /// When something last sounded.
    last_sound_at: BootTime,
    /// When the output was last asked for its reports.
    last_tick: BootTime,
    /// How long the network may still correct an unsynchronised clock: what seems missed by that clock waits.
    clock_grace_until: BootTime,
    line: LineState,
    device_log: DeviceLogState,
    output_settings: Option<OutputSettings>,
    amplifier: AmplifierState,
    next_key: u64,
    zone_cache: Cell<Option<ZoneCache>>,
    actions: ActionBuffer,
}

impl Engine {
    /// Takes an event, and returns what to do: sound first, then what is kept and logged, then notices.
    pub fn decide(&mut self, now: ClockSnapshot, progress: Option<Progress>, event: EngineEvent) -> Vec<Action> {
        if self.phase == Phase::Ended {
            return Vec::new();
        }
        self.record_progress(progress);
        let unstepped = self.clock_trust.unstepped(now);
        let reading = self.observe_clock(now);
        // The output's reports are older than a clock step: they count before the step takes cues back. All of them are
        // taken before anything is concluded from a report that is missing.
        let event = match event {
            EngineEvent::Output(reports) => {
                reports.into_iter().for_each(|report| self.on_output_event(unstepped, report));
                None
            }
            other => Some(other),
        };
        self.apply_clock_reading(now, reading);
        if let Some(event) = event {
            self.handle_event(now, event);
        }
        match self.phase {
            Phase::Running => self.advance(now),
            Phase::Ending { .. } | Phase::Ended => self.finish_shutdown(now),
        }
        self.airings.remove_done();
        self.drain_actions(now)
    }

    /// Takes an event that is not a report of the output.
    fn handle_event(&mut self, now: ClockSnapshot, event: EngineEvent) {
        match event {
            EngineEvent::Output(_) => {}
            EngineEvent::Tick => self.last_tick = now.boot,
            EngineEvent::ScheduleLoaded(_) if self.phase != Phase::Running => {}
            EngineEvent::ScheduleLoaded(revision) => self.adopt_when_trusted(now, revision),
            EngineEvent::SuspectFiles { suspect_files, without_suspects } => {
                self.suspect_files.replace(now.wall, suspect_files, without_suspects);
            }
            EngineEvent::Operator(command, who) => self.handle_command(now, command, who),
            EngineEvent::AmplifierSwitched(switched) => self.on_switched(now, switched),
            EngineEvent::Shutdown { cause } => self.begin_shutdown(now, cause),
        }
    }

    /// Takes the actions of this decision.
    fn drain_actions(&mut self, now: ClockSnapshot) -> Vec<Action> {
        if !self.actions.log.is_empty() {
            self.clock_trust.note_logged(now);
        }
        self.actions.drain()
    }

    /// The schedule in force.
    #[must_use]
    pub fn schedule_in_force(&self) -> Option<&Arc<ScheduleRevision>> {
        self.in_force.as_ref()
    }

    /// The schedule in force, or the one that waits until the clock is trusted: urgent messages do not wait.
    fn in_force_or_pending(&self) -> Option<&Arc<ScheduleRevision>> {
        self.in_force.as_ref().or(self.pending_revision.as_ref())
    }

    /// The sounding airing and its cue, for the progress marks; and how much of it sounded before an interruption.
    #[must_use]
    pub fn sounding(&self) -> Option<(&str, CueKey, Length)> {
        self.airings.iter().find_map(|slot| match &slot.state {
            AiringState::Sounding { cue, taken, .. } => {
                let before = slot.credited_before().unwrap_or(Length { frames: 0, rate: taken.rate });
                Some((slot.labels.id.as_str(), cue.key, before))
            }
            _ => None,
        })
    }

    /// Whether the clock is trusted.
    #[must_use]
    pub fn is_clock_trusted(&self) -> bool {
        self.clock_trust.trusted
    }

    /// Whether no airing of a day that has begun waits, sounds, or will come.
    #[must_use]
    pub fn is_idle(&self, now: ClockSnapshot) -> bool {
        let today = self.today(now);
        let begun = |slot: &LiveAiring| slot.is_sounding() || slot.is_interrupted() || slot.is_relaying();
        let ahead = |slot: &LiveAiring| !begun(slot) && slot.planned.as_ref().is_some_and(|a| a.date > today);
        self.airings.iter().all(ahead)
    }
}
