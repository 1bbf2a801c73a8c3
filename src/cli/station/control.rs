//! `loa play`, `skip` and `stop`: sends a command to the running daemon.
use std::io::{self, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use clap::Args;

use super::add::add_command;
use super::messages::{print_error, print_hint, print_warning};
use super::open_station::require_station;
use super::pick::{pick_segment, report_no_segment, unknown_segment, unused_audio_named};
use super::segment_file::report_if_unplayable;
use super::when::{format_instant, format_when};
use crate::cli::args::StationOption;
use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::lost_log::missing_log;
use crate::cli::no_station::is_station;
use crate::cli::shell_words::{folder_argument, quoted_path, with_folder};
use crate::cli::table::strip_unprintable;
use crate::concern::Condition;
use crate::playout::control::{ControlError, request};
use crate::playout::engine::{CommandEffect, CommandReply, OperatorCommand, StationStatus};
use crate::playout::host_watch::is_read_only;
use crate::playout::key_location::folder_of_running_original;
use crate::playout::user::own_user;
use crate::schedule::{ParsedSchedule, SourceFile, read};
use crate::station;
use crate::text::cli::{CliText, with_hint};
use crate::text::library::ScanText;
use crate::text::order::{NotDoneText, OrderRefusalText};
use crate::text::run::RunText;
use crate::text::system::SystemText;
use crate::text::undo::UndoText;
use crate::text::{Lang, Localize, print_stderr};

/// The interval at which a command is sent again until the line is free.
const LINE_POLL_INTERVAL: Duration = Duration::from_millis(50);
/// The time after which a command is no longer sent again. Cutting a cue takes as long as the device's buffer.
const LINE_TIMEOUT: Duration = Duration::from_secs(3);

/// Arguments of `loa play`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct PlayArgs {
    pub segment: String,
    #[command(flatten)]
    pub station: StationOption,
}

/// Runs `loa play`.
///
/// # Errors
/// If standard output cannot be written.
pub fn play(args: &PlayArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    let files = station::read_sources(station).unwrap_or_default();
    let parsed_schedule = read(&files);
    let schedule = &parsed_schedule.schedule;
    let id = match pick_segment(schedule, &args.segment) {
        Ok(id) => id,
        Err(text) => return Ok(report_not_played(&text, &args.segment, (&files, &parsed_schedule), station, lang)),
    };
    if let Some(segment) = schedule.segment(&id) {
        return match report_if_unplayable(segment, station, lang) {
            Some(code) => Ok(code),
            None => send_command(station, lang, OperatorCommand::Play(id)),
        };
    }
    // The running station may still have it from an earlier schedule.
    match request(station, OperatorCommand::Play(id)) {
        Err(ControlError::NotRunning) | Ok(CommandReply::NoSuchSegment(_)) => {
            let text = unknown_segment(schedule, &args.segment);
            Ok(report_not_played(&text, &args.segment, (&files, &parsed_schedule), station, lang))
        }
        result => print_reply(result, not_played, station, lang),
    }
}

/// Prints that the name matches no segment. If it is the name of an unused file in `audio/`, names the command that adds
/// the file.
fn report_not_played(
    text: &ScanText,
    name: &str,
    (files, parsed_schedule): (&[SourceFile], &ParsedSchedule),
    station: &Path,
    lang: Lang,
) -> u8 {
    let Some(file) = unused_audio_named(&parsed_schedule.schedule, station, name) else {
        return report_no_segment(text, station, lang);
    };
    let command = add_command(&station.join("audio").join(&file), files, parsed_schedule, station);
    print_error(text.to_plain(lang), lang);
    print_hint(OrderRefusalText::AudioNotInSchedule { file: strip_unprintable(&file), command }.localized(lang), lang);
    EXIT_PROBLEMS
}

/// Runs `loa skip` or `loa stop`: `name` is the command. Neither takes the title of a session or an item, but people
/// type one, and it is then in the place of the folder.
///
/// # Errors
/// If standard output cannot be written.
pub fn end(name: &str, command: OperatorCommand, station: &Path, lang: Lang) -> io::Result<u8> {
    let path = station.display().to_string();
    if !station.exists() && !path.contains('/') {
        let command = format!("loa {name}");
        let hint = match is_station(Path::new(".")) {
            true => CliText::NoNameNeeded { command },
            false => CliText::NoNameNeededElsewhere { command },
        };
        print_stderr!("{}", with_hint(&CliText::NotAStation { path: strip_unprintable(&path) }, &hint, lang));
        return Ok(EXIT_CONFIG);
    }
    send_command(station, lang, command)
}

