//! `loa status`, `play`, `skip`, `stop`, `note`, `clock confirm`: a word with the running daemon.
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

use chrono::{DateTime, FixedOffset};
use clap::{Args, Subcommand};

use crate::cli::args::{CliFormat, StationArg, StationOption, parse_segment_id};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS};
use crate::cli::table::{format_clock, strip_unprintable};
use crate::cli::words::trust_text;
use crate::playout::control::{ControlError, request};
use crate::playout::engine::{AmplifierStatus, CommandReply, OperatorCommand, StationStatus};
use crate::schedule::Id;
use crate::text::run::{AmplifierText, RunText};
use crate::text::{Lang, Localize, print_stderr};

/// Arguments of `loa play`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct PlayArgs {
    #[arg(value_parser = parse_segment_id)]
    pub segment: Id,
    #[command(flatten)]
    pub station: StationOption,
}

/// Arguments of `loa note`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct NoteArgs {
    pub id: String,
    pub text: String,
    #[command(flatten)]
    pub station: StationOption,
}

/// Subcommands of `loa clock`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum ClockCommand {
    Confirm(ClockConfirmArgs),
}

/// Arguments of `loa clock confirm`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct ClockConfirmArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long)]
    pub yes: bool,
}

/// Gives an order, and says what came of it.
///
/// # Errors
/// When standard output cannot be written.
pub fn send_command(station: &Path, lang: Lang, order: OperatorCommand) -> io::Result<u8> {
    match request(station, order) {
        Ok(answer) => {
            let words = reply_text(&answer);
            if matches!(answer, CommandReply::Done | CommandReply::DoneNotLogged) {
                writeln!(io::stdout(), "{}", words.localized(lang))?;
                return Ok(EXIT_OK);
            }
            print_stderr!("{}", words.localized(lang));
            Ok(EXIT_PROBLEMS)
        }
        Err(e) => Ok(report_unreachable(&e, lang)),
    }
}

pub(super) fn report_unreachable(error: &ControlError, lang: Lang) -> u8 {
    let words = match error {
        ControlError::NotRunning => RunText::NotRunning {},
        ControlError::NotAllowed { user } => RunText::NotAllowed { user: strip_unprintable(user) },
        ControlError::Unreachable => RunText::Unreachable {},
        ControlError::NoAnswer(e) => RunText::NoAnswer { detail: e.to_string() },
    };
    print_stderr!("{}", words.localized(lang));
    EXIT_PROBLEMS
}

/// Arguments of `loa status`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct StatusArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
}

/// `loa status`.
///
/// # Errors
/// When standard output cannot be written.
pub fn status(args: &StatusArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    match request(station, OperatorCommand::Status) {
        Ok(CommandReply::Status(status)) => {
            let mut out = io::stdout().lock();
            match args.format {
                CliFormat::Json => {
                    serde_json::to_writer_pretty(&mut out, &status)?;
                    writeln!(out)?;
                }
                CliFormat::Text => {
                    for sentence in status_sentences(&status, lang) {
                        writeln!(out, "{}", strip_unprintable(&sentence.localized(lang).to_string()))?;
                    }
                }
            }
            Ok(EXIT_OK)
        }
        Ok(answer) => {
            print_stderr!("{}", reply_text(&answer).localized(lang));
            Ok(EXIT_PROBLEMS)
        }
        Err(e) => Ok(report_unreachable(&e, lang)),
    }
}

/// The state in sentences: first what sounds, or why nothing does and what to do.
fn status_sentences(status: &StationStatus, lang: Lang) -> Vec<RunText> {
    let why = trust_text(status.clock_trust).localized(lang).to_string();
    let first = match &status.on_air {
        Some(on_air) => RunText::StatusOnAir {
            title: on_air.title.clone(),
            played: format_clock(on_air.played_ms),
            planned: format_clock(on_air.planned_ms),
        },
        None if !status.clock_trusted => RunText::StatusClock { why },
        None if status.sessions.is_none() => RunText::StatusNoSchedule {},
        None if status.line == "lost" => RunText::StatusLineLost {},
        None if status.quiet => RunText::StatusQuiet {},
        None => RunText::StatusIdle {},
    };
    let next = match &status.next {
        Some(next) => RunText::StatusNext { title: next.title.clone(), at: moment(&next.start, lang) },
        None => RunText::StatusNoNext {},
    };
    let mut sentences = vec![first, next];
    if status.unwritten > 0 {
        sentences.insert(0, RunText::StatusLogWaits { entries: status.unwritten });
    }
    if status.log_moved {
        sentences.insert(0, RunText::StatusLogMoved {});
    }
    if let Some(amplifier) = &status.amplifier {
        sentences.push(RunText::StatusAmplifier { state: amplifier_state(amplifier).localized(lang).to_string() });
    }
    for one in &status.away {
        let (file, why, since) = (strip_unprintable(&one.file), one.why, moment(&one.since, lang));
        sentences.push(match one.may_be_meant {
            true => RunText::StatusAway { file, why: why.text(), since },
            false => RunText::StatusBroken { file, why: why.text(), since },
        });
    }
    if status.schedule_waits {
        sentences.push(RunText::StatusWaiting {});
    }
    if let Some(code) = status.head_code.clone() {
        sentences.push(RunText::StatusHeadCode { code, entries: status.entries });
    }
    sentences
}

