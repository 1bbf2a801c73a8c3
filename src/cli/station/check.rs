//! `loa check`: reports every problem of a station's files in one run.
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use clap::Args;

use super::add::add_command;
use super::control;
use super::messages::print_warning;
use super::open_station::report_unusable_folder;
use crate::base::instant::to_local;
use crate::check;
use crate::cli::args::{CliFormat, StationArg};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::language::station_language;
use crate::cli::lost_log::missing_log;
use crate::cli::table::strip_unprintable;
use crate::library::Library;
use crate::playout::clock::Clock;
use crate::playout::clock::system::SystemClock;
use crate::playout::control::{ControlError, request};
use crate::playout::engine::{CommandReply, OperatorCommand};
use crate::playout::lock;
use crate::playout::log_identity::station_id_of_log;
use crate::playout::removal_confirmation;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{self, Problem, Severity, SourceSpan};
use crate::schedule::{ParsedSchedule, SourceFile, read};
use crate::station::suspect::{SuspectFile, suspect_files};
use crate::station::{self, StationFiles};
use crate::text::problem::ProblemText;
use crate::text::run::RunText;
use crate::text::{Lang, Localize};

/// The maximum number of unused audio files that are named.
const MAX_LISTED_FILES: usize = 8;

/// Arguments of `loa check`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct CheckArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, conflicts_with = "format")]
    pub accept: bool,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
}

/// Checks a station's files. Errors lead to [`EXIT_PROBLEMS`]; warnings alone do not.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(args: &CheckArgs, lang: Option<Lang>) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    if args.accept {
        return accept(station, lang);
    }
    let mut sources = match station::read_folder(station) {
        Ok(sources) => sources,
        Err(e) => return Ok(report_unusable_folder(&e, station, lang.unwrap_or_else(|| station_language(station)))),
    };
    let in_force = removal_confirmation::schedule_in_force(station);
    sources.mark_in_force(in_force.as_deref().unwrap_or_default());
    let parsed_schedule = read(&sources.files);
    let schedule = &parsed_schedule.schedule;
    let lang = lang.unwrap_or(schedule.station.language);
    let library = station::load_library(station, schedule, &Library::default());
    let today = to_local(SystemClock::new()?.now().wall, schedule.station.timezone).date_naive();
    let mut files = sources.all_files();
    let mut problems = parsed_schedule.problems.clone();
    problems.extend(sources.problems.iter().cloned());
    problems.extend(check::check(&parsed_schedule, &library, today));
    // A missing `station.toml` has a finding of its own, below.
    if sources.has_settings {
        problems.extend(check::check_identity(&parsed_schedule, station_id_of_log(station).as_ref()));
    }
    station::add_disk_findings(station, &parsed_schedule, &mut problems, &mut files);
    for suspect in unaccepted_suspects(station, &sources) {
        problems.push(suspect.to_problem(SourceSpan::start_of(files.len())));
        files.push(SourceFile::new(&suspect.file, b""));
    }
    drop_unknown_id(&mut problems, &sources);
    // A missing file or folder comes first, because it causes the findings in the other files.
    problems.sort_by_key(|p| (!names_a_missing_file(&p.finding), p.span.file_index, p.span.range.start));
    let mut out = io::stdout().lock();
    match args.format {
        CliFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &problem::problem_rows(&problems, &files, lang))?;
            writeln!(out)?;
        }
        CliFormat::Text if problems.is_empty() => {
            let (sessions, segments) = (schedule.sessions.len(), schedule.segments.len());
            writeln!(
                out,
                "{}",
                ProblemText::Good { sessions: sessions.into(), segments: segments.into() }.localized(lang)
            )?;
        }
        CliFormat::Text => {
            // The convention of https://no-color.org: a `NO_COLOR` that is not empty switches colours off.
            let color = out.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
            out.write_all(problem::render(&problems, &files, lang, color).as_bytes())?;
        }
    }
    if args.format == CliFormat::Text {
        print_remarks(&mut out, station, &sources, &parsed_schedule, lang)?;
    }
    let has_errors = problems.iter().any(|p| p.severity == Severity::Error);
    Ok(if has_errors { EXIT_PROBLEMS } else { EXIT_OK })
}

/// Prints remarks, which are not problems and do not change the exit code: about audio that no segment uses, and about
/// a log that is gone although the other files may be valid.
fn print_remarks(
    out: &mut impl Write,
    station: &Path,
    sources: &StationFiles,
    parsed_schedule: &ParsedSchedule,
    lang: Lang,
) -> io::Result<()> {
    let unused = station::unused_audio(station, &parsed_schedule.schedule);
    if let Some(first) = unused.first() {
        let command = add_command(&station.join("audio").join(first), &sources.files, parsed_schedule, station);
        let mut names: Vec<String> = unused.iter().take(MAX_LISTED_FILES).map(|name| strip_unprintable(name)).collect();
        if unused.len() > MAX_LISTED_FILES {
            names.push("…".to_owned());
        }
        let remark = ProblemText::UnusedAudio { files: unused.len().into(), names: names.join(", "), command };
        writeln!(out, "{}", remark.localized(lang))?;
    }
    if let Some(log) = missing_log(station) {
        out.flush()?;
        print_warning(log.to_text(lang).localized(lang), lang);
    }
    Ok(())
}

