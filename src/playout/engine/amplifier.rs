//! Switches the amplifier: on before the first frame, off a while after the last, again when that fails. Planned sound
//! never waits for it.
pub(super) mod state;

use super::Engine;
use super::action::Action;
use super::line_state::LineState;
use super::live_airing::LiveAiring;
use super::notice::Notice;
use super::operator::reply::CommandReply;
use super::switching::{AmplifierStatus, SwitchError, SwitchRequest, SwitchResult};
use crate::airlog::entry::{AmplifierEntry, Body, OperatorAction, PeerUser, SwitchTarget, UNTRIED};
use crate::base::instant::{BootTime, SECOND_US};
use crate::playout::clock::ClockSnapshot;
use crate::schedule::settings::AmplifierSettings;
use state::{AmplifierState, Power, RelayState, Switching};

/// A command without a result after this time has failed: the thread that runs it gives up earlier.
const SWITCH_TIMEOUT_US: i64 = 20 * SECOND_US;
/// A command that failed is tried again after this time, then after twice that, and so on up to the other.
const RETRY_US: i64 = 5 * SECOND_US;
const RETRY_MAX_US: i64 = 300 * SECOND_US;

impl Engine {
    /// How long the amplifier takes from silence, microseconds.
    pub(super) fn warm_up_us(&self) -> i64 {
        self.in_force_or_pending().map_or(0, |a| a.schedule.station.amplifier.warm_up_us)
    }

    /// How long it takes until a cue that starts at once is heard, microseconds.
    pub(super) fn warm_up_left_us(&self, now: ClockSnapshot) -> i64 {
        let warm_up_us = self.warm_up_us();
        let state = &self.amplifier;
        // Where it cannot be switched on, a person has done it, or nobody hears anything: waiting helps neither.
        let by_hand = state.last_errors.on.is_some() && state.relay.power().is_none();
        let Some(amplifier) = state.config.as_ref().filter(|_| !by_hand) else {
            return if self.line == LineState::Closed { warm_up_us } else { 0 };
        };
        let since = match (state.switching, &state.relay) {
            (Some(Switching { to: Power::On, since, .. }), _) => since,
            (Some(Switching { to: Power::Off, since, .. }), _) => since.plus(amplifier.min_off_us),
            (None, RelayState::Is { power: Power::On, since }) => *since,
            // It may not be switched on again before it has rested.
            (None, _) => now.boot.max(state.rests_until(amplifier)),
        };
        since.plus(warm_up_us).since(now.boot).max(0)
    }

    /// Switches it on when something has the line, and off a while after, unless it would have to be on again before it
    /// may.
    pub(super) fn update_amplifier(&mut self, now: ClockSnapshot) {
        if let Some(Switching { to, serial, since }) = self.amplifier.switching {
            if now.boot.since(since) < SWITCH_TIMEOUT_US {
                return;
            }
            let error = Some(SwitchError::Failed("no answer".to_owned()));
            let took_ms = SWITCH_TIMEOUT_US / 1000;
            self.on_switched(now, SwitchResult { serial, on: to.is_on(), took_ms, error });
        }
        let in_use = self.airings.iter().any(LiveAiring::holds_line);
        self.apply_amplifier_config(now, in_use);
        let Some(amplifier) = self.amplifier.config.clone() else {
            return;
        };
        // What gave the line back since the last look had it until now.
        if std::mem::replace(&mut self.amplifier.in_use, in_use) || in_use {
            self.amplifier.last_needed_at = Some(now.boot);
        }
        let wanted = Power::from_on(self.wants_amplifier_on(now, &amplifier));
        if self.amplifier.relay.power() == Some(wanted) {
            // The operator's command asks for the present state: it is done.
            self.amplifier.by_operator = false;
            return;
        }
        let rests = wanted.is_on() && now.boot < self.amplifier.rests_until(&amplifier);
        let retries_later = matches!(self.amplifier.relay, RelayState::Failed { to, retry_at, .. }
            if to == wanted && now.boot < retry_at);
        if rests || (retries_later && !self.amplifier.by_operator) {
            return;
        }
        self.start_switching(now, wanted, amplifier);
    }

