//! Records what `loa add` and `loa remove` change, so that `loa undo` can revert it, and reports what was reverted.
use std::io;
use std::path::Path;

use chrono::{DateTime, FixedOffset};

use super::messages;
use crate::base::instant::{WallTime, to_local};
use crate::base::platform::unix_time_s;
use crate::cli::exit::{EXIT_CONFIG, EXIT_PROBLEMS};
use crate::cli::shell_words::with_folder;
use crate::cli::table::strip_unprintable;
use crate::playout::control::{ControlError, request};
use crate::playout::engine::OperatorCommand;
use crate::playout::lock::is_station_locked;
use crate::schedule::settings::Station;
use crate::station::undo::{
    ChangeFault, CopiedFilesPolicy, DiskFault, FolderChange, LeftOver, RecordedCommand, Reverted, UndoHistory, UndoStep,
};
use crate::text::library::ScanText;
use crate::text::system::SystemText;
use crate::text::undo::UndoText;
use crate::text::{Lang, Localize};

/// The maximum number of titles that a message names.
const MAX_TITLES: usize = 8;

/// Completes or reverts the change of an interrupted command, and reports a reverted change. The caller holds the lock
/// of the playlists.
///
/// # Errors
/// Prints the reason and returns the exit code.
pub(super) fn finish_interrupted_change(station: &Path, lang: Lang) -> Result<(UndoHistory, LeftOver), u8> {
    let history = UndoHistory::open(station).map_err(|error| report_unusable_records(&error, station, lang))?;
    let left_over = match history.finish_interrupted_change(&|| copied_files_policy(station)) {
        Ok(left_over) => left_over,
        Err(DiskFault::Unchanged(error)) => return Err(report_unusable_records(&error, station, lang)),
        Err(fault @ DiskFault::HalfDone(_)) => return Err(report_disk_fault(&fault, station, false, lang)),
    };
    match &left_over {
        LeftOver::Nothing => {}
        LeftOver::TakenBack(step, reverted) => {
            let titles = titles_of(step);
            messages::print_warning(UndoText::TakenBack { titles }.to_plain(lang), lang);
            for line in kept_copy_messages(reverted) {
                messages::print_hint(line.to_plain(lang), lang);
            }
        }
        LeftOver::StaysHalf(step) => {
            let titles = titles_of(step);
            messages::print_warning(UndoText::StaysHalf { titles }.to_plain(lang), lang);
            let command = with_folder("check", station);
            messages::print_hint(UndoText::ThenCheck { command }.localized(lang), lang);
        }
    }
    Ok((history, left_over))
}

/// Decides whether copies in `audio/` may be removed. A running station keeps the plan of a session that has begun, and
/// so may still need them.
pub(super) fn copied_files_policy(station: &Path) -> CopiedFilesPolicy {
    match request(station, OperatorCommand::Status) {
        Err(ControlError::NotRunning) if !is_station_locked(station) => CopiedFilesPolicy::RemoveIfOriginalRemains,
        _ => CopiedFilesPolicy::Keep,
    }
}

/// Returns the messages about the copies that stay in `audio/`.
pub(super) fn kept_copy_messages(reverted: &Reverted) -> impl Iterator<Item = UndoText> {
    let kept = reverted.kept_audio.iter().map(|file| UndoText::CopyKept { file: file.clone() });
    let needed = reverted.audio_kept_for_station.iter();
    let in_use = reverted.audio_in_use.iter();
    let in_use = in_use.map(|(file, title)| UndoText::CopyInUse { file: file.clone(), title: title.clone() });
    kept.chain(in_use).chain(needed.map(|file| UndoText::CopyKeptForStation { file: file.clone() }))
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
    let (history, _) = finish_interrupted_change(station, lang)?;
    FolderChange::begin(station, history, command, at).map_err(|error| report_unusable_records(&error, station, lang))
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
        ChangeFault::Disk(fault) => report_disk_fault(fault, station, has_changed, lang),
    }
}

/// Prints that the disk failed, and returns the exit code. `has_changed` is true if the command has already reported a
/// change.
pub(super) fn report_disk_fault(fault: &DiskFault, station: &Path, has_changed: bool, lang: Lang) -> u8 {
    match fault {
        DiskFault::Unchanged(error) => messages::print_not_written(station, error, has_changed, lang),
        DiskFault::HalfDone(error) => {
            let (path, detail) = (station.display().to_string(), SystemText::from(error));
            messages::print_error(UndoText::StoppedHalfway { path, detail }.localized(lang), lang);
            let command = with_folder("undo", station);
            messages::print_hint(UndoText::Half { command }.localized(lang), lang);
        }
    }
    EXIT_CONFIG
}

/// Prints that the records in `undo/` cannot be read or written, and returns the exit code.
fn report_unusable_records(error: &io::Error, station: &Path, lang: Lang) -> u8 {
    messages::print_not_written(&station.join("undo"), error, false, lang);
    EXIT_CONFIG
}

/// Returns the line that tells how to undo what a command has just done.
pub(super) fn undo_offer(station: &Path, lang: Lang) -> String {
    UndoText::Offer { command: with_folder("undo", station) }.localized(lang).to_string()
}

/// Returns the titles of what a step changed, for a message.
pub(super) fn titles_of(step: &UndoStep) -> String {
    let segments = step.segments.iter().map(|segment| segment.title.as_str());
    quoted_list(segments.chain(step.sessions.iter().map(|session| session.title.as_str())))
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
