//! Records the changes of `loa add` and `loa remove` for `loa undo`, and reports on them.
use std::path::Path;

use chrono::{DateTime, FixedOffset};

use super::messages;
use crate::base::instant::{WallTime, to_local};
use crate::base::platform::unix_time_s;
use crate::cli::exit::{EXIT_CONFIG, EXIT_PROBLEMS};
use crate::cli::shell_words::with_folder;
use crate::cli::table::strip_unprintable;
use crate::schedule::settings::Station;
use crate::station::undo::{ChangeFault, ChangedSegment, FolderChange, LeftOver, RecordedCommand, UndoHistory};
use crate::text::library::ScanText;
use crate::text::undo::UndoText;
use crate::text::{Lang, Localize};

/// The maximum number of titles that a sentence names.
const MAX_TITLES: usize = 8;

/// Completes or takes back the change of an interrupted command, and reports a change that was taken back. The caller
/// holds the lock of the playlists.
///
/// # Errors
/// Prints the reason and returns the exit code.
pub(super) fn settle(station: &Path, lang: Lang) -> Result<(UndoHistory, LeftOver), u8> {
    let settled = UndoHistory::open(station).and_then(|history| Ok((history.settle()?, history)));
    match settled {
        Ok((left_over, history)) => {
            if let LeftOver::TakenBack(step) = &left_over {
                let titles = titles_of(&step.segments);
                messages::print_warning(UndoText::TakenBack { titles }.to_plain(lang), lang);
            }
            Ok((history, left_over))
        }
        Err(error) => {
            messages::print_not_written(&station.join("undo"), &error, false, lang);
            Err(EXIT_CONFIG)
        }
    }
}

/// Begins the change of a command. The caller holds the lock of the playlists.
///
/// # Errors
/// Prints the reason and returns the exit code.
pub(super) fn begin(
    station: &Path,
    command: RecordedCommand,
    at: DateTime<FixedOffset>,
    lang: Lang,
) -> Result<FolderChange<'_>, u8> {
    let (history, _) = settle(station, lang)?;
    FolderChange::begin(station, history, command, at).map_err(|error| {
        messages::print_not_written(&station.join("undo"), &error, false, lang);
        EXIT_CONFIG
    })
}

/// Prints why a change was not made, and returns the exit code. `has_changed` is true if the command has already
/// changed something.
pub(super) fn report_fault(fault: &ChangeFault, station: &Path, has_changed: bool, lang: Lang) -> u8 {
    match fault {
        ChangeFault::Edited { file } => {
            messages::print_error(ScanText::Changed { file: file.clone() }.localized(lang), lang);
            EXIT_PROBLEMS
        }
        ChangeFault::TooLarge => {
            messages::print_error(UndoText::TooLarge {}.localized(lang), lang);
            EXIT_PROBLEMS
        }
        ChangeFault::Disk(error) => {
            messages::print_not_written(station, error, has_changed, lang);
            EXIT_CONFIG
        }
        ChangeFault::Half(error) => {
            messages::print_not_written(station, error, true, lang);
            let command = with_folder("undo", station);
            messages::print_hint(UndoText::Half { command }.localized(lang), lang);
            EXIT_CONFIG
        }
    }
}

/// Returns the line that tells how to undo what a command has just done.
pub(super) fn undo_offer(station: &Path, lang: Lang) -> String {
    UndoText::Offer { command: with_folder("undo", station) }.localized(lang).to_string()
}

/// Returns the titles of segments for a sentence.
pub(super) fn titles_of(segments: &[ChangedSegment]) -> String {
    quoted_list(segments.iter().map(|segment| segment.title.as_str()))
}

/// Returns titles in quotes, with `…` in place of those above the maximum.
pub(super) fn quoted_list<'a>(titles: impl Iterator<Item = &'a str>) -> String {
    let mut quoted: Vec<String> =
        titles.take(MAX_TITLES + 1).map(|title| format!("“{}”", strip_unprintable(title))).collect();
    if quoted.len() > MAX_TITLES {
        quoted[MAX_TITLES] = "…".to_owned();
    }
    quoted.join(", ")
}

/// Returns the current time at a station.
pub(super) fn station_now(settings: &Station) -> DateTime<FixedOffset> {
    let now = WallTime(i64::try_from(unix_time_s()).unwrap_or(0).saturating_mul(1_000_000));
    to_local(now, settings.timezone)
}