/// Sends a command to the daemon and prints the reply.
///
/// # Errors
/// If standard output cannot be written.
pub fn send_command(station: &Path, lang: Lang, command: OperatorCommand) -> io::Result<u8> {
    let not_done = match &command {
        OperatorCommand::Play(_) | OperatorCommand::Urgent { .. } => not_played,
        OperatorCommand::Skip => |why| NotDoneText::NotSkipped { why },
        OperatorCommand::Stop => |why| NotDoneText::NotStopped { why },
        OperatorCommand::ConfirmClock
        | OperatorCommand::AcceptRemoval { .. }
        | OperatorCommand::Note { .. }
        | OperatorCommand::Amplifier { .. }
        | OperatorCommand::Collect { .. }
        | OperatorCommand::Status => |why| NotDoneText::NotDone { why },
    };
    print_reply(request_when_line_is_free(station, command), not_done, station, lang)
}

/// The function that puts the first words of an answer before the reason why an order was not performed.
type NotDone = fn(String) -> NotDoneText;

fn not_played(why: String) -> NotDoneText {
    NotDoneText::NotPlayed { why }
}

/// Sends a command to the daemon. While the daemon replies that the line is about to be free, as it does right after
/// `loa stop`, sends the command again.
pub(super) fn request_when_line_is_free(
    station: &Path,
    command: OperatorCommand,
) -> Result<CommandReply, ControlError> {
    retry_while_stopping(|| request(station, command.clone()))
}

/// Sends a command again while the daemon replies that the line is about to be free.
pub(super) fn retry_while_stopping(
    send: impl Fn() -> Result<CommandReply, ControlError>,
) -> Result<CommandReply, ControlError> {
    let mut waited = Duration::ZERO;
    loop {
        match send() {
            Ok(CommandReply::Stopping(_)) if waited < LINE_TIMEOUT => {
                thread::park_timeout(LINE_POLL_INTERVAL);
                waited += LINE_POLL_INTERVAL;
            }
            result => return result,
        }
    }
}

/// If no daemon can be reached, prints that nothing was played, and why, and returns the exit code.
pub(super) fn report_if_not_reachable(station: &Path, lang: Lang) -> Option<u8> {
    let error = request(station, OperatorCommand::Status).err()?;
    Some(report_not_done(&error, not_played, station, lang))
}

/// Prints that an order was not performed, because the daemon cannot be reached, and returns the exit code. A daemon
/// that does not answer may have performed it.
fn report_not_done(error: &ControlError, not_done: NotDone, station: &Path, lang: Lang) -> u8 {
    if !matches!(error, ControlError::NoAnswer(_)) && is_station(station) {
        print_stderr!("{}", not_done(String::new()).to_plain(lang).trim_end());
    }
    report_unreachable(error, station, lang)
}

/// Prints the daemon's reply, or why there is none, and returns the exit code.
fn print_reply(
    result: Result<CommandReply, ControlError>,
    not_done: NotDone,
    station: &Path,
    lang: Lang,
) -> io::Result<u8> {
    match result {
        Ok(reply) => {
            if let CommandReply::Performed { effect, is_logged } = &reply {
                let text = match effect {
                    CommandEffect::Play { title } if is_device_lost(station) => {
                        RunText::PlayAcceptedNoDevice { title: title.clone(), folder: folder_argument(station) }
                    }
                    CommandEffect::Urgent { title, .. } if is_device_lost(station) => {
                        RunText::UrgentAcceptedNoDevice { title: title.clone(), folder: folder_argument(station) }
                    }
                    CommandEffect::Note if !is_logged => RunText::NoteNotLoggedYet {},
                    effect => effect_text(effect, station, lang),
                };
                let mut out = io::stdout().lock();
                writeln!(out, "{}", text.to_plain(lang))?;
                if !is_logged && *effect != CommandEffect::Note {
                    writeln!(out, "{}", RunText::NotLoggedYet {}.localized(lang))?;
                }
                return Ok(EXIT_OK);
            }
            let message = reply_text(&reply);
            if matches!(reply, CommandReply::Done | CommandReply::DoneNotLogged) {
                writeln!(io::stdout(), "{}", message.localized(lang))?;
                return Ok(EXIT_OK);
            }
            let message = message.to_plain(lang);
            let code = match reply {
                CommandReply::NothingPlays => fail(message, EXIT_PROBLEMS),
                _ => fail(not_done(message).to_plain(lang), EXIT_PROBLEMS),
            };
            if matches!(reply, CommandReply::NoSuchSegment(_)) {
                print_hint(UndoText::LookAtList { command: with_folder("list", station) }.localized(lang), lang);
            }
            Ok(code)
        }
        Err(e) => Ok(report_not_done(&e, not_done, station, lang)),
    }
}

/// Returns `true` if the running daemon has no sound device.
fn is_device_lost(station: &Path) -> bool {
    let Ok(CommandReply::Status(status)) = request(station, OperatorCommand::Status) else { return false };
    is_line_lost(&status)
}

