//! The playout engine: `decide(state, event) -> actions`, pure.
//!
//! It is told what time it is and what happened, and says what to do. It touches no clock, disk, thread or
//! device, so a month of a station's life, with its power cuts and clock steps, runs in a test in an instant.
//! The rooms: [`trust`] (is the clock believed), [`slot`] (an airing on its way to its outcome), `begin` (what
//! a starting daemon owes to the past), `days` (dates become plans, edits are adopted), `air` (what plays now), `way` (who
//! has the line when two want it), `lineup` (what comes next), `relay` and `urgent` (what is no session's airing), `line`
//! (when it is opened and let go), `device` (what is told of it), `amplifier` (when it is on), `reports` (what the output
//! said), `lasted` (whether that can have been heard), `orders` and `status` (what the operator said), `doubt` (files
//! that have gone from the folder).
mod advance;
mod amplifier;
mod arbitration;
pub mod clock_trust;
mod device;
mod duration_check;
mod line;
mod lineup;
pub mod live_airing;
mod operator;
mod output_events;
mod overdue;
mod planning;
mod relay;
mod startup;
mod status;
mod suspect_files;
mod urgent;

use std::cell::Cell;
use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};
use chrono_tz::Tz;

use crate::airlog::LogIdentity;
use crate::airlog::absences::AbsenceHistory;
use crate::airlog::entry::{
    Body, ClockStepEntry, ClockTrustEntry, LostFileEntry, OutcomeEntry, Reason, ScheduleEntry, ShutdownEntry,
};
use crate::airlog::entry::{PeerUser, TrustReason};
use crate::base::instant::to_local;
use crate::base::instant::{BootTime, SECOND_US, WallTime};
use crate::library::{Length, Library};
use crate::plan::Plan;
use crate::plan::zone::ZoneOnDate;
use crate::playout::clock::ClockSnapshot;
use crate::playout::output::{self, Cue, CueKey, Progress, SinkInfo};
use crate::schedule::settings::OutputSettings;
use crate::schedule::{Id, Schedule};
use crate::station::suspect::SuspectFile;
use clock_trust::{ClockReading, ClockTrust};
use live_airing::{AiringState, LiveAiring};

pub use amplifier::{AmplifierStatus, SwitchError, SwitchRequest, SwitchResult};
pub use operator::{CommandReply, OperatorCommand, UrgentSource, department_bodies};
pub use startup::RestoredState;
pub use status::StationStatus;
pub use suspect_files::SuspectFileStatus;

/// How long before a start the line is opened and the file lined up.
pub const PREROLL_US: i64 = 3 * SECOND_US;
/// How long the engine waits for the output's last word when it ends.
const OUTPUT_SHUTDOWN_US: i64 = 2 * SECOND_US;
/// And so long after that the amplifier may take to go off: its commands have 10 s.
const AMPLIFIER_SHUTDOWN_US: i64 = 10 * SECOND_US;

/// A schedule with what it needs to be planned and kept.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleRevision {
    /// What the operator wrote.
    pub schedule: Schedule,
    /// What is known of the audio files.
    pub library: Library,
    /// What its `schedule` entry says.
    pub note: ScheduleEntry,
    /// The files to keep: name in `airlog/`, bytes.
    pub kept: Vec<(String, Vec<u8>)>,
}

