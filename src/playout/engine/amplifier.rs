//! Switches the amplifier on before the first frame and off some time after the last one, and retries failed commands.
//! Planned sound never waits for the amplifier.
pub(super) mod state;

use super::Engine;
use super::action::Action;
use super::line_state::LineState;
use super::live_airing::LiveAiring;
use super::notice::Notice;
use super::operator::reply::CommandReply;
use super::switching::{AmplifierStatus, Power, SwitchError, SwitchRequest, SwitchResult};
use crate::airlog::entry::{AmplifierEntry, Body, OperatorAction, PeerUser, SwitchTarget, UNTRIED};
use crate::base::instant::{BootTime, SECOND_US};
use crate::playout::clock::ClockSnapshot;
use crate::schedule::settings::AmplifierSettings;
use state::{AmplifierState, PowerState, Switching};

/// A command that has no result after this time, in microseconds, has failed. The thread that runs the command gives up
/// earlier.
const SWITCH_TIMEOUT_US: i64 = 20 * SECOND_US;
/// A failed command is retried after this time, in microseconds. The time doubles with each failure in a row, up to
/// [`MAX_RETRY_DELAY_US`].
const MIN_RETRY_DELAY_US: i64 = 5 * SECOND_US;
/// The maximum time between two attempts, in microseconds.
const MAX_RETRY_DELAY_US: i64 = 300 * SECOND_US;

impl Engine {
    /// The time in microseconds from switching the amplifier on until sound is heard.
    pub(super) fn warm_up_us(&self) -> i64 {
        self.revision_in_force_or_pending().map_or(0, |revision| revision.schedule.station.amplifier.warm_up_us)
    }

    /// The time in microseconds until the amplifier is warm. A cue that starts earlier is not heard from its beginning.
    pub(super) fn remaining_warm_up_us(&self, now: ClockSnapshot) -> i64 {
        let warm_up_us = self.warm_up_us();
        let state = &self.amplifier;
        // When switching on fails, either someone has switched the amplifier on by hand, or nobody can hear anything.
        // Waiting helps in neither case.
        let is_switch_on_failing = state.last_errors.switch_on_error.is_some() && state.power_state.power().is_none();
        let Some(config) = state.config.as_ref().filter(|_| !is_switch_on_failing) else {
            return if self.line == LineState::Closed || self.is_line_open_only_for_test() { warm_up_us } else { 0 };
        };
        let power_on_at = match (state.switching, &state.power_state) {
            (Some(Switching { target: Power::On, started_at, .. }), _) => started_at,
            (Some(Switching { target: Power::Off, started_at, .. }), _) => started_at.plus(config.min_off_us),
            (None, PowerState::Known { power: Power::On, switched_at }) => *switched_at,
            // The amplifier must not be switched on again before its minimum off time has passed.
            (None, _) => now.boot.max(state.min_off_ends_at(config)),
        };
        power_on_at.plus(warm_up_us).since(now.boot).max(0)
    }

    /// Switches the amplifier on when an airing has the line, and off some time afterwards. The amplifier stays on if
    /// the next airing is due before the minimum off time would have passed.
    pub(super) fn update_amplifier(&mut self, now: ClockSnapshot) {
        if let Some(Switching { target, serial, started_at }) = self.amplifier.switching {
            if now.boot.since(started_at) < SWITCH_TIMEOUT_US {
                return;
            }
            let error = Some(SwitchError::Failed("no answer".to_owned()));
            let duration_ms = SWITCH_TIMEOUT_US / 1000;
            self.on_switched(now, SwitchResult { serial, power: target, duration_ms, error });
        }
        let is_in_use = self.airings.iter().any(LiveAiring::holds_line);
        self.apply_amplifier_config(now, is_in_use);
        let Some(config) = self.amplifier.config.clone() else {
            return;
        };
        // If an airing has released the line since the last decision, it needed the amplifier until now.
        if std::mem::replace(&mut self.amplifier.is_in_use, is_in_use) || is_in_use {
            self.amplifier.last_needed_at = Some(now.boot);
        }
        let target_power = Power::from_on(self.should_amplifier_be_on(now, &config));
        if self.amplifier.power_state.power() == Some(target_power) {
            // If the operator requested this power, nothing is left to do.
            self.amplifier.has_operator_request = false;
            return;
        }
        let must_stay_off = target_power.is_on() && now.boot < self.amplifier.min_off_ends_at(&config);
        let must_wait_for_retry = matches!(self.amplifier.power_state, PowerState::Failed { target, retry_at, .. }
            if target == target_power && now.boot < retry_at);
        if must_stay_off || (must_wait_for_retry && !self.amplifier.has_operator_request) {
            return;
        }
        self.start_switching(now, target_power, config);
    }

