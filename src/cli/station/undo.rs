//! `loa undo`: undoes the last change that `loa add` or `loa remove` made to the station's folder.
mod instead;

use std::io;
use std::path::Path;

use clap::Args;

use super::messages::{MessageSink, print_not_written};
use super::open_station::report_unusable_folder;
use super::recorded_change::{
    copied_files_policy, finish_interrupted_change, kept_copy_messages, quoted_list, report_disk_fault, station_now,
    titles_of,
};
use super::when::format_when;
use crate::base::durable::{LinkPolicy, open_folder};
use crate::cli::args::{CliFormat, StationArg};
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS};
use crate::cli::shell_words::with_folder;
use crate::library::file;
use crate::schedule::problem::{self, Problem};
use crate::schedule::{Schedule, SourceFile, read};
use crate::station;
use crate::station::undo::{LeftOver, RecordedCommand, RevertFault, Reverted, UndoHistory, UndoStep, revert};
use crate::text::undo::UndoText;
use crate::text::{Lang, Localize, print_stderr};
use instead::hints_instead_of_undo;

/// Arguments of `loa undo`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct UndoArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
}

/// Undoes the newest step.
///
/// # Errors
/// If standard output or the disk fails.
pub fn run(args: &UndoArgs, lang: Lang) -> io::Result<u8> {
    let sink = MessageSink::new(args.format == CliFormat::Json);
    let code = undo(&args.station.dir, &sink, lang)?;
    sink.print_list()?;
    Ok(code)
}

fn undo(station: &Path, sink: &MessageSink, lang: Lang) -> io::Result<u8> {
    if let Err(e) = station::read_sources(station) {
        return Ok(report_unusable_folder(&e, station, lang));
    }
    let playlists_lock = match open_folder(&station.join("playlists"), LinkPolicy::Follow) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            sink.error(UndoText::PlaylistsFolderMissing {}.localized(lang), lang);
            let command = with_folder("undo", station);
            sink.hint(UndoText::PutPlaylistsBack { command }.localized(lang), lang);
            return Ok(EXIT_PROBLEMS);
        }
        folder => folder?,
    };
    playlists_lock.lock()?;
    let history = match finish_interrupted_change(station, lang) {
        Ok((history, LeftOver::Nothing | LeftOver::StaysHalf(_))) => history,
        // The interrupted change was the last one, and it is undone now.
        Ok((_, LeftOver::TakenBack(..))) => return Ok(EXIT_OK),
        Err(code) => return Ok(code),
    };
    let (number, step) = match history.newest() {
        Ok(Some((number, Some(step)))) => (number, step),
        Ok(Some((number, None))) => return Ok(report_bad_record(number, station, sink, lang)),
        Ok(None) => return Ok(report_nothing_to_undo(station, sink, lang)),
        Err(error) => {
            print_not_written(&station.join("undo"), &error, false, lang);
            return Ok(EXIT_CONFIG);
        }
    };
    let reverted = match revert(station, &step, &|| copied_files_policy(station)) {
        Ok(reverted) => reverted,
        Err(RevertFault::Edited { file }) => return Ok(report_edited(file, &step, station, sink, lang)),
        Err(RevertFault::Unusable { problems, files }) => {
            return Ok(report_unusable(&problems, &files, &step, station, sink, lang));
        }
        Err(RevertFault::Disk(fault)) => return Ok(report_disk_fault(&fault, station, false, lang)),
    };
    // If power fails before this line, the step stays recorded, but has nothing left to undo.
    let discard_result = history.discard(number);
    let schedule = read(&station::read_sources(station).map_err(io::Error::other)?).schedule;
    print_undone(&step, &reverted, &schedule, station, sink, lang)?;
    if let Err(error) = discard_result {
        print_not_written(&station.join("undo"), &error, true, lang);
        return Ok(EXIT_CONFIG);
    }
    say_previous_step(&history, station, sink, lang)?;
    Ok(EXIT_OK)
}

