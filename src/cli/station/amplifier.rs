//! `loa amplifier on`, `off` and `test`: switches the amplifier through the running daemon, or directly if no daemon is
//! running.
use std::io::{self, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use clap::Subcommand;

use super::account::refuse_other_account;
use super::control::{reply_text, report_unreachable, request_when_line_is_free};
use super::open_station::open_station;
use crate::cli::args::StationArg;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS, fail};
use crate::cli::table::strip_unprintable;
use crate::playout::amplifier::{permit, run_switch_command};
use crate::playout::control::{ControlError, request};
use crate::playout::engine::{AmplifierStatus, CommandReply, OperatorCommand, Power, SwitchError, SwitchResult};
use crate::playout::error::DaemonError;
use crate::playout::lock::lock_station;
use crate::schedule::settings::AmplifierSettings;
use crate::text::cli::CliText;
use crate::text::order::NotDoneText;
use crate::text::run::AmplifierText;
use crate::text::system::SystemText;
use crate::text::{Lang, Localize, print_stderr};

/// The interval at which the daemon is polled until it has switched the amplifier.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// The time after which polling ends. The daemon's command can take 10 s, and might first have to wait for `min-off`.
const POLL_TIMEOUT: Duration = Duration::from_secs(30);
/// The time to wait until an airing that is being cut has ended. That takes as long as the device's buffer.
const CUT_TIMEOUT: Duration = Duration::from_secs(3);
/// The time to wait until the daemon adopts an edit. It notices edits within a second, but may first have to scan new
/// audio files.
const ADOPTION_TIMEOUT: Duration = Duration::from_secs(10);
/// The minimum time for which a test leaves the amplifier on, in microseconds. It lets the operator hear two separate
/// clicks of the relay.
const MIN_TEST_ON_US: i64 = 2_000_000;

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
/// If standard output cannot be written.
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
        AmplifierCommand::On(_) => switch(station, &amplifier, Power::On, lang),
        AmplifierCommand::Off(_) => switch(station, &amplifier, Power::Off, lang),
        AmplifierCommand::Test(_) => test(station, &amplifier, lang),
    }
}

/// Switches the amplifier on, waits long enough for the operator to hear it, and switches it off again.
fn test(station: &Path, amplifier: &AmplifierSettings, lang: Lang) -> io::Result<u8> {
    let mut waited = Duration::ZERO;
    loop {
        match request(station, OperatorCommand::Status) {
            Ok(CommandReply::Status(status)) => match status.on_air {
                // Right after `loa stop`, the end of the sound is near.
                Some(on_air) if on_air.is_being_cut && waited < CUT_TIMEOUT => {}
                Some(on_air) => {
                    let text = NotDoneText::NotTestedOnAir { title: strip_unprintable(&on_air.title) };
                    return Ok(fail(text.to_plain(lang), EXIT_PROBLEMS));
                }
                None => break,
            },
            Ok(_) | Err(ControlError::NotRunning) => break,
            // The daemon is running, but whether it is on air is unknown.
            Err(e) => return Ok(report_unreachable(&e, station, lang)),
        }
        thread::park_timeout(POLL_INTERVAL);
        waited += POLL_INTERVAL;
    }
    if let Some(old_command) = command_still_in_force(station, amplifier) {
        return Ok(fail(
            AmplifierText::OldCommand { command: strip_unprintable(&old_command) }.localized(lang),
            EXIT_PROBLEMS,
        ));
    }
    let on_code = switch(station, amplifier, Power::On, lang)?;
    let wait_us = u64::try_from(amplifier.warm_up_us.max(MIN_TEST_ON_US)).unwrap_or(0);
    thread::park_timeout(Duration::from_micros(wait_us));
    let off_code = switch(station, amplifier, Power::Off, lang)?;
    Ok(on_code.max(off_code))
}

/// Waits until the daemon has adopted the commands in the file. Otherwise, someone who has just edited them would test
/// the old ones. Returns the command that is still in force if the daemon does not adopt them in time; `None` if it
/// has, or if no daemon is running.
fn command_still_in_force(station: &Path, amplifier: &AmplifierSettings) -> Option<String> {
    let mut waited = Duration::ZERO;
    loop {
        let Ok(CommandReply::Status(status)) = request(station, OperatorCommand::Status) else { return None };
        let commands = status.amplifier.map(|amplifier| amplifier.commands);
        if commands.as_ref().is_some_and(|[off, on]| (off, on) == (&amplifier.off, &amplifier.on)) {
            return None;
        }
        if waited >= ADOPTION_TIMEOUT {
            return Some(commands.map_or_else(|| "-".to_owned(), |[_, on]| on.join(" ")));
        }
        thread::park_timeout(POLL_INTERVAL);
        waited += POLL_INTERVAL;
    }
}

