//! When the amplifier is on: before the first frame, until a while after the last; and what is done when it cannot be
//! switched. Nothing here ever holds up sound that is planned.
use serde::{Deserialize, Serialize};

use super::live_airing::LiveAiring;
use super::{Action, CommandReply, Engine, LineState, Notice};
use crate::airlog::entry::{AmplifierEntry, Body, OperatorAction, PeerUser, SwitchTarget, UNTRIED};
use crate::base::instant::{BootTime, SECOND_US};
use crate::playout::clock::ClockSnapshot;
use crate::schedule::settings::AmplifierSettings;

/// A switch that says nothing for so long has failed: whoever runs it gives up before.
const SWITCH_TIMEOUT_US: i64 = 20 * SECOND_US;
/// A switch that failed is tried again after this, then twice as late each time, up to the second.
const RETRY_US: i64 = 5 * SECOND_US;
const RETRY_MAX_US: i64 = 300 * SECOND_US;

/// Switch the amplifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchRequest {
    /// Names it in its answer.
    pub serial: u64,
    /// Whether it is to be on.
    pub on: bool,
    /// Its commands.
    pub amplifier: AmplifierSettings,
    /// Whether a person at this machine has asked for it: these commands may be run from now on.
    pub by_operator: bool,
}

/// What came of switching it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchResult {
    /// Which switch.
    pub serial: u64,
    /// Whether it was to be on.
    pub on: bool,
    /// How long the command ran, milliseconds.
    pub took_ms: i64,
    /// Why it was not switched; none when it was.
    pub error: Option<SwitchError>,
}

/// Why the amplifier is not switched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SwitchError {
    /// Nobody has run these commands by hand on this machine: a station's folder travels on sticks.
    Untried,
    /// The command failed; what the system or the command said.
    Failed(String),
}

/// How the amplifier is, for who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmplifierStatus {
    /// Whether it is on; none when that is not known.
    pub on: Option<bool>,
    /// Whether its command runs, or waits until it may.
    pub switching: bool,
    /// Whether the operator keeps it on.
    pub held: bool,
    /// Why it could not be switched off, and on, the last time.
    pub troubles: [Option<SwitchError>; 2],
    /// The commands for off, and for on, as they are run.
    pub commands: [Vec<String>; 2],
}

/// What the engine knows of it.
#[derive(Debug, Default)]
pub(super) struct AmplifierState {
    /// Whose commands are in force.
    config: Option<AmplifierSettings>,
    /// What its last command made it, and since when; none: not known.
    known_state: Option<(bool, BootTime)>,
    /// When it was last switched off: it rests from then on.
    off_at: Option<BootTime>,
    /// What is being done, under which number, and since when.
    switching: Option<(bool, u64, BootTime)>,
    serial: u64,
    /// The operator keeps it on.
    held_on: bool,
    /// A person has asked for the next switch.
    by_operator: bool,
    /// When something last had the line.
    last_needed_at: Option<BootTime>,
    /// Something had the line at the last look.
    in_use: bool,
    failures: u32,
    /// What has failed, and when it is tried again.
    retry: Option<(bool, BootTime)>,
    /// Why it could not be switched off, and on, as it was told.
    last_errors: [Option<SwitchError>; 2],
}

impl AmplifierState {
    /// Until when it rests.
    fn rests_until(&self, amplifier: &AmplifierSettings) -> BootTime {
        self.off_at.map_or(BootTime(i64::MIN), |at| at.plus(amplifier.min_off_us))
    }
}

impl Engine {
    /// The amplifier, where loa switches it.
    fn amplifier_config(&self) -> Option<&AmplifierSettings> {
        self.amplifier.config.as_ref()
    }

    /// How long the amplifier takes from silence, microseconds.
    pub(super) fn warm_up_us(&self) -> i64 {
        self.in_force_or_pending().map_or(0, |a| a.schedule.station.amplifier.warm_up_us)
    }

    /// How long it takes until something that begins at once is heard, microseconds.
    pub(super) fn warm_up_left_us(&self, now: ClockSnapshot) -> i64 {
        let warm_up_us = self.warm_up_us();
        let state = &self.amplifier;
        // Where it cannot be switched on, a person has done it, or nobody hears anything: waiting helps neither.
        let by_hand = state.last_errors[1].is_some() && state.known_state.is_none();
        let Some(amplifier) = self.amplifier_config().filter(|_| !by_hand) else {
            return if self.line == LineState::Closed { warm_up_us } else { 0 };
        };
        let since = match (state.switching, state.known_state) {
            (Some((true, _, since)), _) | (None, Some((true, since))) => since,
            (Some((false, _, since)), _) => since.plus(amplifier.min_off_us),
            // It may not be switched on again before it has rested.
            (None, _) => now.boot.max(state.rests_until(amplifier)),
        };
        since.plus(warm_up_us).since(now.boot).max(0)
    }

