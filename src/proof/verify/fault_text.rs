//! Sentences for the faults of a log.
use crate::proof::error::VerifyError;
use crate::text::proof::FaultText;

/// Returns the sentence for a fault. The sentences name the first and the last entry of a span, so the exclusive
/// `until` is reduced by one.
#[must_use]
pub fn fault_text(error: &VerifyError) -> FaultText {
    let last_entry = |until: u64| until.saturating_sub(1);
    match error.clone() {
        VerifyError::NoLog => FaultText::NoLog {},
        VerifyError::HeadUnreadable => FaultText::HeadUnreadable {},
        VerifyError::WrongKey => FaultText::WrongKey {},
        VerifyError::HeadForged => FaultText::HeadForged {},
        VerifyError::OtherLog { origin } => FaultText::OtherLog { origin },
        VerifyError::Rehearsal { origin } => FaultText::Rehearsal { origin },
        VerifyError::Truncated { lines, size } => FaultText::Short { lines, size },
        VerifyError::Entry { seq } => FaultText::Entry { seq },
        VerifyError::TooLong { seq } => FaultText::TooLong { seq },
        VerifyError::GenesisMissing => FaultText::GenesisMissing {},
        VerifyError::GenesisKeys => FaultText::GenesisKeys {},
        VerifyError::ClosingsUnreadable => FaultText::ClosingsUnreadable {},
        VerifyError::ClosingMissing { epoch, from, until } => {
            FaultText::ClosingMissing { epoch, from, until: last_entry(until) }
        }
        VerifyError::EpochChanged { epoch, from, until } => {
            FaultText::Closing { epoch, from, until: last_entry(until) }
        }
        VerifyError::ClosingForged { epoch } => FaultText::ClosingForged { epoch },
        VerifyError::ExtraClosings => FaultText::ClosingsLeft {},
        VerifyError::EpochEntry { seq } => FaultText::EpochEntry { seq },
        VerifyError::OpenEpochChanged { from, until } => FaultText::Root { from, until: last_entry(until) },
        VerifyError::HeadEpoch { epoch, from } => FaultText::HeadEpoch { epoch, from },
        VerifyError::RolledBack { size, seen } => FaultText::RolledBack { size, seen },
        VerifyError::Fork { size } => FaultText::Fork { size },
        VerifyError::TileMissing { path } => FaultText::TileMissing { path },
        VerifyError::TileDiffers { path } => FaultText::TileDiffers { path },
        VerifyError::KeptMissing { name } => FaultText::KeptMissing { name },
        VerifyError::KeptDiffers { name } => FaultText::KeptDiffers { name },
        VerifyError::Torn { bytes, size } => FaultText::Torn { bytes, size },
        VerifyError::SeenForged => FaultText::SeenForged {},
        VerifyError::CosignedForged => FaultText::CosignedForged {},
        VerifyError::NoSuchCode => FaultText::NoSuchCode {},
        VerifyError::NoSuchAiring => FaultText::NoSuchAiring {},
        VerifyError::ReceiptUnreadable => FaultText::ReceiptUnreadable {},
        VerifyError::ReceiptProof { seq } => FaultText::ReceiptProof { seq },
    }
}
