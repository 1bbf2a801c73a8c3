//! Examines the file of a segment before it is ordered, so that the answer says at once if nothing would sound.
//!
//! The running station learns of a change in `audio/` only after a while, so the disk itself is asked.
use std::path::Path;

use super::messages::{print_error, print_hint};
use super::scan::{error_hint, error_text};
use crate::cli::exit::EXIT_PROBLEMS;
use crate::cli::table::strip_unprintable;
use crate::library::scan::{ScanError, probe_in};
use crate::schedule::Segment;
use crate::text::order::OrderRefusalText;
use crate::text::problem::Hint;
use crate::text::{Lang, Localize};

/// If the segment's file is missing or cannot be played, prints so with what to do, and returns the exit code.
pub(super) fn report_if_unplayable(segment: &Segment, station: &Path, lang: Lang) -> Option<u8> {
    let audio = station.join("audio");
    let error = probe_in(&audio, Path::new(&segment.file)).err()?;
    let (title, file) = (strip_unprintable(&segment.title), strip_unprintable(&segment.file));
    let (text, hint) = match &error {
        ScanError::Missing if audio.metadata().is_err() => {
            (OrderRefusalText::NoAudioFolder { title }, Hint::PutAudioBack.localized(lang).to_string())
        }
        ScanError::Missing => {
            let hint = OrderRefusalText::CopyFileThenRepeat { file: file.clone() };
            (OrderRefusalText::NoSegmentFile { title, file }, hint.localized(lang).to_string())
        }
        ScanError::Unreadable { .. } | ScanError::Damaged { .. } => {
            let why = error_text(&error, lang);
            (OrderRefusalText::BadSegmentFile { title, file, why }, error_hint(&error, lang))
        }
    };
    print_error(text.to_plain(lang), lang);
    print_hint(hint, lang);
    Some(EXIT_PROBLEMS)
}
