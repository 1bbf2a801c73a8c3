//! The loop of a running station: it reads the clock, passes events to the engine, and performs the engine's actions.
mod facts;
mod progress_mark;
mod reported_facts;

use std::sync::mpsc::{Receiver, Sender};

use super::clock::{Clock, ClockSnapshot};
use super::command::PlayoutCommand;
use super::effects::Effects;
use super::engine::{Action, CommandReply, Engine, EngineEvent, OperatorCommand};
use super::log_health::LogHealth;
use super::notice::PlayoutNotice;
use super::output::Output;
use crate::airlog::AirLog;
use crate::airlog::storage::{Storage, StorageMoved};
use crate::base::instant::BootTime;
use reported_facts::ReportedFacts;

/// A running station. One thread owns it; other threads send commands and wake the clock.
pub struct Playout<C, S> {
    clock: C,
    log: AirLog<S>,
    engine: Engine,
    effects: Effects,
    output: Option<Box<dyn Output>>,
    commands: Receiver<PlayoutCommand>,
    /// The time of the last progress mark, and the id of the airing that sounded then.
    last_mark: Option<(BootTime, Option<String>)>,
    log_health: LogHealth,
    reported_facts: ReportedFacts,
    ends_when_idle: bool,
    has_ended: bool,
}

impl<C: Clock, S: Storage> Playout<C, S> {
    /// Performs the first actions of an engine that has started, and returns the running station.
    pub fn new(
        clock: C,
        log: AirLog<S>,
        (engine, first_actions): (Engine, Vec<Action>),
        effects: Effects,
        commands: Receiver<PlayoutCommand>,
    ) -> Self {
        let mut playout = Self {
            clock,
            log,
            engine,
            effects,
            output: None,
            commands,
            last_mark: None,
            log_health: LogHealth::default(),
            reported_facts: ReportedFacts::default(),
            ends_when_idle: false,
            has_ended: false,
        };
        let now = playout.clock.now();
        playout.perform(now, first_actions, None);
        playout
    }

    /// Sets whether the station ends automatically once every airing planned for the day has its outcome.
    pub fn end_when_idle(&mut self, enabled: bool) {
        self.ends_when_idle = enabled;
    }

    /// Plays until the station ends. Returns the number of entries that could not be written even in the last attempt.
    pub fn run(&mut self) -> usize {
        while self.step() {
            self.wait();
        }
        let now = self.clock.now();
        let mut last_result = self.log.append(now, Vec::new());
        if last_result.as_ref().is_err_and(StorageMoved::is_cause_of) {
            // This is the last attempt, so the entries are written to the folder to which the log was moved.
            self.log.storage.follow_moved_folder();
            // If the folder was deleted, this fails too. The first error then explains the cause better.
            if self.log.append(now, Vec::new()).is_ok() {
                last_result = Ok(());
            }
        }
        self.track_log_result(last_result);
        self.log.pending_entries()
    }

    /// Returns whether the log was moved, deleted or replaced when it was last written.
    #[must_use]
    pub fn is_log_moved(&self) -> bool {
        self.log_health.is_moved()
    }

    /// Handles all pending events. Returns false once the playout has stopped.
    pub fn step(&mut self) -> bool {
        self.drain_output_events();
        while let Ok(command) = self.commands.try_recv() {
            let (event, reply_to) = command.into_event();
            if matches!(event, EngineEvent::Operator(OperatorCommand::Status, _)) {
                self.report_facts_for_status();
            }
            self.dispatch_after_output(event, reply_to);
        }
        self.dispatch_after_output(EngineEvent::Tick, None);
        if self.ends_when_idle && self.engine.revision_in_force().is_some() && self.engine.is_idle(self.clock.now()) {
            let cause = "idle".to_owned();
            self.dispatch_after_output(EngineEvent::Shutdown { cause }, None);
        }
        self.report_facts();
        self.rotate_epoch_and_write_mark();
        !self.has_ended
    }

    /// Waits until something is due, or until another thread wakes the clock.
    pub fn wait(&mut self) {
        let now = self.clock.now();
        let mut wake_at = self.engine.next_wakeup(now).min(self.next_mark_at(now.boot));
        if let Some(next_event_at) = self.output.as_ref().and_then(|output| output.next_event_at()) {
            wake_at = wake_at.min(next_event_at);
        }
        if let Some(retry_at) = self.log_health.retry_at() {
            wake_at = wake_at.min(retry_at);
        }
        if let Some(check_at) = self.next_sound_card_check_at() {
            wake_at = wake_at.min(check_at);
        }
        self.clock.wait(wake_at);
    }