fn amplifier_state(amplifier: &AmplifierStatus) -> AmplifierText {
    match amplifier {
        AmplifierStatus { troubles: [_, Some(trouble)], .. } => crate::cli::words::switch_error_text(true, trouble),
        AmplifierStatus { troubles: [Some(trouble), _], .. } => crate::cli::words::switch_error_text(false, trouble),
        AmplifierStatus { switching: true, .. } | AmplifierStatus { on: None, .. } => AmplifierText::Switching {},
        AmplifierStatus { on: Some(true), held: true, .. } => AmplifierText::Held {},
        AmplifierStatus { on: Some(true), .. } => AmplifierText::On {},
        AmplifierStatus { on: Some(false), .. } => AmplifierText::Off {},
    }
}

/// An instant of the daemon's as people write it.
fn moment(rfc3339: &str, lang: Lang) -> String {
    let Ok(at) = rfc3339.parse::<DateTime<FixedOffset>>() else {
        return strip_unprintable(rfc3339);
    };
    let date = at.format(if lang == Lang::Vi { "%d/%m/%Y" } else { "%Y-%m-%d" }).to_string();
    RunText::Moment { time: at.format("%H:%M:%S").to_string(), date }.localized(lang).to_string()
}

pub(super) fn reply_text(answer: &CommandReply) -> RunText {
    match answer {
        CommandReply::Done => RunText::Done {},
        CommandReply::DoneNotLogged => RunText::DoneNotLogged {},
        CommandReply::NothingPlays => RunText::NothingPlays {},
        CommandReply::Busy(title) => RunText::Busy { title: strip_unprintable(title) },
        CommandReply::NoSuchSegment(id) => RunText::NoSuchSegment { id: id.to_string() },
        CommandReply::Expired(title) => RunText::Expired { title: strip_unprintable(title) },
        CommandReply::NotApproved(title) => RunText::NotApproved { title: strip_unprintable(title) },
        CommandReply::Quiet => RunText::Quiet {},
        CommandReply::ClockDoubted => RunText::DoubtedNow {},
        CommandReply::ClockImpossible => RunText::ClockImpossible {},
        CommandReply::Ending => RunText::Ending {},
        CommandReply::BadText => RunText::BadText {},
        CommandReply::TooMany => RunText::TooManyUrgent {},
        CommandReply::NoAmplifier => RunText::NoAmplifier {},
        CommandReply::NothingAway => RunText::NothingAway {},
        CommandReply::StillAway(files) => RunText::StillAway { files: strip_unprintable(&files.join(", ")) },
        CommandReply::Status(_) => RunText::Done {},
    }
}

/// `loa clock confirm`: a person looks at the time before vouching for it.
///
/// # Errors
/// When standard input or output fails.
pub fn confirm_clock(args: &ClockConfirmArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    if !args.yes {
        let at = match request(station, OperatorCommand::Status) {
            Ok(CommandReply::Status(status)) => status.at,
            Ok(_) => String::new(),
            Err(e) => return Ok(report_unreachable(&e, lang)),
        };
        let at = moment(&at, lang);
        write!(io::stderr(), "{}", RunText::ConfirmQuestion { at }.localized(lang))?;
        let mut line = String::new();
        if io::stdin().is_terminal() {
            io::stdin().lock().read_line(&mut line)?;
        }
        if !matches!(line.trim().to_lowercase().as_str(), "co" | "có" | "yes" | "y") {
            print_stderr!("\n{}", RunText::NotConfirmed {}.localized(lang));
            return Ok(EXIT_PROBLEMS);
        }
    }
    send_command(station, lang, OperatorCommand::ConfirmClock)
}