    /// Puts other commands of the schedule in force once nothing sounds that the old ones have switched on, and those
    /// have switched it off. The state of the amplifier that the new ones switch is unknown.
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
            if in_use || self.amplifier.is_in_tail(now.boot, &old) || self.amplifier.switching.is_some() {
                return;
            }
            if self.amplifier.relay.power() != Some(Power::Off) {
                let serial = self.amplifier.next_serial();
                self.amplifier.off_at = Some(now.boot);
                let request = SwitchRequest { serial, on: false, amplifier: old, by_operator: false };
                self.actions.output.push(Action::Amplifier(request));
            }
        }
        // The operator's last command was meant for the old ones.
        let AmplifierState { off_at, serial, last_needed_at, in_use, .. } = self.amplifier;
        self.amplifier =
            AmplifierState { config: wanted, off_at, serial, last_needed_at, in_use, ..AmplifierState::default() };
    }

    fn wants_amplifier_on(&self, now: ClockSnapshot, amplifier: &AmplifierSettings) -> bool {
        let state = &self.amplifier;
        let is_on = state.relay.power() == Some(Power::On);
        let on_again_soon = is_on && self.is_due_within(now, amplifier.min_off_us + self.preroll_us());
        state.held_on || state.is_in_tail(now.boot, amplifier) || on_again_soon || self.is_relay_due(now)
    }

    /// Whether a relay slot is about to begin: it has no cue of ours that would be there ahead.
    fn is_relay_due(&self, now: ClockSnapshot) -> bool {
        let mut relays = self.airings.planned().iter().filter(|s| s.is_waiting() && s.is_relay() && !s.is_withdrawn());
        self.clock_trust.trusted
            && relays.any(|slot| {
                slot.planned.as_ref().is_some_and(|a| {
                    (0..=self.preroll_us()).contains(&a.starts_at().since(now.wall))
                        && !self.is_quiet_for(a.starts_at(), a)
                })
            })
    }

    fn start_switching(&mut self, now: ClockSnapshot, to: Power, amplifier: AmplifierSettings) {
        let serial = self.amplifier.next_serial();
        self.amplifier.switching = Some(Switching { to, serial, since: now.boot });
        let by_operator = std::mem::take(&mut self.amplifier.by_operator);
        let request = SwitchRequest { serial, on: to.is_on(), amplifier, by_operator };
        self.actions.output.push(Action::Amplifier(request));
    }

    /// Takes the result of a request.
    pub(super) fn on_switched(&mut self, now: ClockSnapshot, switched: SwitchResult) {
        let SwitchResult { serial, on, took_ms, error } = switched;
        if self.amplifier.switching.take_if(|switching| switching.serial == serial).is_none() {
            // Of commands that are no longer in force.
            return;
        }
        let power = Power::from_on(on);
        let before = std::mem::replace(self.amplifier.last_errors.of_mut(power), error.clone());
        // The same failure again is not news.
        let is_news = error.is_none() || before != error;
        if is_news {
            let detail = error.as_ref().map(|error| match error {
                SwitchError::Untried => UNTRIED.to_owned(),
                SwitchError::Failed(detail) => detail.clone(),
            });
            let to = if on { SwitchTarget::On } else { SwitchTarget::Off };
            self.actions.log.push(Body::Amplifier(AmplifierEntry { to, done: error.is_none(), took_ms, detail }));
        }
        match error {
            None => {
                self.amplifier.relay = RelayState::Is { power, since: now.boot };
                if !on {
                    self.amplifier.off_at = Some(now.boot);
                }
                if before.is_some() {
                    self.actions.notify(Notice::AmplifierRecovered);
                }
            }
            Some(error) => {
                let failures = self.amplifier.relay.failures_to(power);
                let retry_at = now.boot.plus((RETRY_US << failures.min(10)).min(RETRY_MAX_US));
                self.amplifier.relay = RelayState::Failed { to: power, retry_at, failures: failures.saturating_add(1) };
                if is_news {
                    self.actions.notify(Notice::AmplifierFails { on, error });
                }
            }
        }
    }

    /// Switches it for the operator, whatever its state is believed to be: they stand next to it.
    pub(super) fn set_amplifier(&mut self, now: ClockSnapshot, on: bool, who: PeerUser) -> CommandReply {
        let busy = self.airings.iter().find(|s| s.holds_line()).map(|s| s.labels.title.clone());
        self.apply_amplifier_config(now, busy.is_some());
        if self.amplifier.config.is_none() {
            return CommandReply::NoAmplifier;
        }
        if let Some(title) = busy.filter(|_| !on) {
            // It goes off by itself after what sounds.
            self.amplifier.held_on = false;
            return CommandReply::Busy(title);
        }
        self.log_operator(if on { OperatorAction::AmplifierOn } else { OperatorAction::AmplifierOff }, None, who);
        let state = &mut self.amplifier;
        (state.held_on, state.by_operator) = (on, true);
        if !on {
            (state.last_needed_at, state.in_use) = (None, false);
        }
        // Its command is run in any case; its rest protects it all the same.
        state.forget_power();
        CommandReply::Done
    }

    /// Switches it off at shutdown. Returns whether its command still runs.
    pub(super) fn shut_down_amplifier(&mut self, now: ClockSnapshot) -> bool {
        let Some(amplifier) = self.amplifier.config.clone() else {
            return false;
        };
        if self.amplifier.switching.is_none() && self.amplifier.relay.power() != Some(Power::Off) {
            if matches!(self.amplifier.relay, RelayState::Failed { to: Power::Off, .. }) {
                // It does not answer; that is logged.
                return false;
            }
            self.start_switching(now, Power::Off, amplifier);
        }
        self.amplifier.switching.is_some()
    }

    /// Says when to look at it again.
    pub(super) fn amplifier_wakeups(&self, at: &mut impl FnMut(BootTime)) {
        let state = &self.amplifier;
        let Some(amplifier) = &state.config else {
            return;
        };
        if let Some(Switching { since, .. }) = state.switching {
            at(since.plus(SWITCH_TIMEOUT_US));
        }
        at(state.rests_until(amplifier));
        if let Some(needed) = state.last_needed_at {
            at(needed.plus(amplifier.tail_us + 1));
        }
        if let RelayState::Failed { retry_at, .. } = state.relay {
            at(retry_at);
        }
    }

    /// Its part of a status report.
    pub(super) fn amplifier_status(&self) -> Option<AmplifierStatus> {
        let state = &self.amplifier;
        let AmplifierSettings { on, off, .. } = state.config.as_ref()?;
        let power = state.relay.power();
        let to_be_switched = state.by_operator || (state.held_on && power == Some(Power::Off));
        Some(AmplifierStatus {
            on: power.map(Power::is_on),
            switching: state.switching.is_some() || to_be_switched,
            held: state.held_on,
            troubles: [state.last_errors.off.clone(), state.last_errors.on.clone()],
            commands: [off.clone(), on.clone()],
        })
    }
}