    /// Applies the amplifier settings of the schedule in force. If the commands have changed, this waits until nothing
    /// sounds, and first switches the amplifier off with the old commands. Then the power that the new commands control
    /// is unknown.
    fn apply_amplifier_config(&mut self, now: ClockSnapshot, is_in_use: bool) {
        let settings = self.revision_in_force_or_pending().map(|revision| revision.schedule.station.amplifier.clone());
        let new_config = settings.filter(|settings| settings.is_controlled() && !self.context.is_rehearsal);
        let commands = |config: &AmplifierSettings| (config.on.clone(), config.off.clone());
        if self.amplifier.config.as_ref().map(commands) == new_config.as_ref().map(commands) {
            // The commands are the same, but the times may have changed.
            self.amplifier.config = new_config;
            return;
        }
        if let Some(old_config) = self.amplifier.config.clone() {
            if is_in_use || self.amplifier.is_in_tail(now.boot, &old_config) || self.amplifier.switching.is_some() {
                return;
            }
            if self.amplifier.power_state.power() != Some(Power::Off) {
                let serial = self.amplifier.next_serial();
                self.amplifier.switched_off_at = Some(now.boot);
                let request = SwitchRequest { serial, power: Power::Off, amplifier: old_config, by_operator: false };
                self.actions.output.push(Action::Amplifier(request));
            }
        }
        // The operator's last request referred to the old commands, so it is dropped.
        let AmplifierState { switched_off_at, serial, last_needed_at, is_in_use, .. } = self.amplifier;
        self.amplifier = AmplifierState {
            config: new_config,
            switched_off_at,
            serial,
            last_needed_at,
            is_in_use,
            ..AmplifierState::default()
        };
    }

    fn should_amplifier_be_on(&self, now: ClockSnapshot, config: &AmplifierSettings) -> bool {
        let state = &self.amplifier;
        let is_on = state.power_state.power() == Some(Power::On);
        let is_needed_again_soon = is_on && self.is_due_within(now, config.min_off_us + self.preroll_us());
        state.is_held_on || state.is_in_tail(now.boot, config) || is_needed_again_soon || self.is_relay_due(now)
    }

    /// True when a relay slot starts within the preroll. A relay slot has no cue that would hold the line before its
    /// start.
    fn is_relay_due(&self, now: ClockSnapshot) -> bool {
        let mut relays =
            self.airings.planned().iter().filter(|live_airing| {
                live_airing.is_waiting() && live_airing.is_relay() && !live_airing.is_withdrawn()
            });
        self.clock_trust.is_trusted
            && relays.any(|live_airing| {
                live_airing.planned.as_ref().is_some_and(|airing| {
                    (0..=self.preroll_us()).contains(&airing.starts_at().since(now.wall))
                        && !self.is_quiet_for(airing.starts_at(), airing)
                })
            })
    }

    fn start_switching(&mut self, now: ClockSnapshot, target: Power, config: AmplifierSettings) {
        let serial = self.amplifier.next_serial();
        self.amplifier.switching = Some(Switching { target, serial, started_at: now.boot });
        let by_operator = std::mem::take(&mut self.amplifier.has_operator_request);
        let request = SwitchRequest { serial, power: target, amplifier: config, by_operator };
        self.actions.output.push(Action::Amplifier(request));
    }