/// Returns `true` if the finding is about a file or folder that is missing or cannot be used.
fn names_a_missing_file(finding: &Finding) -> bool {
    matches!(
        finding,
        Finding::PlaylistUnavailable { .. } | Finding::FolderUnavailable { .. } | Finding::AudioFolderGone { .. }
    )
}

/// Removes the finding about the station's id if `station.toml` was renamed or has vanished, because the id is then
/// unknown.
fn drop_unknown_id(problems: &mut Vec<Problem>, sources: &StationFiles) {
    let is_settings_file_missing = problems.iter().any(|problem| match &problem.finding {
        Finding::SettingsName { .. } => !sources.has_settings,
        Finding::PlaylistUnavailable { file, .. } => file == "station.toml",
        _ => false,
    });
    if is_settings_file_missing {
        problems.retain(|problem| !matches!(problem.finding, Finding::DefaultId));
    }
}

/// Returns the files of the schedule in force that are missing or damaged and whose removal nobody has accepted.
fn unaccepted_suspects(station: &Path, sources: &StationFiles) -> Vec<SuspectFile> {
    let Some(in_force) = removal_confirmation::schedule_in_force(station) else { return Vec::new() };
    let accepted_files = removal_confirmation::read(station).map(|confirmation| confirmation.files).unwrap_or_default();
    let mut suspects = suspect_files(&in_force, sources);
    suspects.retain(|suspect| !(suspect.may_be_intentional() && accepted_files.contains(&suspect.file)));
    suspects
}

/// Runs `loa check --accept`, which confirms that files were removed on purpose.
///
/// # Errors
/// If standard output cannot be written.
fn accept(station: &Path, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(station));
    let reply = match request(station, OperatorCommand::Status) {
        Ok(CommandReply::Status(status)) => {
            let files: Vec<String> = status.suspect_files.into_iter().map(|suspect| suspect.file).collect();
            print_removals(&files, lang)?;
            return control::send_command(station, lang, OperatorCommand::AcceptRemoval { files });
        }
        Ok(reply) => reply,
        Err(ControlError::NotRunning) => return accept_for_later(station, lang),
        Err(error) => return Ok(control::report_unreachable(&error, station, lang)),
    };
    Ok(fail(control::reply_text(&reply).localized(lang), EXIT_PROBLEMS))
}

/// Accepts removals while the station is off. The station's next start applies them, and logs who accepted them.
fn accept_for_later(station: &Path, lang: Lang) -> io::Result<u8> {
    let sources = match station::read_folder(station) {
        Ok(sources) => sources,
        Err(e) => return Ok(report_unusable_folder(&e, station, lang)),
    };
    let suspects = unaccepted_suspects(station, &sources);
    if suspects.is_empty() {
        return Ok(fail(RunText::NoFileMissing {}.localized(lang), EXIT_PROBLEMS));
    }
    // If the station cannot be locked, a daemon is running, and it must accept the removals itself.
    let _lock = match lock::lock_station(station) {
        Ok(lock) => lock,
        Err(_) => {
            return Ok(control::report_unreachable(
                &ControlError::NoAnswer(io::ErrorKind::WouldBlock.into()),
                station,
                lang,
            ));
        }
    };
    let damaged_files: Vec<String> =
        suspects.iter().filter(|suspect| !suspect.may_be_intentional()).map(|suspect| suspect.file.clone()).collect();
    if !damaged_files.is_empty() || read(&sources.files).problems.iter().any(|p| p.is_structural) {
        return Ok(fail(
            control::reply_text(&CommandReply::FilesStillDamaged(damaged_files)).localized(lang),
            EXIT_PROBLEMS,
        ));
    }
    let files: Vec<String> = suspects.into_iter().map(|suspect| suspect.file).collect();
    print_removals(&files, lang)?;
    removal_confirmation::write(station, files)?;
    writeln!(io::stdout(), "{}", RunText::RemovalNoted {}.localized(lang))?;
    Ok(EXIT_OK)
}

fn print_removals(files: &[String], lang: Lang) -> io::Result<()> {
    for file in files {
        writeln!(io::stdout(), "{}", RunText::RemovedOnPurpose { file: file.clone() }.to_plain(lang))?;
    }
    Ok(())
}
