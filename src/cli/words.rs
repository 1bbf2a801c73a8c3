//! Sentences for codes of the log and of the daemon.
#[cfg(feature = "playout")]
use crate::airlog::entry::TrustReason as T;
#[cfg(feature = "playout")]
use crate::playout::engine::SwitchError;
#[cfg(feature = "playout")]
use crate::text::run::{AmplifierText, RunText};

pub use crate::airlog::outcome_text::{outcome_text, reason_text};
pub use crate::proof::verify::fault_text;

/// Returns the reason why a clock is trusted or not.
#[cfg(feature = "playout")]
#[must_use]
pub fn trust_text(why: T) -> RunText {
    match why {
        T::NoDoubt => RunText::NoDoubt {},
        T::Synchronised => RunText::Synchronised {},
        T::Confirmed => RunText::Confirmed {},
        T::BeforeLastEntry => RunText::BeforeLastEntry {},
        T::BeforeBuild => RunText::BeforeBuild {},
        T::ForwardStep => RunText::ForwardStep {},
        T::BackwardStep => RunText::BackwardStep {},
        T::FarAhead => RunText::FarAhead {},
    }
}

/// Returns the sentence for an amplifier that could not be switched.
#[cfg(feature = "playout")]
#[must_use]
pub fn switch_error_text(on: bool, trouble: &SwitchError) -> AmplifierText {
    match trouble {
        SwitchError::Untried => AmplifierText::Untried {},
        SwitchError::Failed(detail) if on => AmplifierText::OnFails { detail: detail.clone() },
        SwitchError::Failed(detail) => AmplifierText::OffFails { detail: detail.clone() },
    }
}
