//! The engine's knowledge of the amplifier.
use crate::base::instant::BootTime;
use crate::playout::engine::switching::{Power, SwitchError};
use crate::schedule::settings::AmplifierSettings;

/// The amplifier's power, as the last command left it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) enum PowerState {
    /// No command has run, or a person may have switched it by hand since.
    #[default]
    Unknown,
    /// The last command succeeded.
    Known {
        /// The position that it reached.
        power: Power,
        /// The time when the command succeeded.
        switched_at: BootTime,
    },
    /// The last command failed.
    Failed {
        /// The position that was requested.
        to: Power,
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

    /// The number of failures in a row in switching to this position.
    pub fn failures_to(&self, power: Power) -> u32 {
        match self {
            Self::Failed { to, failures, .. } if *to == power => *failures,
            _ => 0,
        }
    }
}

/// A running command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Switching {
    /// The position it switches to.
    pub to: Power,
    /// The number of its request.
    pub serial: u64,
    /// The start of the command.
    pub started_at: BootTime,
}

/// The last reported error of each position; `None` once a command succeeds.
#[derive(Debug, Default)]
pub(crate) struct LastErrors {
    /// The error of switching off.
    pub off: Option<SwitchError>,
    /// The error of switching on.
    pub on: Option<SwitchError>,
}

impl LastErrors {
    /// A mutable reference to the last error of switching to this position.
    pub fn of_mut(&mut self, power: Power) -> &mut Option<SwitchError> {
        match power {
            Power::On => &mut self.on,
            Power::Off => &mut self.off,
        }
    }
}

/// The state of an amplifier that loa switches.
#[derive(Debug, Default)]
pub(crate) struct AmplifierState {
    /// The settings in force, with the commands; `None` where loa switches no amplifier.
    pub config: Option<AmplifierSettings>,
    /// Its power after the last command.
    pub power_state: PowerState,
    /// The running command, if any.
    pub switching: Option<Switching>,
    /// The number of the last request.
    pub serial: u64,
    /// The time when it was last switched off: its minimum rest begins then.
    pub switched_off_at: Option<BootTime>,
    /// True while the operator keeps it on.
    pub is_held_on: bool,
    /// True when the operator asked for the next switch.
    pub by_operator: bool,
    /// The last time at which an airing had the line.
    pub last_needed_at: Option<BootTime>,
    /// True when an airing had the line at the last decision.
    pub is_in_use: bool,
    /// The last error of each position.
    pub last_errors: LastErrors,
}

impl AmplifierState {
    /// The end of its minimum rest; in the past when it was never switched off.
    pub fn rests_until(&self, amplifier: &AmplifierSettings) -> BootTime {
        self.switched_off_at.map_or(BootTime(i64::MIN), |at| at.plus(amplifier.min_off_us))
    }

    /// Returns the number of a new request.
    pub fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Forgets a known power, so that the next command runs in any case: a person may have switched it by hand. A
    /// failure is kept, with its retry time.
    pub fn forget_power(&mut self) {
        if matches!(self.power_state, PowerState::Known { .. }) {
            self.power_state = PowerState::Unknown;
        }
    }

    /// True when it is to stay on, because less than `tail_us` has passed since it was last needed.
    pub fn is_in_tail(&self, now: BootTime, amplifier: &AmplifierSettings) -> bool {
        self.last_needed_at.is_some_and(|at| now <= at.plus(amplifier.tail_us))
    }
}
