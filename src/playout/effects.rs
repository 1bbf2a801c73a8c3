//! The side effects that the run loop performs through callbacks.
use super::engine::{SwitchRequest, SwitchResult};
use super::notice::PlayoutNotice;
use super::output::Output;
use crate::concern::{AlarmFacts, HostFacts};
use crate::logstore::hand_in::{DepartmentSetting, HandInState};
use crate::schedule::settings::{AlarmSettings, AmplifierSettings, OutputSettings};

/// A callback that makes an output for the given settings.
pub type OutputMaker = dyn FnMut(&OutputSettings) -> Box<dyn Output>;

/// A callback that checks the computer. Its argument is the amplifier that loa controls, if there is one.
pub type HostFactsReader = dyn FnMut(Option<&AmplifierSettings>) -> Option<HostFacts>;

/// A callback that reads the state of the hand-ins from the log's folder.
pub type HandInStateReader = dyn FnMut(DepartmentSetting) -> Option<HandInState>;

/// A callback that checks the delivery of alarms in the station's folder. It has neither the network nor the secrets.
pub type AlarmFactsReader = dyn FnMut(&AlarmSettings) -> Option<AlarmFacts>;

/// The callbacks of the run loop.
pub struct Effects {
    /// Makes the first output, and a new one after each change of the output settings.
    pub make_output: Box<OutputMaker>,
    /// Switches the amplifier. Returns the result if it is available at once; otherwise the result arrives later, as
    /// [`PlayoutCommand::AmplifierSwitched`](super::PlayoutCommand::AmplifierSwitched).
    pub switch_amplifier: Box<dyn FnMut(SwitchRequest) -> Option<SwitchResult>>,
    /// Checks the computer, and whether it may switch this amplifier; `None` if there is no computer to check, as in a
    /// rehearsal.
    pub read_host_facts: Box<HostFactsReader>,
    /// Reads the state of the hand-ins from the log's folder; `None` if there is no such folder, as in a rehearsal.
    pub read_hand_in_state: Box<HandInStateReader>,
    /// Checks the delivery of alarms; `None` if it cannot be checked, as in a rehearsal.
    pub read_alarm_facts: Box<AlarmFactsReader>,
    /// Reports a notice to the operator.
    pub notify: Box<dyn FnMut(PlayoutNotice<'_>)>,
}