    /// Handles the result of a switch request.
    pub(super) fn on_switched(&mut self, now: ClockSnapshot, result: SwitchResult) {
        let SwitchResult { serial, power, duration_ms, error } = result;
        if self.amplifier.switching.take_if(|switching| switching.serial == serial).is_none() {
            // The result came too late, or belongs to commands that are no longer in force.
            return;
        }
        self.amplifier.record_attempt(power);
        let previous_error = std::mem::replace(self.amplifier.last_errors.error_mut(power), error.clone());
        if !matches!(error, Some(SwitchError::Untried)) {
            // A command ran, so the operator has tried the commands on this machine. The permission covers both
            // commands, on and off.
            self.amplifier.last_errors.forget_untried();
        }
        // A repeated failure with the same error is neither logged nor reported again.
        let must_report = error.is_none() || previous_error != error;
        if must_report {
            let detail = error.as_ref().map(|error| match error {
                SwitchError::Untried => UNTRIED.to_owned(),
                SwitchError::Failed(detail) => detail.clone(),
            });
            let to = match power {
                Power::On => SwitchTarget::On,
                Power::Off => SwitchTarget::Off,
            };
            let entry = AmplifierEntry { to, done: error.is_none(), took_ms: duration_ms, detail };
            self.actions.log.push(Body::Amplifier(entry));
        }
        match error {
            None => {
                self.amplifier.power_state = PowerState::Known { power, switched_at: now.boot };
                if power == Power::Off {
                    self.amplifier.switched_off_at = Some(now.boot);
                }
                // A command that was merely not permitted did not count as a failure.
                if matches!(previous_error, Some(SwitchError::Failed(_))) {
                    self.actions.notify(Notice::AmplifierRecovered);
                }
            }
            Some(error) => {
                let failures = self.amplifier.power_state.failures_to(power);
                let retry_at = now.boot.plus((MIN_RETRY_DELAY_US << failures.min(10)).min(MAX_RETRY_DELAY_US));
                self.amplifier.power_state =
                    PowerState::Failed { target: power, retry_at, failures: failures.saturating_add(1) };
                if must_report {
                    self.actions.notify(Notice::AmplifierFails { on: power.is_on(), error });
                }
            }
        }
    }

    /// Switches the amplifier for the operator, even if its known power is already the requested one, because someone
    /// may have switched it by hand.
    pub(super) fn set_amplifier(&mut self, now: ClockSnapshot, on: bool, user: PeerUser) -> CommandReply {
        let line_refusal = self.line_refusal();
        self.apply_amplifier_config(now, line_refusal.is_some());
        if self.amplifier.config.is_none() {
            return CommandReply::NoAmplifier;
        }
        if let Some(refusal) = line_refusal.filter(|_| !on) {
            // The amplifier is switched off automatically after the sound has ended.
            self.amplifier.is_held_on = false;
            return refusal;
        }
        self.log_operator_command(
            if on { OperatorAction::AmplifierOn } else { OperatorAction::AmplifierOff },
            None,
            user,
        );
        let state = &mut self.amplifier;
        (state.is_held_on, state.has_operator_request) = (on, true);
        if !on {
            (state.last_needed_at, state.is_in_use) = (None, false);
        }
        // The command runs even if the known power is the requested one. Only the minimum off time delays it.
        state.forget_power();
        CommandReply::Done
    }

    /// Switches the amplifier off at shutdown. Returns true while its command is still running.
    pub(super) fn shut_down_amplifier(&mut self, now: ClockSnapshot) -> bool {
        let Some(config) = self.amplifier.config.clone() else {
            return false;
        };
        if self.amplifier.switching.is_none() && self.amplifier.power_state.power() != Some(Power::Off) {
            if matches!(self.amplifier.power_state, PowerState::Failed { target: Power::Off, .. }) {
                // Switching off has already failed, and the failure is logged, so it is not retried.
                return false;
            }
            self.start_switching(now, Power::Off, config);
        }
        self.amplifier.switching.is_some()
    }

    /// Passes to `wake_at` the instants at which a decision about the amplifier is needed.
    pub(super) fn amplifier_wakeups(&self, wake_at: &mut impl FnMut(BootTime)) {
        let state = &self.amplifier;
        let Some(config) = &state.config else {
            return;
        };
        if let Some(Switching { started_at, .. }) = state.switching {
            wake_at(started_at.plus(SWITCH_TIMEOUT_US));
        }
        wake_at(state.min_off_ends_at(config));
        if let Some(needed_at) = state.last_needed_at {
            wake_at(needed_at.plus(config.tail_us + 1));
        }
        if let PowerState::Failed { retry_at, .. } = state.power_state {
            wake_at(retry_at);
        }
    }

    /// The amplifier's part of a status report. `None` where loa switches no amplifier.
    pub(super) fn amplifier_status(&self) -> Option<AmplifierStatus> {
        let state = &self.amplifier;
        let AmplifierSettings { on, off, .. } = state.config.as_ref()?;
        let power = state.power_state.power();
        let is_switch_due = state.has_operator_request || (state.is_held_on && power == Some(Power::Off));
        Some(AmplifierStatus {
            on: power.map(Power::is_on),
            switching: state.switching.is_some() || is_switch_due,
            held: state.is_held_on,
            troubles: [state.last_errors.switch_off_error.clone(), state.last_errors.switch_on_error.clone()],
            commands: [off.clone(), on.clone()],
        })
    }
}
