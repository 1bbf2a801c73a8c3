//! Codes of the log as words for people.
use std::path::Path;

use super::help_language;
#[cfg(feature = "playout")]
use crate::airlog::entry::TrustReason as T;
pub use crate::airlog::outcome_text::{outcome_text, reason_text};
pub use crate::proof::verify::fault_text;
use crate::schedule::read_station;
use crate::station;
use crate::text::Lang;
#[cfg(feature = "playout")]
use crate::text::run::RunText;

/// The station's language; the system's when it cannot be read.
#[must_use]
pub fn station_language(station: &Path) -> Lang {
    match station::read_sources(station) {
        Ok(files) => read_station(&files).language,
        Err(_) => help_language(&[]),
    }
}

/// The words for why a clock is believed or not.
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