    /// Switches it on when something has the line, and off a while after, unless it would have to be on again before it
    /// may.
    pub(super) fn update_amplifier(&mut self, now: ClockSnapshot) {
        if let Some((on, serial, since)) = self.amplifier.switching {
            if now.boot.since(since) < SWITCH_TIMEOUT_US {
                return;
            }
            let trouble = Some(SwitchError::Failed("no answer".to_owned()));
            self.on_switched(now, SwitchResult { serial, on, took_ms: SWITCH_TIMEOUT_US / 1000, error: trouble });
        }
        let in_use = self.all_airings().any(LiveAiring::holds_line);
        self.apply_amplifier_config(now, in_use);
        let Some(amplifier) = self.amplifier_config().cloned() else {
            return;
        };
        // What gave the line back since the last look had it until now.
        if std::mem::replace(&mut self.amplifier.in_use, in_use) || in_use {
            self.amplifier.last_needed_at = Some(now.boot);
        }
        let on = self.wants_amplifier_on(now, &amplifier);
        if self.amplifier.known_state.is_some_and(|(is, _)| is == on) {
            // An order that asks for what is already so has come to its end.
            self.amplifier.by_operator = false;
            return;
        }
        let rests = now.boot < self.amplifier.rests_until(&amplifier);
        let waits =
            self.amplifier.retry.is_some_and(|(to, at)| to == on && now.boot < at) && !self.amplifier.by_operator;
        if (on && rests) || waits {
            return;
        }
        self.start_switching(now, on, amplifier);
    }

    /// Other commands in the schedule: they are in force once nothing sounds that the old ones have switched on, and those
    /// have switched it off. Of what the new ones switch, nothing is known.
    fn apply_amplifier_config(&mut self, now: ClockSnapshot, in_use: bool) {
        let wanted = self.in_force_or_pending().map(|a| a.schedule.station.amplifier.clone());
        let wanted = wanted.filter(|a| a.is_controlled() && !self.context.rehearsal);
        let words = |a: &AmplifierSettings| (a.on.clone(), a.off.clone());
        if self.amplifier.config.as_ref().map(words) == wanted.as_ref().map(words) {
            // Its times may have changed.
            self.amplifier.config = wanted;
            return;
        }
        if let Some(old) = self.amplifier.config.clone() {
            let tail = self.amplifier.last_needed_at.is_some_and(|at| now.boot <= at.plus(old.tail_us));
            if in_use || tail || self.amplifier.switching.is_some() {
                return;
            }
            if self.amplifier.known_state.is_none_or(|(on, _)| on) {
                let serial = self.new_serial();
                self.amplifier.off_at = Some(now.boot);
                self.actions.output.push(Action::Amplifier(SwitchRequest {
                    serial,
                    on: false,
                    amplifier: old,
                    by_operator: false,
                }));
            }
        }
        // What a person has asked for was meant for the old ones.
        let AmplifierState { off_at, serial, last_needed_at: needed, in_use, .. } = self.amplifier;
        self.amplifier = AmplifierState {
            config: wanted,
            off_at,
            serial,
            last_needed_at: needed,
            in_use,
            ..AmplifierState::default()
        };
    }

    fn new_serial(&mut self) -> u64 {
        self.amplifier.serial += 1;
        self.amplifier.serial
    }

    fn wants_amplifier_on(&self, now: ClockSnapshot, amplifier: &AmplifierSettings) -> bool {
        let state = &self.amplifier;
        let tail = state.last_needed_at.is_some_and(|at| now.boot <= at.plus(amplifier.tail_us));
        // A receiver that takes the line has no cue of ours that would be lined up ahead.
        let relay = self.clock_trust.trusted
            && self.airings.iter().filter(|s| s.is_waiting() && s.is_relay() && !s.is_withdrawn()).any(|s| {
                s.planned.as_ref().is_some_and(|a| {
                    (0..=self.preroll_us()).contains(&a.starts_at().since(now.wall))
                        && !self.is_quiet_for(a.starts_at(), a)
                })
            });
        let on = matches!(state.known_state, Some((true, _)));
        let again = on && self.is_due_within(now, amplifier.min_off_us + self.preroll_us());
        state.held_on || tail || again || relay
    }

    fn start_switching(&mut self, now: ClockSnapshot, on: bool, amplifier: AmplifierSettings) {
        let serial = self.new_serial();
        self.amplifier.switching = Some((on, serial, now.boot));
        let ordered = std::mem::take(&mut self.amplifier.by_operator);
        self.actions.output.push(Action::Amplifier(SwitchRequest { serial, on, amplifier, by_operator: ordered }));
    }

