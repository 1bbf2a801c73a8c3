//! Requests to switch the amplifier, and their results.
use serde::{Deserialize, Serialize};

use crate::schedule::settings::AmplifierSettings;

/// A request to switch the amplifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchRequest {
    /// Its number; the result names it.
    pub serial: u64,
    /// Whether it is to be on.
    pub on: bool,
    /// The amplifier's commands.
    pub amplifier: AmplifierSettings,
    /// Whether a person at this machine asked for it: these commands may be run from now on.
    pub by_operator: bool,
}

/// The result of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SwitchResult {
    /// The number of the request.
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
    /// The command failed; the error text of the system or of the command.
    Failed(String),
}

/// The amplifier in a status report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmplifierStatus {
    /// Whether it is on; none when unknown.
    pub on: Option<bool>,
    /// Whether its command runs, or waits until it may.
    pub switching: bool,
    /// Whether the operator keeps it on.
    pub held: bool,
    /// The last errors of switching it off, and on.
    pub troubles: [Option<SwitchError>; 2],
    /// The commands for off, and for on, as they are run.
    pub commands: [Vec<String>; 2],
}
