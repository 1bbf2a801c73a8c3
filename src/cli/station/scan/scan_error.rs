//! Describes why a file cannot be played.
use crate::library::scan::ScanError;
use crate::text::cause::DecoderText;
use crate::text::library::ScanText;
use crate::text::problem::Hint;
use crate::text::{Lang, Localize};

/// Returns the message that says why a file cannot be played.
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

/// Returns the message that says what to do about a file that cannot be played.
#[must_use]
pub fn error_hint(error: &ScanError, lang: Lang) -> String {
    use crate::library::flaw::UnplayableFormat as F;
    match error {
        ScanError::Missing => Hint::CheckName.localized(lang).to_string(),
        ScanError::Unreadable { .. } => Hint::CheckFile.localized(lang).to_string(),
        ScanError::Damaged {
            foreign: Some(F::Empty | F::WebPage | F::Picture | F::Document | F::Archive | F::Drm),
            ..
        } => Hint::AskSenderForFile.localized(lang).to_string(),
        ScanError::Damaged { foreign: Some(_), .. } => ScanText::Convert {}.localized(lang).to_string(),
        ScanError::Damaged { detail, .. }
            if matches!(DecoderText::of(detail.clone()), DecoderText::NotAFile { .. }) =>
        {
            ScanText::NameSoundFile {}.localized(lang).to_string()
        }
        ScanError::Damaged { .. } => Hint::ReplaceAudio.localized(lang).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::library::decode::{DecodeError, DecodeFaults};
    use crate::library::file::OpenError;
    use crate::library::flaw::UnplayableFormat;

    /// Returns the words that the Vietnamese and the English message for this error contain. A new variant without
    /// words does not compile.
    fn expected_words(error: &DecodeError) -> (&'static str, &'static str) {
        match error {
            DecodeError::Read(_) => ("không đọc được", "cannot be read"),
            DecodeError::Foreign(_) => ("tệp MIDI", "a MIDI file"),
            DecodeError::UnknownFormat => ("không nhận ra loại tệp", "does not know this kind of file"),
            DecodeError::Broken(_) => ("phần đầu tệp bị hỏng", "its beginning is broken; perhaps"),
            DecodeError::NoSound(_) => ("không có âm thanh nào", "there is no sound in it"),
            DecodeError::Channels(_) | DecodeError::Rate(_) => ("kiểu âm thanh mà loa", "its kind of sound"),
        }
    }

    fn assert_words(error: &ScanError, (vi, en): (&str, &str)) {
        for (lang, words) in [(Lang::Vi, vi), (Lang::En, en)] {
            let text = error_text(error, lang);
            assert!(text.contains(words), "{text}");
        }
    }

    #[test]
    fn every_decoder_error_has_its_own_message() {
        let lost_blocks = "34 of its blocks cannot be decoded: unsupported".to_owned();
        for error in [
            DecodeError::Read(io::Error::from_raw_os_error(5)),
            DecodeError::Read(io::Error::other("seek out of range")),
            DecodeError::Foreign(UnplayableFormat::Midi),
            DecodeError::UnknownFormat,
            DecodeError::Broken("malformed stream: unexpected end of file".to_owned()),
            DecodeError::Broken("unsupported feature: too many channels".to_owned()),
            DecodeError::Broken("its tables are too large".to_owned()),
            DecodeError::NoSound(None),
            DecodeError::NoSound(Some(lost_blocks)),
            DecodeError::Channels(12),
            DecodeError::Rate(4_000),
        ] {
            let words = expected_words(&error);
            assert_words(&error.into(), words);
        }
    }

    #[test]
    fn every_error_from_opening_a_file_has_its_own_message() {
        for (error, words) in [
            (OpenError::Missing, ("không có", "no such file")),
            (OpenError::Denied(io::ErrorKind::PermissionDenied.into()), ("không đọc được", "cannot be")),
            (OpenError::Link, ("liên kết tới nơi khác", "a link to somewhere else")),
            (OpenError::NotAFile("a folder"), ("không phải tệp", "a folder or a device")),
            (OpenError::TooLarge(3_000_000_000), ("lớn hơn 2 GiB", "larger than 2 GiB")),
        ] {
            assert_words(&error.into(), words);
        }
    }

    #[test]
    fn every_fault_that_stops_decoding_has_its_own_message() {
        let lost = DecodeFaults { lost_packets: 34, ..DecodeFaults::default() };
        let lost = lost.detail().expect("describe the lost packets");
        for (detail, words) in [
            (lost, ("nhiều đoạn", "too many parts")),
            ("900 of its 1000 bytes are not sound".to_owned(), ("nhiều đoạn", "too many parts")),
            ("it is longer than 6 hours".to_owned(), ("dài hơn 6 giờ", "longer than 6 hours")),
        ] {
            assert_words(&ScanError::Damaged { detail, foreign: None }, words);
        }
    }
}
