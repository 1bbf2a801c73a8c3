//! Maps the codes of the log and of the daemon to messages.
#[cfg(feature = "playout")]
use crate::playout::engine::{Power, SwitchError};
#[cfg(feature = "playout")]
use crate::text::cause::SwitchText;
#[cfg(feature = "playout")]
use crate::text::run::AmplifierText;

#[cfg(feature = "playout")]
pub use crate::airlog::outcome_text::trust_text;
pub use crate::airlog::outcome_text::{outcome_text, reason_text};
pub use crate::proof::verify::fault_text;

/// Returns the message for an amplifier that could not be switched to `target`.
#[cfg(feature = "playout")]
#[must_use]
pub fn switch_error_text(target: Power, error: &SwitchError) -> AmplifierText {
    match error {
        SwitchError::Untried => AmplifierText::Untried {},
        SwitchError::Failed(detail) if target == Power::On => {
            AmplifierText::OnFails { why: SwitchText::of(detail.clone()) }
        }
        SwitchError::Failed(detail) => AmplifierText::OffFails { why: SwitchText::of(detail.clone()) },
    }
}