/// Returns `true` if the line is lost. Right after an order, the daemon may still be reopening the line; then the
/// concern about the last attempt decides.
pub(super) fn is_line_lost(status: &StationStatus) -> bool {
    let is_loss =
        |condition: &Condition| matches!(condition, Condition::NoDevice { .. } | Condition::DeviceLost { .. });
    let has_loss = status.concerns.iter().any(|concern| is_loss(&concern.condition));
    status.line == "lost" || (status.line != "open" && has_loss)
}

/// Prints why the daemon cannot be reached, and returns the exit code.
pub(super) fn report_unreachable(error: &ControlError, station: &Path, lang: Lang) -> u8 {
    let message = match error {
        ControlError::NotRunning => match require_station(station, lang) {
            Err(code) => return code,
            Ok(()) => not_running_text(station),
        },
        ControlError::NotAllowed { user } => RunText::NotAllowed { user: strip_unprintable(user) },
        ControlError::Unreachable => RunText::Unreachable {},
        ControlError::NoAnswer(e) => RunText::NoAnswer { detail: SystemText::from(e) },
    };
    print_stderr!("{}", message.localized(lang));
    if matches!(error, ControlError::NotRunning)
        && let Some(log) = missing_log(station)
    {
        print_warning(log.to_text(lang).localized(lang), lang);
    }
    EXIT_PROBLEMS
}

/// Returns why the station is not running, as far as this process can tell.
fn not_running_text(station: &Path) -> RunText {
    let folder = folder_argument(station);
    if let Some(running) = folder_of_running_original(station) {
        return RunText::CopyIsRunning { running: quoted_path(&running) };
    }
    match is_read_only(station) {
        true => RunText::NotRunningReadOnly { path: strip_unprintable(&station.display().to_string()), folder },
        false => RunText::NotRunning { user: strip_unprintable(&own_user()), folder },
    }
}

/// Returns the message that says what a command did.
pub(super) fn effect_text(effect: &CommandEffect, station: &Path, lang: Lang) -> RunText {
    match effect.clone() {
        CommandEffect::Play { title } => RunText::PlayAccepted { title, folder: folder_argument(station) },
        CommandEffect::Urgent { title, repeat: 1 } => RunText::UrgentAccepted { title },
        CommandEffect::Urgent { title, repeat } => RunText::UrgentRepeatsAccepted { title, times: repeat },
        CommandEffect::Skip { title } => RunText::SkipDone { title },
        CommandEffect::Stop { titles, next, awaits_clock, at } => {
            let titles = titles.iter().map(|title| format!("“{title}”")).collect::<Vec<_>>().join(", ");
            match next {
                Some(next) => RunText::StopDone {
                    titles,
                    next: next.session_title.unwrap_or(next.title),
                    when: format_when(&next.start, &at, lang),
                },
                None if awaits_clock => RunText::StopDoneClock { titles },
                None => RunText::StopDoneNoNext { titles },
            }
        }
        CommandEffect::ConfirmClock { at } => RunText::ClockConfirmDone { at: format_instant(&at, lang) },
        CommandEffect::Note => RunText::NoteDone {},
    }
}

/// Returns the message for a reply from the daemon.
pub(super) fn reply_text(reply: &CommandReply) -> RunText {
    match reply {
        CommandReply::Done | CommandReply::Performed { .. } => RunText::Done {},
        CommandReply::DoneNotLogged => RunText::DoneNotLogged {},
        CommandReply::NothingPlays => RunText::NothingPlays {},
        CommandReply::Busy(title) => RunText::Busy { title: strip_unprintable(title) },
        CommandReply::Stopping(title) => RunText::Stopping { title: strip_unprintable(title) },
        CommandReply::NoSuchSegment(id) => RunText::NoSuchSegment { id: id.to_string() },
        CommandReply::Expired(title) => RunText::Expired { title: strip_unprintable(title) },
        CommandReply::NotApproved(title) => RunText::NotApproved { title: strip_unprintable(title) },
        CommandReply::Quiet => RunText::Quiet {},
        CommandReply::ClockUntrusted => RunText::ClockNotTrustedNow {},
        CommandReply::ClockImpossible => RunText::ClockImpossible {},
        CommandReply::Ending => RunText::Ending {},
        CommandReply::BadText => RunText::BadText {},
        CommandReply::TooMany => RunText::TooManyUrgent {},
        CommandReply::NoAmplifier => RunText::NoAmplifier {},
        CommandReply::NoSuspectFiles => RunText::NoFileMissing {},
        CommandReply::FilesStillDamaged(files) => {
            RunText::RemovalNotAccepted { files: strip_unprintable(&files.join(", ")) }
        }
        CommandReply::Status(_) => RunText::Done {},
    }
}
