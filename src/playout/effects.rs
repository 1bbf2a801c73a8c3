//! Side effects that the loop performs through callbacks, besides those of its three seams.
use super::engine::{SwitchRequest, SwitchResult};
use super::notice::PlayoutNotice;
use super::output::Output;
use crate::schedule::settings::OutputSettings;

/// Makes an output for given settings.
pub type OutputMaker = dyn FnMut(&OutputSettings) -> Box<dyn Output>;

/// Callbacks of the loop.
pub struct Effects {
    /// Makes the output, anew after each change of its settings.
    pub make_output: Box<OutputMaker>,
    /// Switches the amplifier. Returns the result if it is known at once; otherwise the result comes later, as
    /// [`PlayoutCommand::AmplifierSwitched`](super::PlayoutCommand::AmplifierSwitched).
    pub switch_amplifier: Box<dyn FnMut(SwitchRequest) -> Option<SwitchResult>>,
    /// Tells people.
    pub notify: Box<dyn FnMut(PlayoutNotice<'_>)>,
}