fn print_undone(
    step: &UndoStep,
    reverted: &Reverted,
    schedule: &Schedule,
    station: &Path,
    sink: &MessageSink,
    lang: Lang,
) -> io::Result<()> {
    let titles = titles_of(step);
    if reverted.playlists.is_empty() && reverted.removed_audio.is_empty() {
        return say_all(&[UndoText::NoEffect { titles }], sink, lang);
    }
    let now = station_now(&schedule.station).to_rfc3339();
    let at = format_when(&step.at.to_rfc3339(), &now, lang);
    let mut sessions: Vec<&str> = step.segments.iter().flat_map(|s| &s.sessions).map(String::as_str).collect();
    sessions.sort_unstable();
    sessions.dedup();
    let has_sessions = !sessions.is_empty();
    let sessions = quoted_list(sessions.into_iter());
    let mut lines = match step.command {
        RecordedCommand::Add => vec![UndoText::UndoneAdd { titles, at }, UndoText::OutOfSessions { sessions }],
        RecordedCommand::Remove => vec![UndoText::UndoneRemove { titles, at }, UndoText::BackInSessions { sessions }],
        RecordedCommand::Session => vec![UndoText::UndoneSession { titles, at }],
    };
    lines.truncate(1 + usize::from(has_sessions));
    if !reverted.playlists.is_empty() {
        lines.push(UndoText::FilesRestored { files: reverted.playlists.join(", ") });
    }
    lines.extend(reverted.removed_audio.iter().map(|file| UndoText::CopyRemoved { file: file.clone() }));
    lines.extend(kept_copy_messages(reverted));
    lines.push(UndoText::RunningStationAdoptsIt {});
    say_all(&lines, sink, lang)?;
    let restored = match step.command {
        RecordedCommand::Add | RecordedCommand::Session => &[][..],
        RecordedCommand::Remove => &step.segments,
    };
    for segment in restored.iter().filter_map(|restored| schedule.segment(&restored.id)) {
        if matches!(file::open_in(&station.join("audio"), Path::new(&segment.file)), Err(file::OpenError::Missing)) {
            let text = UndoText::UndoneAudioMissing { title: segment.title.clone(), file: segment.file.clone() };
            sink.warning(text.to_plain(lang), lang);
        }
    }
    Ok(())
}

/// Tells a person at a terminal how to undo the step before, if there is one.
fn say_previous_step(history: &UndoHistory, station: &Path, sink: &MessageSink, lang: Lang) -> io::Result<()> {
    match history.newest() {
        Ok(Some(_)) if matches!(sink, MessageSink::Terminal) => {
            say_all(&[UndoText::StepBefore { command: with_folder("undo", station) }], sink, lang)
        }
        _ => Ok(()),
    }
}

fn report_nothing_to_undo(station: &Path, sink: &MessageSink, lang: Lang) -> u8 {
    let text = if station.join("undo").is_dir() { UndoText::Nothing {} } else { UndoText::NothingRecorded {} };
    sink.error(text.localized(lang), lang);
    sink.hint(UndoText::LookAtList { command: with_folder("list", station) }.localized(lang), lang);
    EXIT_PROBLEMS
}

fn report_bad_record(number: u64, station: &Path, sink: &MessageSink, lang: Lang) -> u8 {
    let file = UndoHistory::path_of(number);
    sink.error(UndoText::BadRecord { file: file.clone() }.localized(lang), lang);
    let command = with_folder("undo", station);
    sink.hint(UndoText::BadRecordHint { file, command }.localized(lang), lang);
    EXIT_PROBLEMS
}

/// Prints which file was edited since the step, and which command helps instead.
fn report_edited(file: String, step: &UndoStep, station: &Path, sink: &MessageSink, lang: Lang) -> u8 {
    sink.error(UndoText::Edited { file, titles: titles_of(step) }.to_plain(lang), lang);
    for hint in hints_instead_of_undo(step, station) {
        sink.hint(hint.to_plain(lang), lang);
    }
    EXIT_PROBLEMS
}

/// Prints the errors that the schedule would have, and which file to edit first.
fn report_unusable(
    problems: &[Problem],
    files: &[SourceFile],
    step: &UndoStep,
    station: &Path,
    sink: &MessageSink,
    lang: Lang,
) -> u8 {
    print_stderr!("{}", problem::render_some(problems, files, lang, false).trim_end());
    let file = problems.first().and_then(|problem| files.get(problem.span.file_index));
    let file = file.map_or_else(|| "playlists/".to_owned(), |file| file.name.clone());
    let titles = titles_of(step);
    sink.error(UndoText::Unusable { file: file.clone(), titles }.to_plain(lang), lang);
    let command = with_folder("undo", station);
    sink.hint(UndoText::FixThenUndo { file, command }.localized(lang), lang);
    EXIT_PROBLEMS
}

fn say_all(lines: &[UndoText], sink: &MessageSink, lang: Lang) -> io::Result<()> {
    lines.iter().try_for_each(|line| sink.done(line.to_plain(lang)))
}
