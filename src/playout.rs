//! Step 4 of the flow: the plan becomes sound.
//!
//! [`engine`] decides, [`Playout`] performs: it reads the clock, hands the engine what happened, and does what
//! the engine says over the three seams, [`clock::Clock`], [`output::Output`] and
//! [`Storage`](crate::airlog::storage::Storage). It holds no rule of its own.
pub mod adoption;
pub mod amplifier;
pub mod clock;
pub mod control;
pub mod daemon;
pub mod engine;
pub mod epoch_rotation;
pub mod loader;
pub mod lock;
pub mod output;
pub mod player;
pub mod removal_confirmation;
mod signals;
pub mod watch;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use crate::airlog::AirLog;
use crate::airlog::entry::PeerUser;
use crate::airlog::progress::LifeSign;
use crate::airlog::storage::{Storage, StorageMoved};
use crate::base::instant::{BootTime, SECOND_US};
use crate::schedule::settings::OutputSettings;
use crate::station::suspect::SuspectFile;
use clock::{Clock, ClockSnapshot};
use engine::{
    Action, CommandReply, Engine, EngineEvent, Notice, OperatorCommand, ScheduleRevision, SwitchRequest, SwitchResult,
};
use output::Output;

/// A mark a second while something sounds, a sign of life a minute otherwise.
const MARK_INTERVAL_US: i64 = SECOND_US;
const HEARTBEAT_INTERVAL_US: i64 = 60 * SECOND_US;
/// A disk that refuses entries is tried again after this time, then after twice that, and so on up to the other.
const FIRST_LOG_RETRY_US: i64 = SECOND_US;
const MAX_LOG_RETRY_US: i64 = 300 * SECOND_US;

/// What other threads ask of the loop.
pub enum PlayoutCommand {
    /// The station's files were read anew.
    Adopt(Arc<ScheduleRevision>),
    /// Files that the schedule in force names have gone from the folder, or none any more.
    SuspectFiles {
        /// Which, and why.
        files: Vec<SuspectFile>,
        /// The schedule without them, if a person may say that they are meant to be gone.
        schedule_without: Option<Arc<ScheduleRevision>>,
    },
    /// The operator's order, and where the answer goes.
    Operator(OperatorCommand, PeerUser, Sender<CommandReply>),
    /// The amplifier was switched, or could not be.
    AmplifierSwitched(SwitchResult),
    /// End in order.
    Shutdown {
        /// For the log.
        cause: String,
    },
}