/// What the engine must know and cannot change.
#[derive(Debug, Clone)]
pub struct StationContext {
    /// The station of this log.
    pub station: Id,
    /// Where its audio files are.
    pub audio_dir: PathBuf,
    /// No clock before this is believed.
    pub built_at: WallTime,
    /// Whether no sound is meant: nothing is proved then.
    pub rehearsal: bool,
    /// No later date is planned: the last of a rehearsal.
    pub last_date: Option<NaiveDate>,
    /// What the log is called, and its keys.
    pub identity: LogIdentity,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum EngineEvent {
    /// Time went by, or the clock was set.
    Tick,
    /// The station's files, read anew and found sound.
    ScheduleLoaded(Arc<ScheduleRevision>),
    /// Files that the schedule in force names have gone from the folder, or none any more.
    SuspectFiles {
        /// Which, and why.
        suspect_files: Vec<SuspectFile>,
        /// The schedule without them, if a person may say that they are meant to be gone.
        without_suspects: Option<Arc<ScheduleRevision>>,
    },
    /// The output tells something.
    Output(Vec<output::OutputEvent>),
    /// The operator wants something.
    Operator(OperatorCommand, PeerUser),
    /// What came of switching the amplifier.
    AmplifierSwitched(SwitchResult),
    /// The daemon is to end.
    Shutdown {
        /// For the `shutdown` entry.
        cause: String,
    },
}

/// What people are told while the daemon runs; the words are elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// The clock is not believed any more, or was not at the start.
    ClockUntrusted(TrustReason),
    /// The clock is believed again.
    ClockTrusted(TrustReason),
    /// The line was lost or cannot be opened.
    LineLost(String),
    /// The line is back.
    LineRestored(String),
    /// A schedule is in force.
    ScheduleAdopted {
        /// Sessions in it.
        sessions: u64,
        /// Segments in it.
        segments: u64,
    },
    /// The station's id was changed: not adopted.
    StationIdChanged {
        /// The id of the log.
        log: Id,
        /// The id now in `station.toml`.
        file: Id,
    },
    /// A person has said that files are meant to be gone: these.
    RemovalAccepted(Vec<String>),
    /// The station was off.
    WasOff {
        /// For how long.
        seconds: i64,
    },
    /// A device has taken the place of the one that the station would rather have.
    FallbackDevice {
        /// Which.
        device: String,
        /// Why.
        detail: String,
    },
    /// The amplifier cannot be switched.
    AmplifierFails {
        /// Whether it was to be on.
        on: bool,
        /// Why not.
        error: SwitchError,
    },
    /// The amplifier can be switched again.
    AmplifierRecovered,
    /// Marks of an airing that was cut off are not believed.
    ProgressMarksRejected(String),
    /// Neither copy of a kept file is left.
    KeptFileLost(LostFileEntry),
    /// An airing has started.
    AiringStarted(String),
    /// An airing has its outcome.
    AiringEnded(Box<OutcomeEntry>),
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Use the output with these settings from now on; it is closed.
    Configure(OutputSettings),
    /// Open the line.
    OpenLine {
        /// Frames a second of most of what comes; none where that is no rate for a line.
        rate: Option<u32>,
    },
    /// Let go of the line.
    CloseLine,
    /// Line up a file.
    Cue(Cue),
    /// End a cue.
    Cut(CueKey),
    /// Hash these files: they will be cued before long.
    Prefetch(Vec<PathBuf>),
    /// Switch the amplifier.
    Amplifier(SwitchRequest),
    /// Keep a file beside the log, durably, before what is logged next.
    KeepFile {
        /// Name in `airlog/`.
        name: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// Append a batch.
    AppendEntries(Vec<Body>),
    /// Answer the operator.
    Reply(CommandReply),
    /// End the open epoch of the log.
    RotateEpoch,
    /// Tell people.
    Notify(Notice),
    /// The log is complete: leave.
    Exit,
}

/// The line, as far as the output has told.
#[derive(Debug, Clone, PartialEq, Eq)]
enum LineState {
    Closed,
    Opening,
    Open { rate: u32, device: String, sink: SinkInfo },
    Lost,
}

/// The state of a running station.
pub struct Engine {
    context: StationContext,
    clock_trust: ClockTrust,
    in_force: Option<Arc<ScheduleRevision>>,
    /// Read while the clock was not believed: adopted once it is, after what fell due before.
    pending_revision: Option<Arc<ScheduleRevision>>,
    /// What has gone from the folder without a person's word.
    suspect_files: suspect_files::SuspectFiles,
    planned_through: Option<NaiveDate>,
    /// The latest planned dates and their plans as kept; the next day is planned before it begins.
    plans: BTreeMap<NaiveDate, Plan>,
    /// Airings without an outcome, in the order of their sessions' starts.
    airings: Vec<LiveAiring>,
    /// What the operator asked for outside the plan: one thing that plays, and urgent messages in their order.
    unplanned: Vec<LiveAiring>,
    /// Recent ids that have an outcome.
    settled_ids: HashSet<String>,
    /// Recent sessions of which an airing has started.
    begun_sessions: HashSet<String>,
    /// When the station could not have played, in this run and those before it.
    runs: AbsenceHistory,
    /// When something last sounded.
    last_sound_at: BootTime,
    /// When the output was last asked what happened.
    last_tick: BootTime,
    /// Until then an unsynchronised clock may still be put right by the network: what it makes look missed waits.
    clock_grace_until: BootTime,
    line: LineState,
    /// Since when there has been no device though one is wanted.
    away_since: Option<BootTime>,
    /// What sounded has ended for the loss of the device, and a device has not come back since.
    lost_while_sounding: bool,
    /// What the log knows of the device.
    device_log: device::DeviceLogState,
    output_settings: Option<OutputSettings>,
    amplifier: amplifier::AmplifierState,
    next_key: u64,
    /// The zone around the day (since 1970, UTC) that was asked for last: each look asks for its clocks several times.
    zone_cache: Cell<Option<(Tz, i64, ZoneOnDate)>>,
    /// Set when the daemon is to end: until when the output may still speak.
    shutdown: Option<(BootTime, String)>,
    exited: bool,
    actions: ActionBuffer,
}

/// Actions of the present decision, by kind.
#[derive(Default)]
struct ActionBuffer {
    output: Vec<Action>,
    files: Vec<Action>,
    log: Vec<Body>,
    after_log: Vec<Action>,
}

impl Engine {
    /// Takes an event, and says what to do: sound first, then what is kept and logged, then what is told.
    pub fn decide(&mut self, now: ClockSnapshot, progress: Option<Progress>, event: EngineEvent) -> Vec<Action> {
        if self.exited {
            return Vec::new();
        }
        self.record_progress(progress);
        let then = self.clock_trust.unstepped(now);
        let look = self.observe_clock(now);
        // What the output tells was done by the clock as it was: it counts before a step takes anything back. All of it,
        // before anything is concluded from what has not been said.
        let event = match event {
            EngineEvent::Output(events) => {
                events.into_iter().for_each(|event| self.on_output_event(then, event));
                None
            }
            other => Some(other),
        };
        self.apply_clock_reading(now, look);
        match event {
            None | Some(EngineEvent::Output(_)) => {}
            Some(EngineEvent::Tick) => self.last_tick = now.boot,
            Some(EngineEvent::ScheduleLoaded(_)) if self.shutdown.is_some() => {}
            Some(EngineEvent::ScheduleLoaded(adopted)) => self.adopt_when_trusted(now, adopted),
            Some(EngineEvent::SuspectFiles { suspect_files: away, without_suspects: instead }) => {
                self.on_files_suspect(now, away, instead)
            }
            Some(EngineEvent::Operator(order, who)) => self.handle_command(now, order, who),
            Some(EngineEvent::AmplifierSwitched(switched)) => self.on_switched(now, switched),
            Some(EngineEvent::Shutdown { cause }) => self.begin_shutdown(now, cause),
        }
        if self.shutdown.is_some() {
            self.finish_shutdown(now);
        } else {
            self.advance(now);
        }
        self.airings.retain(|slot| !slot.is_done());
        self.drain_actions(now)
    }

