//! `loa status`: the state of the running station.
use std::io::{self, Write};

use clap::Args;

use super::control::{moment, reply_text, report_unreachable};
use crate::cli::args::{CliFormat, StationArg};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::table::{format_clock, strip_unprintable};
use crate::cli::words::{switch_error_text, trust_text};
use crate::playout::control::request;
use crate::playout::engine::{AmplifierStatus, CommandReply, OperatorCommand, StationStatus};
use crate::text::run::{AmplifierText, RunText};
use crate::text::{Lang, Localize};

/// Arguments of `loa status`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct StatusArgs {
    #[command(flatten)]
    pub station: StationArg,
    #[arg(long, value_enum, default_value = "text")]
    pub format: CliFormat,
}

/// Runs `loa status`.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &StatusArgs, lang: Lang) -> io::Result<u8> {
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
                        writeln!(out, "{}", sentence.to_plain(lang))?;
                    }
                }
            }
            Ok(EXIT_OK)
        }
        Ok(answer) => Ok(fail(reply_text(&answer).localized(lang), EXIT_PROBLEMS)),
        Err(e) => Ok(report_unreachable(&e, lang)),
    }
}

/// Returns the state in sentences. The first one names the airing, or says why there is none and what to do.
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
        AmplifierStatus { troubles: [_, Some(trouble)], .. } => switch_error_text(true, trouble),
        AmplifierStatus { troubles: [Some(trouble), _], .. } => switch_error_text(false, trouble),
        AmplifierStatus { switching: true, .. } | AmplifierStatus { on: None, .. } => AmplifierText::Switching {},
        AmplifierStatus { on: Some(true), held: true, .. } => AmplifierText::Held {},
        AmplifierStatus { on: Some(true), .. } => AmplifierText::On {},
        AmplifierStatus { on: Some(false), .. } => AmplifierText::Off {},
    }
}