/// Makes the output for given settings.
pub type OutputFactory = Box<dyn FnMut(&OutputSettings) -> Box<dyn Output>>;
/// Switches the amplifier; gives what came of it when that is known at once, and sends it as a command otherwise.
pub type AmplifierSwitcher = Box<dyn FnMut(SwitchRequest) -> Option<SwitchResult>>;
/// Tells people.
pub type PlayoutNotifier = Box<dyn FnMut(&PlayoutNotice<'_>)>;

/// What the loop does things with, beside the three seams.
pub struct Effects {
    /// Makes the output.
    pub make_output: OutputFactory,
    /// Switches the amplifier.
    pub switch_amplifier: AmplifierSwitcher,
    /// Tells people.
    pub notify: PlayoutNotifier,
}

/// What people are told.
pub enum PlayoutNotice<'a> {
    /// By the engine.
    Engine(&'a Notice),
    /// The log cannot be written; entries wait in memory.
    LogWriteFailed(&'a std::io::Error),
    /// The log is written again.
    LogWriteRecovered,
    /// An epoch of the log is due to end and cannot: the log goes on, and what is newest is not locked.
    EpochRotationFailed(&'a std::io::Error),
    /// A kept file lies in one of its two places only.
    KeptCopyFailed(&'a std::io::Error),
}

/// When a disk that refuses entries is tried again.
#[derive(Debug, Clone, Copy)]
struct LogRetry {
    at: BootTime,
    wait_us: i64,
}

impl LogRetry {
    fn after(now: BootTime, wait_us: i64) -> Self {
        Self { at: now.plus(wait_us), wait_us }
    }
}

/// The running station.
pub struct Playout<C, S> {
    clock: C,
    log: AirLog<S>,
    engine: Engine,
    make_output: OutputFactory,
    output: Option<Box<dyn Output>>,
    commands: Receiver<PlayoutCommand>,
    notify: PlayoutNotifier,
    switch_amplifier: AmplifierSwitcher,
    last_mark: Option<(BootTime, Option<String>)>,
    /// The disk refuses entries; and when it is tried again.
    log_retry: Option<LogRetry>,
    /// The log is not any more where it was.
    log_moved: bool,
    rotation_failing: bool,
    kept_copy_failing: bool,
    ends_when_idle: bool,
    has_ended: bool,
}

impl<C: Clock, S: Storage> Playout<C, S> {
    /// A station that has begun: `actions` are the engine's first.
    pub fn new(
        clock: C,
        log: AirLog<S>,
        (engine, actions): (Engine, Vec<Action>),
        hands: Effects,
        commands: Receiver<PlayoutCommand>,
    ) -> Self {
        let Effects { make_output: maker, switch_amplifier: switcher, notify: teller } = hands;
        let mut playout = Self {
            clock,
            log,
            engine,
            make_output: maker,
            output: None,
            commands,
            notify: teller,
            switch_amplifier: switcher,
            last_mark: None,
            log_retry: None,
            log_moved: false,
            rotation_failing: false,
            kept_copy_failing: false,
            ends_when_idle: false,
            has_ended: false,
        };
        let now = playout.clock.now();
        playout.perform(now, actions, None);
        playout
    }

    /// Whether it is to end by itself once everything planned for the day has its outcome.
    pub fn end_when_idle(&mut self, ends: bool) {
        self.ends_when_idle = ends;
    }

    /// Plays until it is told to end. Gives the number of entries that the disk has refused to the last.
    pub fn run(&mut self) -> usize {
        while self.step() {
            self.wait();
        }
        let now = self.clock.now();
        let mut last = self.log.append(now, Vec::new());
        if last.as_ref().is_err_and(StorageMoved::is_cause_of) {
            // Nothing is lost by waiting but what waits when there is no later: it goes where the log is by now.
            self.log.storage.follow_moved();
            last = self.log.append(now, Vec::new());
        }
        self.track_log_result(last);
        self.log.pending_entries()
    }

    /// One look at everything. False when the station has ended.
    pub fn step(&mut self) -> bool {
        self.drain_output_events();
        while let Ok(command) = self.commands.try_recv() {
            match command {
                PlayoutCommand::Adopt(adopted) => {
                    self.dispatch_after_output(EngineEvent::ScheduleLoaded(adopted), None)
                }
                PlayoutCommand::SuspectFiles { files: away, schedule_without: instead } => self.dispatch_after_output(
                    EngineEvent::SuspectFiles { suspect_files: away, without_suspects: instead },
                    None,
                ),
                PlayoutCommand::Operator(order, who, answer) => {
                    self.dispatch_after_output(EngineEvent::Operator(order, who), Some(answer))
                }
                PlayoutCommand::AmplifierSwitched(switched) => {
                    self.dispatch_after_output(EngineEvent::AmplifierSwitched(switched), None)
                }
                PlayoutCommand::Shutdown { cause } => self.dispatch_after_output(EngineEvent::Shutdown { cause }, None),
            }
        }
        self.dispatch_after_output(EngineEvent::Tick, None);
        if self.ends_when_idle && self.engine.schedule_in_force().is_some() && self.engine.is_idle(self.clock.now()) {
            let cause = "idle".to_owned();
            self.dispatch_after_output(EngineEvent::Shutdown { cause }, None);
        }
        self.write_progress_mark();
        !self.has_ended
    }

    /// Waits until something is due.
    pub fn wait(&mut self) {
        let now = self.clock.now();
        let mut until = self.engine.next_wakeup(now);
        if let Some(at) = self.output.as_ref().and_then(|output| output.next_event_at()) {
            until = until.min(at);
        }
        let every = if self.engine.sounding().is_some() { MARK_INTERVAL_US } else { HEARTBEAT_INTERVAL_US };
        until = until.min(self.last_mark.as_ref().map_or(now.boot, |(at, _)| at.plus(every)));
        if let Some(retry) = self.log_retry {
            until = until.min(retry.at);
        }
        self.clock.wait(until);
    }

    /// The engine, to look at.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The log, to look at.
    #[must_use]
    pub fn log(&self) -> &AirLog<S> {
        &self.log
    }

    /// Takes what the output has done.
    fn drain_output_events(&mut self) {
        let events = self.output.as_mut().map(|output| output.take_events()).unwrap_or_default();
        if !events.is_empty() {
            self.dispatch(EngineEvent::Output(events), None);
        }
    }

    /// Decides on an event after what the output has done: it may have begun what is about to be taken back.
    fn dispatch_after_output(&mut self, event: EngineEvent, answer: Option<Sender<CommandReply>>) {
        self.drain_output_events();
        self.dispatch(event, answer);
    }

    fn dispatch(&mut self, event: EngineEvent, answer: Option<Sender<CommandReply>>) {
        let now = self.clock.now();
        let progress = self.output.as_ref().and_then(|output| output.progress());
        let actions = self.engine.decide(now, progress, event);
        self.perform(now, actions, answer);
    }

    fn perform(&mut self, now: ClockSnapshot, actions: Vec<Action>, answer: Option<Sender<CommandReply>>) {
        let mut rotation_failed = false;
        let mut switched = None;
        for action in actions {
            match action {
                Action::Configure(settings) => self.output = Some((self.make_output)(&settings)),
                Action::OpenLine { rate } => self.with_output(|output| {
                    output.prefer_rate(rate);
                    output.open();
                }),
                Action::CloseLine => self.with_output(|output| output.close()),
                Action::Cue(cue) => self.with_output(|output| output.cue(cue)),
                Action::Cut(key) => self.with_output(|output| output.cut(key)),
                Action::Prefetch(files) => self.with_output(|output| output.prefetch(files)),
                Action::Amplifier(switch) => switched = (self.switch_amplifier)(switch),
                Action::KeepFile { name, bytes } => {
                    let kept = self.log.keep_file(name, bytes);
                    self.track_log_result(kept);
                }
                Action::AppendEntries(batch) => {
                    self.log.set_zone(self.engine.zone());
                    let logged = self.log.append(now, batch);
                    self.track_log_result(logged);
                }
                Action::RotateEpoch => {
                    let rolled = self.log.rotate_epoch(now);
                    rotation_failed = rolled.is_err();
                    // That the epoch goes on is no failure of the log.
                    if self.log.pending_entries() > 0 {
                        self.track_log_result(rolled);
                    }
                }
                Action::Reply(words) => {
                    let words = self.complete_answer(words, rotation_failed);
                    if let Some(to) = &answer {
                        // Whoever asked may have gone.
                        let _ = to.send(words);
                    }
                }
                Action::Notify(notice) => (self.notify)(&PlayoutNotice::Engine(&notice)),
                Action::Exit => self.has_ended = true,
            }
        }
        if let Some(switched) = switched {
            self.dispatch_after_output(EngineEvent::AmplifierSwitched(switched), None);
        }
    }

    /// An answer with what only the log knows.
    fn complete_answer(&self, answer: CommandReply, rotation_failed: bool) -> CommandReply {
        match answer {
            CommandReply::Done if rotation_failed || self.log.pending_entries() > 0 => CommandReply::DoneNotLogged,
            CommandReply::Status(mut status) => {
                (status.head_code, status.entries) = (self.log.head_code(), self.log.entries());
                (status.unwritten, status.log_moved) = (self.log.pending_entries(), self.log_moved);
                CommandReply::Status(status)
            }
            words => words,
        }
    }

    fn with_output(&mut self, work: impl FnOnce(&mut dyn Output)) {
        if let Some(output) = &mut self.output {
            work(output.as_mut());
        }
    }

    /// Tells once that an epoch cannot end, and once that a kept file lies in one place only.
    fn report_rotation_failures(&mut self) {
        match self.log.rotation_error() {
            Some(error) if !self.rotation_failing => (self.notify)(&PlayoutNotice::EpochRotationFailed(error)),
            _ => {}
        }
        self.rotation_failing = self.log.rotation_error().is_some();
        match self.log.kept_file_error() {
            Some(error) if !self.kept_copy_failing => (self.notify)(&PlayoutNotice::KeptCopyFailed(error)),
            _ => {}
        }
        self.kept_copy_failing = self.log.kept_file_error().is_some();
    }

    /// Tells once that the disk fails, and once that it works again. Sound goes on.
    fn track_log_result(&mut self, result: std::io::Result<()>) {
        self.log_moved = result.as_ref().is_err_and(StorageMoved::is_cause_of);
        match (result, self.log_retry) {
            (Err(e), before) => {
                if before.is_none() {
                    (self.notify)(&PlayoutNotice::LogWriteFailed(&e));
                }
                let now = self.clock.now().boot;
                // A disk that hangs over each try must not keep the loop waiting every second.
                self.log_retry = match before {
                    Some(retry) if now < retry.at => Some(retry),
                    // A look for a folder that was moved away costs nothing; people wait for it to be back.
                    Some(retry) if !self.log_moved => {
                        Some(LogRetry::after(now, (retry.wait_us * 2).min(MAX_LOG_RETRY_US)))
                    }
                    Some(_) => Some(LogRetry::after(now, FIRST_LOG_RETRY_US)),
                    None => Some(LogRetry::after(now, FIRST_LOG_RETRY_US)),
                };
            }
            (Ok(()), Some(_)) if self.log.pending_entries() == 0 => {
                self.log_retry = None;
                (self.notify)(&PlayoutNotice::LogWriteRecovered);
            }
            _ => {}
        }
    }

    /// Marks how far the running airing has come, or that the station lives.
    fn write_progress_mark(&mut self) {
        let now = self.clock.now();
        let sounding = self.engine.sounding().map(|(id, key, before)| (id.to_owned(), key, before));
        let id = sounding.as_ref().map(|(id, ..)| id.clone());
        let every = if id.is_some() { MARK_INTERVAL_US } else { HEARTBEAT_INTERVAL_US };
        let (first, due) = match &self.last_mark {
            None => (true, true),
            Some((at, marked)) => (*marked != id, now.boot.since(*at) >= every),
        };
        if self.log_retry.map_or(due, |retry| now.boot >= retry.at) {
            let again = self.log.rotate_epoch_if_due(now);
            self.track_log_result(again);
            self.report_rotation_failures();
        }
        if !first && !due {
            return;
        }
        let progress = self.output.as_ref().and_then(|output| output.progress());
        let progress = progress.filter(|p| sounding.as_ref().is_some_and(|(_, key, _)| *key == p.key));
        // Of an airing that was interrupted the earlier part counts, too.
        let before = |rate| sounding.as_ref().map_or(0, |(.., before)| before.frames_at(rate));
        let sign = LifeSign {
            trusted: self.engine.is_clock_trusted(),
            id: id.clone(),
            frames: progress.map_or(0, |p| p.frames + before(p.rate)),
            rate: progress.map_or(0, |p| p.rate),
        };
        let starts = first && id.is_some();
        // A mark is scratch: without it an interrupted airing is known less exactly, that is all.
        let _ = self.log.write_mark(now, sign, starts);
        self.last_mark = Some((now.boot, id));
    }
}