    fn drain_actions(&mut self, now: ClockSnapshot) -> Vec<Action> {
        let out = std::mem::take(&mut self.actions);
        let mut actions = out.output;
        let cut = |action: &Action| if let Action::Cut(key) = action { Some(*key) } else { None };
        // What is lined up behind is taken back before what sounds is cut: the output would begin it in between.
        for cuts in actions.chunk_by_mut(|a, b| cut(a).is_some() && cut(b).is_some()) {
            cuts.sort_by_key(|action| std::cmp::Reverse(cut(action)));
        }
        actions.extend(out.files);
        if !out.log.is_empty() {
            self.clock_trust.note_logged(now);
            actions.push(Action::AppendEntries(out.log));
        }
        actions.extend(out.after_log);
        actions
    }

    /// The station's zone.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.in_force.as_ref().map_or(chrono_tz::Asia::Ho_Chi_Minh, |a| a.schedule.station.timezone)
    }

    /// An instant by the clocks of the zone.
    fn local_time(&self, at: WallTime) -> DateTime<FixedOffset> {
        self.zone_around(at).to_local(at)
    }

    fn zone_around(&self, at: WallTime) -> ZoneOnDate {
        let (zone, day) = (self.zone(), at.0.div_euclid(86_400 * SECOND_US));
        let known = self.zone_cache.get().filter(|(of, on, _)| (*of, *on) == (zone, day)).map(|(.., around)| around);
        known.unwrap_or_else(|| {
            let around = ZoneOnDate::on_date(zone, to_local(at, zone).date_naive());
            self.zone_cache.set(Some((zone, day, around)));
            around
        })
    }

    /// The schedule in force.
    #[must_use]
    pub fn schedule_in_force(&self) -> Option<&Arc<ScheduleRevision>> {
        self.in_force.as_ref()
    }

    /// The sounding airing and its cue, for the progress marks; and what was taken of it before an interruption.
    #[must_use]
    pub fn sounding(&self) -> Option<(&str, CueKey, Length)> {
        self.all_airings().find_map(|slot| match slot.state {
            AiringState::Sounding { key, rate, .. } => {
                Some((slot.labels.id.as_str(), key, slot.credited_before().unwrap_or(Length { frames: 0, rate })))
            }
            _ => None,
        })
    }

