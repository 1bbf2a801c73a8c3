//! The state of the amplifier, as far as the engine knows it.
use crate::base::instant::BootTime;
use crate::playout::engine::switching::{Power, SwitchError};
use crate::schedule::settings::AmplifierSettings;

/// The amplifier's power, as the last command left it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) enum PowerState {
    /// No command has run, or someone may have switched the amplifier by hand since then.
    #[default]
    Unknown,
    /// The last command succeeded.
    Known {
        /// The position that the command reached.
        power: Power,
        /// The time when the command succeeded.
        switched_at: BootTime,
    },
    /// The last command failed.
    Failed {
        /// The position that was requested.
        target: Power,
        /// The time of the next attempt.
        retry_at: BootTime,
        /// The number of failures in a row.
        failures: u32,
    },
}

impl PowerState {
    /// The position; `None` when it is unknown.
    pub fn power(&self) -> Option<Power> {
        if let Self::Known { power, .. } = self { Some(*power) } else { None }
    }

    /// The number of consecutive failures to switch to this position.
    pub fn failures_to(&self, power: Power) -> u32 {
        match self {
            Self::Failed { target, failures, .. } if *target == power => *failures,
            _ => 0,
        }
    }
}

/// A running command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Switching {
    /// The position to which the command switches.
    pub target: Power,
    /// The number of its request.
    pub serial: u64,
    /// The start of the command.
    pub started_at: BootTime,
}

/// The last error from switching to each position; `None` once a command for that position succeeds.
#[derive(Debug, Default)]
pub(crate) struct LastErrors {
    /// The error from switching off.
    pub switch_off_error: Option<SwitchError>,
    /// The error from switching on.
    pub switch_on_error: Option<SwitchError>,
}

impl LastErrors {
    /// Forgets that commands were not permitted.
    pub fn forget_untried(&mut self) {
        for error in [&mut self.switch_off_error, &mut self.switch_on_error] {
            error.take_if(|error| *error == SwitchError::Untried);
        }
    }

    /// A mutable reference to the last error from switching to this position.
    pub fn error_mut(&mut self, power: Power) -> &mut Option<SwitchError> {
        match power {
            Power::On => &mut self.switch_on_error,
            Power::Off => &mut self.switch_off_error,
        }
    }
}

/// The positions whose command has ended, successfully or not.
#[derive(Debug, Default)]
pub(crate) struct TriedPositions {
    /// True when the command that switches the amplifier off has ended.
    pub off: bool,
    /// True when the command that switches it on has ended.
    pub on: bool,
}

/// The state of an amplifier that loa switches.
#[derive(Debug, Default)]
pub(crate) struct AmplifierState {
    /// The settings in force, with the commands; `None` where loa switches no amplifier.
    pub config: Option<AmplifierSettings>,
    /// The amplifier's power after the last command.
    pub power_state: PowerState,
    /// The running command, if any.
    pub switching: Option<Switching>,
    /// The number of the last request.
    pub serial: u64,
    /// The time when the amplifier was last switched off. Its minimum off time begins then.
    pub switched_off_at: Option<BootTime>,
    /// True while the operator keeps the amplifier on.
    pub is_held_on: bool,
    /// True when the operator has requested a switch and its command has not started.
    pub has_operator_request: bool,
    /// The last time at which an airing had the line.
    pub last_needed_at: Option<BootTime>,
    /// True when an airing had the line at the last decision.
    pub is_in_use: bool,
    /// The positions whose commands have ended in this run since these settings came into force.
    pub tried_positions: TriedPositions,
    /// The last error from switching to each position.
    pub last_errors: LastErrors,
}

impl AmplifierState {
    /// The end of the minimum off time. An instant in the past if the amplifier was never switched off.
    pub fn min_off_ends_at(&self, config: &AmplifierSettings) -> BootTime {
        self.switched_off_at.map_or(BootTime(i64::MIN), |at| at.plus(config.min_off_us))
    }

    /// Returns the number of a new request.
    pub fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Records that the command for this position has ended.
    pub fn record_attempt(&mut self, power: Power) {
        match power {
            Power::On => self.tried_positions.on = true,
            Power::Off => self.tried_positions.off = true,
        }
    }

    /// True when this run has shown whether the amplifier can be switched: one command failed, or both have ended.
    pub fn is_switching_known(&self) -> bool {
        let LastErrors { switch_off_error, switch_on_error } = &self.last_errors;
        switch_off_error.is_some() || switch_on_error.is_some() || (self.tried_positions.off && self.tried_positions.on)
    }

    /// Forgets a known power, so that the next command runs in any case. A failure is kept, with its retry time.
    pub fn forget_power(&mut self) {
        if matches!(self.power_state, PowerState::Known { .. }) {
            self.power_state = PowerState::Unknown;
        }
    }

    /// True when the amplifier must stay on, because no more than `tail_us` has passed since an airing last had the
    /// line.
    pub fn is_in_tail(&self, now: BootTime, config: &AmplifierSettings) -> bool {
        self.last_needed_at.is_some_and(|at| now <= at.plus(config.tail_us))
    }
}
