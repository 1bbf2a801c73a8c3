//! `loa add`: makes segments from sound files. It refuses files that would fail on air, and says why.
mod added;
mod args;
mod files;
mod import;
mod missing_file;
mod names;
mod placement;
mod playlist_choice;
mod preview;

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};

use super::messages::MessageSink;
use super::open_station::report_unusable_folder;
use super::recorded_change;
use super::scan::scan_all;
use crate::base::durable::{LinkPolicy, open_folder};
use crate::base::instant::{WallTime, to_local};
use crate::base::platform::available_threads;
use crate::cli::args::CliFormat;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE};
use crate::cli::language::station_language;
use crate::library::Scan;
use crate::library::scan::ScanError;
use crate::playout::clock::Clock;
use crate::playout::clock::system::SystemClock;
use crate::schedule::{ParsedSchedule, SourceFile, read};
use crate::station;
use crate::station::undo::RecordedCommand;
use crate::text::library::ScanText;
use crate::text::{Lang, Localize};
use import::{ImportMode, SegmentImport};
use placement::{PlaceRefusal, Placement, choose_placement, refusal};
use playlist_choice::choose_playlist;

pub(in crate::cli::station) use added::AddReport;
#[cfg(feature = "page")]
pub(in crate::cli::station) use added::AddedSegment;
pub use args::AddArgs;
pub(in crate::cli::station) use playlist_choice::add_command;

/// Adds files to a station. Returns [`EXIT_PROBLEMS`] if a file was refused.
///
/// # Errors
/// If the disk fails.
pub fn run(args: &AddArgs, lang: Option<Lang>) -> io::Result<u8> {
    let (station, sound_paths, labels) = (args.station.dir.as_path(), args.sound.as_slice(), args);
    let sink = MessageSink::new(args.format == CliFormat::Json);
    let files = match station::read_sources(station) {
        Ok(files) => files,
        Err(e) => {
            return Ok(report_unusable_folder(&e, station, lang.unwrap_or_else(|| station_language(station))));
        }
    };
    let parsed_schedule = read(&files);
    let lang = lang.unwrap_or(parsed_schedule.schedule.station.language);
    if sound_paths.len() > 1 && (labels.title.is_some() || labels.own_id.is_some()) {
        return report_refusal(&sink, &ScanText::OneTitle {}, EXIT_USAGE, lang);
    }
    let started_at = SystemClock::new()?.now().wall;
    // Someone who mistypes a file name must not be asked for a session first.
    if let Some(code) = import::report_if_no_file_is_usable(sound_paths, &sink, lang) {
        if args.format == CliFormat::Json {
            AddReport { messages: sink.take(), ..AddReport::default() }.print()?;
        }
        return Ok(code);
    }
    if let Err((text, code)) = choose_place_if_needed(labels, station, &files, &parsed_schedule, started_at) {
        return report_refusal(&sink, &text, code, lang);
    }
    let scans = scan_all(sound_paths, available_threads(), lang);
    // Scanning takes time. The playlists are read again, so that edits made in the meantime by the operator or by
    // another `loa add` are kept.
    let playlists_lock = open_folder(&station.join("playlists"), LinkPolicy::Follow)?;
    playlists_lock.lock()?;
    let zone = parsed_schedule.schedule.station.timezone;
    let mode = match begin_change(labels, to_local(started_at, zone), lang) {
        Ok(mode) => mode,
        Err(code) => return Ok(code),
    };
    let files = station::read_sources(station).map_err(io::Error::other)?;
    let parsed_schedule = read(&files);
    let place = choose_place_if_needed(labels, station, &files, &parsed_schedule, started_at);
    let (playlist_index, placement, place_refusal) = match place {
        Ok(place) => place,
        Err((text, code)) => return report_refusal(&sink, &text, code, lang),
    };
    let mut import = SegmentImport {
        station,
        labels,
        lang,
        files,
        parsed_schedule,
        playlist_index,
        placement,
        place_refusal,
        mode,
        added: Vec::new(),
        anyway_helps: false,
        sink,
    };
    let code = add_files(&mut import, sound_paths, scans);
    finish(import)?;
    Ok(code)
}