    /// What came of it.
    pub(super) fn on_switched(&mut self, now: ClockSnapshot, switched: SwitchResult) {
        let SwitchResult { serial, on, took_ms, error: trouble } = switched;
        if self.amplifier.switching.take_if(|(_, of, _)| *of == serial).is_none() {
            // Of commands that are not in force any more.
            return;
        }
        let before = std::mem::replace(&mut self.amplifier.last_errors[usize::from(on)], trouble.clone());
        let same = self.amplifier.retry.is_some_and(|(to, _)| to == on);
        let failures = if same { self.amplifier.failures } else { 0 };
        let detail = trouble.as_ref().map(|trouble| match trouble {
            SwitchError::Untried => UNTRIED.to_owned(),
            SwitchError::Failed(detail) => detail.clone(),
        });
        // What is tried again and fails again is no news.
        let told = trouble.is_some() && before == trouble;
        if !told {
            let to = if on { SwitchTarget::On } else { SwitchTarget::Off };
            self.actions.log.push(Body::Amplifier(AmplifierEntry { to, done: trouble.is_none(), took_ms, detail }));
        }
        match trouble {
            None => {
                self.amplifier.known_state = Some((on, now.boot));
                (self.amplifier.failures, self.amplifier.retry) = (0, None);
                if !on {
                    self.amplifier.off_at = Some(now.boot);
                }
                if before.is_some() {
                    self.actions.after_log.push(Action::Notify(Notice::AmplifierRecovered));
                }
            }
            Some(trouble) => {
                self.amplifier.known_state = None;
                self.amplifier.failures = failures.saturating_add(1);
                let wait = (RETRY_US << failures.min(10)).min(RETRY_MAX_US);
                self.amplifier.retry = Some((on, now.boot.plus(wait)));
                if !told {
                    self.actions.after_log.push(Action::Notify(Notice::AmplifierFails { on, error: trouble }));
                }
            }
        }
    }

    /// The operator switches it, whatever it is believed to be: they stand beside it.
    pub(super) fn set_amplifier(&mut self, now: ClockSnapshot, on: bool, who: PeerUser) -> CommandReply {
        let in_use = self.all_airings().any(LiveAiring::holds_line);
        self.apply_amplifier_config(now, in_use);
        if self.amplifier_config().is_none() {
            return CommandReply::NoAmplifier;
        }
        let busy = self.all_airings().find(|s| s.holds_line()).map(|s| s.labels.title.clone());
        if let Some(title) = busy.filter(|_| !on) {
            // It goes off by itself behind what sounds.
            self.amplifier.held_on = false;
            return CommandReply::Busy(title);
        }
        self.log_operator(if on { OperatorAction::AmplifierOn } else { OperatorAction::AmplifierOff }, None, who);
        let state = &mut self.amplifier;
        (state.held_on, state.by_operator) = (on, true);
        if !on {
            (state.last_needed_at, state.in_use) = (None, false);
        }
        // Its command is run, whatever it is believed to be; its rest protects it all the same.
        state.known_state = None;
        CommandReply::Done
    }

    /// At the end of the daemon: off. Whether its command still runs.
    pub(super) fn shut_down_amplifier(&mut self, now: ClockSnapshot) -> bool {
        let Some(amplifier) = self.amplifier_config().cloned() else {
            return false;
        };
        if self.amplifier.switching.is_none() && self.amplifier.known_state.is_none_or(|(on, _)| on) {
            if self.amplifier.retry.is_some_and(|(on, _)| !on) {
                // It does not answer; that is logged.
                return false;
            }
            self.start_switching(now, false, amplifier);
        }
        self.amplifier.switching.is_some()
    }

    /// When to look at it again.
    pub(super) fn amplifier_wakeups(&self, at: &mut impl FnMut(BootTime)) {
        let Some(amplifier) = self.amplifier_config() else {
            return;
        };
        let state = &self.amplifier;
        if let Some((_, _, since)) = state.switching {
            at(since.plus(SWITCH_TIMEOUT_US));
        }
        at(state.rests_until(amplifier));
        if let Some(needed) = state.last_needed_at {
            at(needed.plus(amplifier.tail_us + 1));
        }
        if let Some((_, retry)) = state.retry {
            at(retry);
        }
    }

    /// For who asks.
    pub(super) fn amplifier_status(&self) -> Option<AmplifierStatus> {
        let AmplifierSettings { on, off, .. } = self.amplifier_config()?;
        let commands = [off.clone(), on.clone()];
        let AmplifierState {
            known_state: is,
            switching,
            held_on: held,
            by_operator: ordered,
            last_errors: troubles,
            ..
        } = &self.amplifier;
        let switching = switching.is_some() || *ordered || (*held && matches!(is, Some((false, _))));
        let troubles = troubles.clone();
        Some(AmplifierStatus { on: is.map(|(on, _)| on), switching, held: *held, troubles, commands })
    }
}