    /// Returns the engine, for inspection.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Returns the log, for inspection.
    #[must_use]
    pub fn log(&self) -> &AirLog<S> {
        &self.log
    }

    /// Passes the output's events to the engine.
    fn drain_output_events(&mut self) {
        let events = self.output.as_mut().map(|output| output.take_events()).unwrap_or_default();
        if !events.is_empty() {
            self.dispatch(EngineEvent::Output(events), None);
        }
    }

    /// Dispatches the output's pending events, then this event. In the other order, this event could take back a cue
    /// that has already started.
    fn dispatch_after_output(&mut self, event: EngineEvent, reply_to: Option<Sender<CommandReply>>) {
        self.drain_output_events();
        self.dispatch(event, reply_to);
    }

    fn dispatch(&mut self, event: EngineEvent, reply_to: Option<Sender<CommandReply>>) {
        let now = self.clock.now();
        let progress = self.output.as_ref().and_then(|output| output.progress());
        let actions = self.engine.decide(now, progress, event);
        self.perform(now, actions, reply_to);
    }

    fn perform(&mut self, now: ClockSnapshot, actions: Vec<Action>, reply_to: Option<Sender<CommandReply>>) {
        let mut rotation_failed = false;
        let mut switch_result = None;
        for action in actions {
            match action {
                Action::Configure(settings) => self.output = Some((self.effects.make_output)(&settings)),
                Action::OpenLine { rate } => self.with_output(|output| {
                    output.prefer_rate(rate);
                    output.open();
                }),
                Action::CloseLine => self.with_output(|output| output.close()),
                Action::Cue(cue) => self.with_output(|output| output.cue(cue)),
                Action::Cut(key) => self.with_output(|output| output.cut(key)),
                Action::Inspect(files) => self.with_output(|output| output.inspect(files)),
                Action::Amplifier(request) => switch_result = (self.effects.switch_amplifier)(request),
                Action::KeepFile { name, bytes } => {
                    let result = self.log.keep_file(name, bytes);
                    self.track_log_result(result);
                }
                Action::AppendEntries(batch) => {
                    self.log.set_zone(self.engine.zone());
                    let result = self.log.append(now, batch);
                    self.track_log_result(result);
                }
                Action::RotateEpoch => {
                    let result = self.log.rotate_epoch(now);
                    rotation_failed = result.is_err();
                    // An epoch that cannot end yet is a failure of the log only if entries wait to be written.
                    if self.log.pending_entries() > 0 {
                        self.track_log_result(result);
                    }
                }
                Action::Reply(reply) => {
                    let reply = self.complete_reply(reply, rotation_failed);
                    if let Some(sender) = &reply_to {
                        // The client may have disconnected.
                        let _ = sender.send(reply);
                    }
                }
                Action::Notify(notice) => (self.effects.notify)(PlayoutNotice::Engine(&notice)),
                Action::Exit => self.has_ended = true,
            }
        }
        if let Some(result) = switch_result {
            self.dispatch_after_output(EngineEvent::AmplifierSwitched(result), None);
        }
    }

    /// Adds the state of the log to a reply.
    fn complete_reply(&self, reply: CommandReply, rotation_failed: bool) -> CommandReply {
        match reply {
            CommandReply::Done if rotation_failed || self.log.pending_entries() > 0 => CommandReply::DoneNotLogged,
            CommandReply::Performed { effect, .. } => {
                CommandReply::Performed { effect, is_logged: !rotation_failed && self.log.pending_entries() == 0 }
            }
            CommandReply::Status(mut status) => {
                (status.head_code, status.entries) = (self.log.head_code(), self.log.entries());
                (status.unwritten, status.log_moved) = (self.log.pending_entries(), self.log_health.is_moved());
                CommandReply::Status(status)
            }
            unchanged => unchanged,
        }
    }

    fn with_output(&mut self, operation: impl FnOnce(&mut dyn Output)) {
        if let Some(output) = &mut self.output {
            operation(output.as_mut());
        }
    }

    /// Records the result of a write to the log, and reports when writing begins to fail or works again. Sound
    /// continues in any case.
    fn track_log_result(&mut self, result: std::io::Result<()>) {
        let notice = match &result {
            Err(error) => {
                let now = self.clock.now().boot;
                self.log_health.on_failure(error, now)
            }
            Ok(()) => self.log_health.on_success(self.log.pending_entries()),
        };
        if let Some(notice) = notice {
            (self.effects.notify)(notice);
        }
    }
}