/// Begins the change of the folder, unless the command only says what it would change.
///
/// # Errors
/// Prints the reason and returns the exit code.
fn begin_change(args: &AddArgs, at: DateTime<FixedOffset>, lang: Lang) -> Result<ImportMode<'_>, u8> {
    match args.dry_run {
        true => Ok(ImportMode::Preview),
        false => recorded_change::begin(&args.station.dir, RecordedCommand::Add, at, lang).map(ImportMode::Write),
    }
}

/// Ends the change, and says what can be done next.
fn finish(import: SegmentImport<'_>) -> io::Result<()> {
    if let ImportMode::Write(change) = &import.mode {
        // If this fails, the next command finds the unfinished record and completes it.
        let _ = change.finish();
    }
    match import.labels.format {
        CliFormat::Json => {
            AddReport { messages: import.sink.take(), anyway_helps: import.anyway_helps, added: import.added }.print()
        }
        CliFormat::Text if import.labels.dry_run => Ok(()),
        CliFormat::Text => import.print_next_steps(),
    }
}

/// Adds the files one by one, and returns the exit code.
fn add_files(import: &mut SegmentImport<'_>, sound_paths: &[PathBuf], scans: Vec<Result<Scan, ScanError>>) -> u8 {
    let mut code = EXIT_OK;
    for (path, scan) in sound_paths.iter().zip(scans) {
        match import.add_file(path, scan) {
            Ok(true) => {}
            Ok(false) => code = EXIT_PROBLEMS,
            // The disk would fail for the next file too.
            Err(fault) => {
                let has_changed = !import.added.is_empty();
                return recorded_change::report_fault(&fault, import.station, has_changed, import.lang);
            }
        }
    }
    code
}

/// Returns the result of [`choose_place`]. While the file of a segment is missing, a refusal is no error: a file that
/// replaces the missing one needs no place, and only its scan shows whether it does.
fn choose_place_if_needed(
    labels: &AddArgs,
    station: &Path,
    files: &[SourceFile],
    parsed_schedule: &ParsedSchedule,
    now: WallTime,
) -> Result<(usize, Option<Placement>, Option<PlaceRefusal>), PlaceRefusal> {
    match choose_place(labels, files, parsed_schedule, now) {
        Ok((playlist_index, placement)) => Ok((playlist_index, placement, None)),
        Err(refusal) if missing_file::is_any_missing(station, &parsed_schedule.schedule) => {
            Ok((0, None, Some(refusal)))
        }
        Err(refusal) => Err(refusal),
    }
}

/// Returns the index of the playlist for the new segments, and their place in a session if the operator named one.
/// `now` is the time at which the command started, so that a scan that runs past midnight does not shift the operator's
/// dates.
fn choose_place(
    labels: &AddArgs,
    files: &[SourceFile],
    parsed_schedule: &ParsedSchedule,
    now: WallTime,
) -> Result<(usize, Option<Placement>), PlaceRefusal> {
    let local_now = to_local(now, parsed_schedule.schedule.station.timezone).naive_local();
    let placement = choose_placement(labels, files, parsed_schedule, local_now)?;
    let session_file = placement.as_ref().map(|placement| placement.file_index);
    choose_playlist(files, parsed_schedule, labels.playlist.as_deref(), labels.topic, session_file)
        .map(|index| (index, placement))
        .map_err(|text| refusal(text, EXIT_CONFIG))
}

/// Says why nothing is added, and returns the exit code.
fn report_refusal(sink: &MessageSink, text: &ScanText, code: u8, lang: Lang) -> io::Result<u8> {
    sink.error(text.localized(lang), lang);
    if matches!(sink, MessageSink::List(_)) {
        AddReport { messages: sink.take(), ..AddReport::default() }.print()?;
    }
    Ok(code)
}