/// Switches the amplifier, prints the command and the result, and returns the exit code.
fn switch(station: &Path, amplifier: &AmplifierSettings, target: Power, lang: Lang) -> io::Result<u8> {
    // The daemon runs the commands that it has adopted. The file may contain different commands by now.
    let adopted_commands = match request(station, OperatorCommand::Status) {
        Ok(CommandReply::Status(status)) => status.amplifier.map(|amplifier| amplifier.commands),
        _ => None,
    };
    let commands = adopted_commands.unwrap_or_else(|| [amplifier.off.clone(), amplifier.on.clone()]);
    let command = commands[usize::from(target.is_on())].join(" ");
    writeln!(io::stdout(), "{}", AmplifierText::Runs { command: strip_unprintable(&command) }.localized(lang))?;
    match request_when_line_is_free(station, OperatorCommand::Amplifier { on: target.is_on() }) {
        Ok(CommandReply::Busy(title)) => {
            let text = NotDoneText::NotSwitchedOffOnAir { title: strip_unprintable(&title) };
            Ok(fail(text.to_plain(lang), EXIT_PROBLEMS))
        }
        Ok(CommandReply::Done | CommandReply::DoneNotLogged) => wait_until_switched(station, target, lang),
        Ok(reply) => Ok(fail(reply_text(&reply).localized(lang), EXIT_PROBLEMS)),
        Err(ControlError::NotRunning) => {
            // The daemon runs as another account. That account would still lack the permission.
            if let Some(code) = refuse_other_account(station, "amplifier test", lang) {
                return Ok(code);
            }
            // The lock is held until the amplifier is switched, so that no daemon starts and switches it in the
            // meantime.
            let _lock = match lock_station(station) {
                Ok(lock) => lock,
                Err(DaemonError::AlreadyRunning) => {
                    return Ok(report_unreachable(&ControlError::Unreachable, station, lang));
                }
                Err(e) => {
                    let detail = match &e {
                        DaemonError::System { error, .. } => SystemText::from(error),
                        other => other.to_string().into(),
                    };
                    let message = CliText::Failed { what: station.display().to_string(), detail };
                    return Ok(fail(message.localized(lang), EXIT_PROBLEMS));
                }
            };
            // The operator has run the commands on this machine, so the daemon may run them from now on.
            if let Err(e) = permit(amplifier) {
                print_stderr!("{}", AmplifierText::NotKept { detail: SystemText::from(&e) }.localized(lang));
            }
            let SwitchResult { error, .. } = run_switch_command(station, amplifier, target);
            print_result(target, error.as_ref(), true, lang)
        }
        Err(e) => Ok(report_unreachable(&e, station, lang)),
    }
}

/// Waits until the daemon reports that it has switched the amplifier, and prints the result.
fn wait_until_switched(station: &Path, target: Power, lang: Lang) -> io::Result<u8> {
    let mut waited = Duration::ZERO;
    while waited < POLL_TIMEOUT {
        let status = match request(station, OperatorCommand::Status) {
            Ok(CommandReply::Status(status)) => status.amplifier,
            Ok(reply) => return Ok(fail(reply_text(&reply).localized(lang), EXIT_PROBLEMS)),
            Err(e) => return Ok(report_unreachable(&e, station, lang)),
        };
        match status {
            Some(AmplifierStatus { switching: false, troubles, .. }) => {
                return print_result(target, troubles[usize::from(target.is_on())].as_ref(), false, lang);
            }
            Some(_) => {}
            None => return print_result(target, None, false, lang),
        }
        thread::park_timeout(POLL_INTERVAL);
        waited += POLL_INTERVAL;
    }
    Ok(fail(AmplifierText::NotSwitchedYet {}.localized(lang), EXIT_PROBLEMS))
}

/// Prints the result of switching. If no daemon is running (`without_daemon`), also prints that nothing will switch the
/// amplifier off.
fn print_result(target: Power, error: Option<&SwitchError>, without_daemon: bool, lang: Lang) -> io::Result<u8> {
    if let Some(error) = error {
        return Ok(fail(crate::cli::words::switch_error_text(target, error).to_plain(lang), EXIT_PROBLEMS));
    }
    let message = if target.is_on() { AmplifierText::IsOn {} } else { AmplifierText::IsOff {} };
    writeln!(io::stdout(), "{}", message.localized(lang))?;
    if without_daemon && target.is_on() {
        writeln!(io::stdout(), "{}", AmplifierText::Alone {}.localized(lang))?;
    }
    Ok(EXIT_OK)
}
