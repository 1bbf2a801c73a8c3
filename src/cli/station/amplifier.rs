//! `loa amplifier on`, `off`, `test`: through the running daemon, or directly when none runs.
use std::io::{self, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use clap::Subcommand;

use super::control::{reply_text, report_unreachable};
use super::open_station::open_station;
use crate::cli::args::StationArg;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::table::strip_unprintable;
use crate::playout::amplifier::{permit, run_switch_command as run_command};
use crate::playout::control::{ControlError, request};
use crate::playout::engine::{AmplifierStatus, CommandReply, OperatorCommand, SwitchError, SwitchResult};
use crate::playout::error::DaemonError;
use crate::playout::lock::lock_station;
use crate::schedule::settings::AmplifierSettings;
use crate::text::cli::CliText;
use crate::text::run::{AmplifierText, RunText};
use crate::text::{Lang, Localize, print_stderr};

/// How often the daemon is polled, and for how long: its command may take 10 s, after waiting for the amplifier
/// to rest.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
const POLL_TIMEOUT: Duration = Duration::from_secs(30);
/// Shortest time between on and off in a test, so that a person hears the relay click twice.
const MIN_TEST_US: i64 = 2_000_000;

/// Subcommands of `loa amplifier`.
#[derive(Debug, Subcommand)]
#[allow(missing_docs)]
pub enum AmplifierCommand {
    On(StationArg),
    Off(StationArg),
    Test(StationArg),
}

impl AmplifierCommand {
    /// Returns the station's folder.
    #[must_use]
    pub fn station(&self) -> &Path {
        let (Self::On(station) | Self::Off(station) | Self::Test(station)) = self;
        &station.dir
    }
}

/// Switches the amplifier and prints the result.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(command: &AmplifierCommand, lang: Lang) -> io::Result<u8> {
    let station = command.station();
    let amplifier = match open_station(station, lang) {
        Ok((opened, _)) => opened.schedule.station.amplifier,
        Err(code) => return Ok(code),
    };
    if !amplifier.is_controlled() {
        return Ok(fail(AmplifierText::None {}.localized(lang), EXIT_PROBLEMS));
    }
    match command {
        AmplifierCommand::On(_) => switch(station, &amplifier, true, lang),
        AmplifierCommand::Off(_) => switch(station, &amplifier, false, lang),
        AmplifierCommand::Test(_) => test(station, &amplifier, lang),
    }
}

/// Switches on, long enough to be heard, and off again.
fn test(station: &Path, amplifier: &AmplifierSettings, lang: Lang) -> io::Result<u8> {
    match request(station, OperatorCommand::Status) {
        Ok(CommandReply::Status(status)) => {
            if let Some(on_air) = status.on_air {
                return Ok(fail(
                    RunText::Busy { title: strip_unprintable(&on_air.title) }.localized(lang),
                    EXIT_PROBLEMS,
                ));
            }
        }
        Ok(_) | Err(ControlError::NotRunning) => {}
        // The station may be on air.
        Err(e) => return Ok(report_unreachable(&e, lang)),
    }
    let on = switch(station, amplifier, true, lang)?;
    let wait = u64::try_from(amplifier.warm_up_us.max(MIN_TEST_US)).unwrap_or(0);
    thread::park_timeout(Duration::from_micros(wait));
    let off = switch(station, amplifier, false, lang)?;
    Ok(on.max(off))
}

fn switch(station: &Path, amplifier: &AmplifierSettings, on: bool, lang: Lang) -> io::Result<u8> {
    // The daemon runs the commands it has adopted, which may differ from those in the file now.
    let adopted = match request(station, OperatorCommand::Status) {
        Ok(CommandReply::Status(status)) => status.amplifier.map(|amplifier| amplifier.commands),
        _ => None,
    };
    let commands = adopted.unwrap_or_else(|| [amplifier.off.clone(), amplifier.on.clone()]);
    let command = commands[usize::from(on)].join(" ");
    writeln!(io::stdout(), "{}", AmplifierText::Runs { command: strip_unprintable(&command) }.localized(lang))?;
    match request(station, OperatorCommand::Amplifier { on }) {
        Ok(CommandReply::Done | CommandReply::DoneNotLogged) => wait_until_switched(station, on, lang),
        Ok(answer) => Ok(fail(reply_text(&answer).localized(lang), EXIT_PROBLEMS)),
        Err(ControlError::NotRunning) => {
            // Held until the amplifier is switched: a daemon that starts meanwhile would switch it during an airing.
            let _lock = match lock_station(station) {
                Ok(lock) => lock,
                Err(DaemonError::AlreadyRunning) => return Ok(report_unreachable(&ControlError::Unreachable, lang)),
                Err(e) => {
                    return Ok(fail(
                        CliText::Failed { what: station.display().to_string(), detail: e.to_string().into() }
                            .localized(lang),
                        EXIT_PROBLEMS,
                    ));
                }
            };
            // A person ran the commands on this machine: from now on the daemon may run them.
            if let Err(e) = permit(amplifier) {
                print_stderr!("{}", AmplifierText::NotKept { detail: e.to_string() }.localized(lang));
            }
            let SwitchResult { error: trouble, .. } = run_command(station, amplifier, on);
            print_result(on, trouble.as_ref(), true, lang)
        }
        Err(e) => Ok(report_unreachable(&e, lang)),
    }
}

/// Waits until the daemon reports that it has switched.
fn wait_until_switched(station: &Path, on: bool, lang: Lang) -> io::Result<u8> {
    let mut waited = Duration::ZERO;
    while waited < POLL_TIMEOUT {
        let status = match request(station, OperatorCommand::Status) {
            Ok(CommandReply::Status(status)) => status.amplifier,
            Ok(answer) => {
                return Ok(fail(reply_text(&answer).localized(lang), EXIT_PROBLEMS));
            }
            Err(e) => return Ok(report_unreachable(&e, lang)),
        };
        match status {
            Some(AmplifierStatus { switching: false, troubles, .. }) => {
                return print_result(on, troubles[usize::from(on)].as_ref(), false, lang);
            }
            Some(_) => {}
            None => return print_result(on, None, false, lang),
        }
        thread::park_timeout(POLL_INTERVAL);
        waited += POLL_INTERVAL;
    }
    Ok(fail(AmplifierText::Rests {}.localized(lang), EXIT_PROBLEMS))
}

fn print_result(on: bool, trouble: Option<&SwitchError>, alone: bool, lang: Lang) -> io::Result<u8> {
    if let Some(trouble) = trouble {
        return Ok(fail(crate::cli::words::switch_error_text(on, trouble).to_plain(lang), EXIT_PROBLEMS));
    }
    let words = if on { AmplifierText::IsOn {} } else { AmplifierText::IsOff {} };
    writeln!(io::stdout(), "{}", words.localized(lang))?;
    if alone && on {
        writeln!(io::stdout(), "{}", AmplifierText::Alone {}.localized(lang))?;
    }
    Ok(EXIT_OK)
}
