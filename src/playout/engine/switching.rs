//! Requests to switch the amplifier, their results, and the amplifier's status.
use serde::{Deserialize, Serialize};

use crate::schedule::settings::AmplifierSettings;

/// A position of the amplifier's power switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Power {
    /// The amplifier is powered.
    On,
    /// The amplifier is not powered.
    Off,
}

impl Power {
    /// Returns `On` for `true`, and `Off` for `false`.
    #[must_use]
    pub fn from_on(is_on: bool) -> Self {
        if is_on { Self::On } else { Self::Off }
    }

    /// Returns true when it is `On`.
    #[must_use]
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}

/// A request to switch the amplifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchRequest {
    /// The number of the request, which its result repeats.
    pub serial: u64,
    /// The position to switch to.
    pub power: Power,
    /// The amplifier's settings, with its commands.
    pub amplifier: AmplifierSettings,
    /// True when the request came from the operator at this machine. From then on, these commands are allowed to run
    /// automatically.
    pub by_operator: bool,
}

/// The result of a switch request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchResult {
    /// The number of the request.
    pub serial: u64,
    /// The position that was requested.
    pub power: Power,
    /// The running time of the command, in milliseconds.
    pub duration_ms: i64,
    /// The error; `None` when the command succeeded.
    pub error: Option<SwitchError>,
}

/// The reason why the amplifier was not switched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SwitchError {
    /// Nobody has run these commands by hand on this machine. They are not run automatically, because a station's
    /// folder can come from elsewhere on a USB stick.
    Untried,
    /// The command failed, with this error text from the system or from the command.
    Failed(String),
}

/// The amplifier in a status report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmplifierStatus {
    /// True when the amplifier is on; `None` when that is unknown.
    pub on: Option<bool>,
    /// True when a command to switch it is running or due.
    pub switching: bool,
    /// True when the operator keeps the amplifier on.
    pub held: bool,
    /// The last error from switching the amplifier off, then the last one from switching it on.
    pub troubles: [Option<SwitchError>; 2],
    /// The command for off, then the command for on, each as a list of arguments.
    pub commands: [Vec<String>; 2],
}
