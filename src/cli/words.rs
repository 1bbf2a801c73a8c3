//! Codes of the log as words for people.
use std::path::Path;

use super::help_language;
#[cfg(feature = "playout")]
use crate::airlog::entry::TrustReason as T;
use crate::folder;
use crate::proof::verify::Wrong;
use crate::schedule::read;
use crate::text::Lang;
pub use crate::text::log::{reason_word, result_word};
use crate::text::proof::Fault;
#[cfg(feature = "playout")]
use crate::text::run::Run;

/// The station's language; the system's when it cannot be read.
#[must_use]
pub fn station_language(station: &Path) -> Lang {
    match folder::read_sources(station) {
        Ok(files) => read(&files).schedule.station.language,
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
        T::FarAhead => Run::FarAhead {},
    }
}

/// The words for what is wrong with a log. Spans are said as they are counted: both ends are in them.
#[must_use]
pub fn fault(wrong: &Wrong) -> Fault {
    let last = |until: u64| until.saturating_sub(1);
    match wrong.clone() {
        Wrong::NoLog => Fault::NoLog {},
        Wrong::HeadUnreadable => Fault::HeadUnreadable {},
        Wrong::WrongKey => Fault::WrongKey {},
        Wrong::HeadForged => Fault::HeadForged {},
        Wrong::OtherLog { origin } => Fault::OtherLog { origin },
        Wrong::Rehearsal { origin } => Fault::Rehearsal { origin },
        Wrong::Short { lines, size } => Fault::Short { lines, size },
        Wrong::Entry { seq } => Fault::Entry { seq },
        Wrong::TooLong { seq } => Fault::TooLong { seq },
        Wrong::GenesisMissing => Fault::GenesisMissing {},
        Wrong::GenesisKeys => Fault::GenesisKeys {},
        Wrong::ClosingsUnreadable => Fault::ClosingsUnreadable {},
        Wrong::ClosingMissing { epoch, from, until } => Fault::ClosingMissing { epoch, from, until: last(until) },
        Wrong::Closing { epoch, from, until } => Fault::Closing { epoch, from, until: last(until) },
        Wrong::ClosingForged { epoch } => Fault::ClosingForged { epoch },
        Wrong::ClosingsLeft => Fault::ClosingsLeft {},
        Wrong::EpochEntry { seq } => Fault::EpochEntry { seq },
        Wrong::Root { from, until } => Fault::Root { from, until: last(until) },
        Wrong::HeadEpoch { epoch, from } => Fault::HeadEpoch { epoch, from },
        Wrong::RolledBack { size, seen } => Fault::RolledBack { size, seen },
        Wrong::Fork { size } => Fault::Fork { size },
        Wrong::TileMissing { path } => Fault::TileMissing { path },
        Wrong::TileDiffers { path } => Fault::TileDiffers { path },
        Wrong::KeptMissing { name } => Fault::KeptMissing { name },
        Wrong::KeptDiffers { name } => Fault::KeptDiffers { name },
        Wrong::Torn { bytes, size } => Fault::Torn { bytes, size },
        Wrong::SeenForged => Fault::SeenForged {},
        Wrong::CosignedForged => Fault::CosignedForged {},
        Wrong::NoSuchCode => Fault::NoSuchCode {},
        Wrong::NoSuchAiring => Fault::NoSuchAiring {},
        Wrong::ReceiptUnreadable => Fault::ReceiptUnreadable {},
        Wrong::ReceiptProof { seq } => Fault::ReceiptProof { seq },
    }
}