    /// The schedule in force, or the one that waits until the clock is believed: what is urgent does not wait.
    fn in_force_or_pending(&self) -> Option<&Arc<ScheduleRevision>> {
        self.in_force.as_ref().or(self.pending_revision.as_ref())
    }

    /// Whether the clock is believed.
    #[must_use]
    pub fn is_clock_trusted(&self) -> bool {
        self.clock_trust.trusted
    }

    /// Whether no airing of a day that has begun waits, sounds, or will come.
    #[must_use]
    pub fn is_idle(&self, now: ClockSnapshot) -> bool {
        let today = self.today(now);
        let begun = |slot: &LiveAiring| {
            matches!(slot.state, AiringState::Sounding { .. } | AiringState::Interrupted | AiringState::Relaying { .. })
        };
        let ahead = |slot: &LiveAiring| !begun(slot) && slot.planned.as_ref().is_some_and(|a| a.date > today);
        self.airings.iter().all(ahead) && self.unplanned.is_empty()
    }

    fn all_airings(&self) -> impl Iterator<Item = &LiveAiring> {
        self.airings.iter().chain(&self.unplanned)
    }

    /// Reads the clock, and logs what it did.
    fn observe_clock(&mut self, now: ClockSnapshot) -> ClockReading {
        let look = self.clock_trust.observe(now);
        if look.trust_changed {
            // Before the step itself, so that a clock that is doubted never sets the time of the last believed entry.
            self.log_clock_trust();
        }
        if let Some(by_us) = look.step_us {
            self.log_clock_step(now, by_us);
        }
        look
    }

    /// Does what follows from a look at the clock.
    fn apply_clock_reading(&mut self, now: ClockSnapshot, look: ClockReading) {
        // Before anything is lined up by the clock as it is now.
        if look.moved_us.abs() >= RECUE_US {
            self.recue(look.step_us.is_some());
        }
        if look.trust_changed {
            self.on_trust_changed(now);
        } else {
            self.runs.saw_alive(now.wall, now.boot);
        }
    }

    fn log_clock_trust(&mut self) {
        let (trusted, trust) = (self.clock_trust.trusted, self.clock_trust.reason);
        self.actions.log.push(Body::ClockTrust(ClockTrustEntry { trusted, trust }));
    }

    fn log_clock_step(&mut self, now: ClockSnapshot, by_us: i64) {
        let from = to_local(now.wall.plus(-by_us), self.zone());
        self.actions.log.push(Body::ClockStep(ClockStepEntry { from, by_us }));
    }

    /// Says a change of belief, and does what follows from it.
    fn on_trust_changed(&mut self, now: ClockSnapshot) {
        let trust = self.clock_trust.reason;
        if self.clock_trust.trusted {
            self.actions.after_log.push(Action::Notify(Notice::ClockTrusted(trust)));
            self.runs.trust_clock(now.wall, now.boot);
            if let Some(adopted) = self.pending_revision.take() {
                // What fell due meanwhile was planned by the schedule before it.
                self.advance(now);
                self.adopt(now, adopted);
            }
        } else {
            self.actions.after_log.push(Action::Notify(Notice::ClockUntrusted(trust)));
            self.runs.distrust_clock(now.boot);
            self.silence_all(now, Reason::ClockUntrusted);
        }
    }

    fn begin_shutdown(&mut self, now: ClockSnapshot, cause: String) {
        if self.shutdown.is_none() {
            self.advance(now);
            self.shutdown = Some((now.boot.plus(OUTPUT_SHUTDOWN_US), cause));
            self.silence_all(now, Reason::Shutdown);
            self.close_waiting_unplanned(Reason::Shutdown);
        }
    }

    /// Once the output has said its last word, or has had its time: the last entry.
    fn finish_shutdown(&mut self, now: ClockSnapshot) {
        let Some((deadline, cause)) = self.shutdown.clone() else {
            return;
        };
        if self.all_airings().any(LiveAiring::has_cue) {
            if now.boot < deadline {
                return;
            }
            self.close_unanswered();
        }
        if self.shut_down_amplifier(now) && now.boot < deadline.plus(AMPLIFIER_SHUTDOWN_US) {
            return;
        }
        self.actions.output.push(Action::CloseLine);
        self.actions.log.push(Body::Shutdown(ShutdownEntry { cause: cause.into() }));
        self.actions.after_log.push(Action::Exit);
        self.exited = true;
    }
}

/// A cue that has not started is timed anew when the wall clock has moved by this much.
const RECUE_US: i64 = 20_000;
