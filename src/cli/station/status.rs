//! `loa status`: prints the state of the running station.
use std::io::{self, Write};

use clap::Args;

use super::control::{format_instant, reply_text, report_unreachable};
use crate::cli::args::{CliFormat, StationArg};
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::table::{format_hms, strip_unprintable};
use crate::cli::words::{switch_error_text, trust_text};
use crate::playout::control::request;
use crate::playout::engine::{AmplifierStatus, CommandReply, OperatorCommand, Power, StationStatus};
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
/// If standard output cannot be written.
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
        Ok(reply) => Ok(fail(reply_text(&reply).localized(lang), EXIT_PROBLEMS)),
        Err(e) => Ok(report_unreachable(&e, lang)),
    }
}

/// Returns the state in sentences. The first sentence names the airing on air, or says why there is none and what to
/// do. Only sentences about a log that cannot be written come before it.
fn status_sentences(status: &StationStatus, lang: Lang) -> Vec<RunText> {
    let trust_reason = trust_text(status.clock_trust).localized(lang).to_string();
    let on_air_sentence = match &status.on_air {
        Some(on_air) => RunText::StatusOnAir {
            title: on_air.title.clone(),
            played: format_hms(on_air.played_ms),
            planned: format_hms(on_air.planned_ms),
        },
        None if !status.clock_trusted => RunText::StatusClock { why: trust_reason },
        None if status.sessions.is_none() => RunText::StatusNoSchedule {},
        None if status.line == "lost" => RunText::StatusLineLost {},
        None if status.quiet => RunText::StatusQuiet {},
        None => RunText::StatusIdle {},
    };
    let next_sentence = match &status.next {
        Some(next) => RunText::StatusNext { title: next.title.clone(), at: format_instant(&next.start, lang) },
        None => RunText::StatusNoNext {},
    };
    let mut sentences = vec![on_air_sentence, next_sentence];
    if status.unwritten > 0 {
        sentences.insert(0, RunText::StatusLogWaits { entries: status.unwritten });
    }
    if status.log_moved {
        sentences.insert(0, RunText::StatusLogMoved {});
    }
    if let Some(amplifier) = &status.amplifier {
        sentences.push(RunText::StatusAmplifier { state: amplifier_state(amplifier).localized(lang).to_string() });
    }
    for suspect in &status.suspect_files {
        let (file, why, since) =
            (strip_unprintable(&suspect.file), suspect.reason, format_instant(&suspect.since, lang));
        sentences.push(match suspect.may_be_meant {
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
        AmplifierStatus { troubles: [_, Some(error)], .. } => switch_error_text(Power::On, error),
        AmplifierStatus { troubles: [Some(error), _], .. } => switch_error_text(Power::Off, error),
        AmplifierStatus { switching: true, .. } | AmplifierStatus { on: None, .. } => AmplifierText::Switching {},
        AmplifierStatus { on: Some(true), held: true, .. } => AmplifierText::Held {},
        AmplifierStatus { on: Some(true), .. } => AmplifierText::On {},
        AmplifierStatus { on: Some(false), .. } => AmplifierText::Off {},
    }
}
