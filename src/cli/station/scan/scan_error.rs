//! Describes, in sentences, why a file cannot be played.
use crate::library::scan::ScanError;
use crate::text::cause::DecoderText;
use crate::text::library::ScanText;
use crate::text::problem::Hint;
use crate::text::{Lang, Localize};

/// Returns the sentence that says why a file cannot be played.
#[must_use]
pub fn error_text(error: &ScanError, lang: Lang) -> String {
    match error {
        ScanError::Missing => ScanText::Missing {}.localized(lang).to_string(),
        ScanError::Unreadable { detail } => ScanText::Unreadable { detail: detail.clone() }.localized(lang).to_string(),
        ScanError::Damaged { foreign: Some(foreign), .. } => foreign.localized(lang).to_string(),
        ScanError::Damaged { detail, .. } => {
            ScanText::Unplayable { why: DecoderText::of(detail.clone()) }.localized(lang).to_string()
        }
    }
}

/// Returns the sentence that says what to do about a file that cannot be played.
#[must_use]
pub fn error_hint(error: &ScanError, lang: Lang) -> String {
    use crate::library::flaw::UnplayableFormat as F;
    match error {
        ScanError::Missing => Hint::CheckName.localized(lang).to_string(),
        ScanError::Unreadable { .. } => Hint::CheckFile.localized(lang).to_string(),
        ScanError::Damaged {
            foreign: Some(F::Empty | F::Page | F::Picture | F::Document | F::Archive | F::Drm),
            ..
        } => Hint::AskAgain.localized(lang).to_string(),
        ScanError::Damaged { foreign: Some(_), .. } => ScanText::Convert {}.localized(lang).to_string(),
        ScanError::Damaged { .. } => Hint::ReplaceAudio.localized(lang).to_string(),
    }
}
