//! `loa clock confirm`: the operator confirms that the computer's clock is right.
use std::io::{self, IsTerminal, Write};

use clap::{Args, Subcommand};

use super::control::{report_unreachable, send_command};
use super::when::format_instant;
use crate::cli::answer::read_yes;
use crate::cli::args::StationArg;
use crate::cli::exit::EXIT_PROBLEMS;
use crate::playout::control::request;
use crate::playout::engine::{CommandReply, OperatorCommand};
use crate::text::run::RunText;
use crate::text::{Lang, Localize, print_stderr};

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

/// Runs `loa clock confirm`: shows the daemon's time, and asks before it confirms the clock.
///
/// # Errors
/// If standard input or output fails.
pub fn confirm(args: &ClockConfirmArgs, lang: Lang) -> io::Result<u8> {
    let station = args.station.dir.as_path();
    if !args.yes {
        let at = match request(station, OperatorCommand::Status) {
            Ok(CommandReply::Status(status)) => status.at,
            Ok(_) => String::new(),
            Err(e) => return Ok(report_unreachable(&e, station, lang)),
        };
        let at = format_instant(&at, lang);
        write!(io::stderr(), "{}", RunText::ConfirmQuestion { at }.localized(lang))?;
        if !(io::stdin().is_terminal() && read_yes()?) {
            print_stderr!("\n{}", RunText::NotConfirmed {}.localized(lang));
            return Ok(EXIT_PROBLEMS);
        }
    }
    send_command(station, lang, OperatorCommand::ConfirmClock)
}
