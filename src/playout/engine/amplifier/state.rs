//! The engine's knowledge of the amplifier.
use crate::base::instant::BootTime;
use crate::playout::engine::switching::SwitchError;
use crate::schedule::settings::AmplifierSettings;

/// A position of the amplifier's switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Power {
    /// The amplifier is powered.
    On,
    /// The amplifier is not powered.
    Off,
}

impl Power {
    /// Converts a bool: `true` is on.
    pub fn from_on(on: bool) -> Self {
        if on { Self::On } else { Self::Off }
    }

    /// Whether it is on.
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}

/// The state of the amplifier as its commands have left it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) enum RelayState {
    /// No command has run, or a person may have switched it by hand.
    #[default]
    Unknown,
    /// The last command succeeded.
    Is {
        /// Its position.
        power: Power,
        /// Since when.
        since: BootTime,
    },
    /// The last command failed.
    Failed {
        /// The position that was requested.
        to: Power,
        /// When this is tried again.
        retry_at: BootTime,
        /// How many times it has failed in a row.
        failures: u32,
    },
}

impl RelayState {
    /// Its position; none when unknown.
    pub fn power(&self) -> Option<Power> {
        if let Self::Is { power, .. } = self { Some(*power) } else { None }
    }

    /// How often switching to this position has failed in a row.
    pub fn failures_to(&self, power: Power) -> u32 {
        match self {
            Self::Failed { to, failures, .. } if *to == power => *failures,
            _ => 0,
        }
    }
}

/// A command that runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Switching {
    /// The position it switches to.
    pub to: Power,
    /// Its number.
    pub serial: u64,
    /// Since when it runs.
    pub since: BootTime,
}

/// The last error of each position, as it was told; none once it succeeds.
#[derive(Debug, Default)]
pub(crate) struct LastErrors {
    /// Of switching off.
    pub off: Option<SwitchError>,
    /// Of switching on.
    pub on: Option<SwitchError>,
}

impl LastErrors {
    /// The error of this position.
    pub fn of_mut(&mut self, power: Power) -> &mut Option<SwitchError> {
        match power {
            Power::On => &mut self.on,
            Power::Off => &mut self.off,
        }
    }
}

/// The amplifier, where loa switches it.
#[derive(Debug, Default)]
pub(crate) struct AmplifierState {
    /// The commands in force; none where loa does not switch an amplifier.
    pub config: Option<AmplifierSettings>,
    /// Its state after the last command.
    pub relay: RelayState,
    /// The command that runs, if any.
    pub switching: Option<Switching>,
    /// The number of the last command.
    pub serial: u64,
    /// When it was last switched off: it has to rest from then on.
    pub off_at: Option<BootTime>,
    /// Whether the operator keeps it on.
    pub held_on: bool,
    /// Whether a person has asked for the next switch.
    pub by_operator: bool,
    /// When something last had the line.
    pub last_needed_at: Option<BootTime>,
    /// Whether something had the line at the last look.
    pub in_use: bool,
    /// The last error of each position.
    pub last_errors: LastErrors,
}

impl AmplifierState {
    /// Until when it rests.
    pub fn rests_until(&self, amplifier: &AmplifierSettings) -> BootTime {
        self.off_at.map_or(BootTime(i64::MIN), |at| at.plus(amplifier.min_off_us))
    }

    /// Counts a new command.
    pub fn next_serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Forgets the state: a person may switch it by hand, and its command is to run whatever it was. A failure is kept,
    /// with its retry.
    pub fn forget_power(&mut self) {
        if matches!(self.relay, RelayState::Is { .. }) {
            self.relay = RelayState::Unknown;
        }
    }

    /// Whether its last needed time, and the time it stays on after that, are not over.
    pub fn is_in_tail(&self, now: BootTime, amplifier: &AmplifierSettings) -> bool {
        self.last_needed_at.is_some_and(|at| now <= at.plus(amplifier.tail_us))
    }
}
