//! Codes of the log as words for people.
use std::path::Path;

use super::help_language;
#[cfg(feature = "playout")]
use crate::airlog::entry::TrustReason as T;
use crate::folder;
use crate::schedule::read_station;
use crate::text::Lang;
pub use crate::text::log::{reason_word, result_word};
pub use crate::text::proof::fault;
#[cfg(feature = "playout")]
use crate::text::run::Run;

/// The station's language; the system's when it cannot be read.
#[must_use]
pub fn station_language(station: &Path) -> Lang {
    match folder::read_sources(station) {
        Ok(files) => read_station(&files).language,
        Err(_) => help_language(&[]),
    }
}

/// The words for why a clock is believed or not.
#[cfg(feature = "playout")]
#[must_use]
pub fn trust_word(why: T) -> Run {
    match why {
        T::NoDoubt => Run::NoDoubt {},
        T::Synchronised => Run::Synchronised {},
        T::Confirmed => Run::Confirmed {},
        T::BeforeLastEntry => Run::BeforeLastEntry {},
        T::BeforeBuild => Run::BeforeBuild {},
        T::ForwardStep => Run::ForwardStep {},
        T::BackwardStep => Run::BackwardStep {},
        T::FarAhead => Run::FarAhead {},
    }
}
