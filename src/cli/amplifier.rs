//! `loa amplifier on`, `off`, `test`: through the running daemon, or, when none runs, in its place.
use std::io::{self, Write};
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::control::{not_reached, words};
use super::run::open_station;
use super::table::plain;
use super::words::station_language;
use super::{AmplifierCommand, OK, PROBLEMS};
use crate::playout::amplifier::{allow, run as run_command};
use crate::playout::control::{ControlError, ask};
use crate::playout::daemon::DaemonError;
use crate::playout::engine::{AmplifierStatus, Answer, Order, Switched, Trouble};
use crate::playout::lock::lock;
use crate::station::Amplifier;
use crate::text::cli::Usage;
use crate::text::run::{Relay, Run};
use crate::text::{Lang, Say, complain};

/// How often the daemon is asked whether it is done, and for how long: its command has 10 s, and may have to wait
/// until the amplifier has rested.
const ASK_EVERY: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(30);
/// A test leaves it on so long at least that a person hears the relay twice.
const TEST_US: i64 = 2_000_000;

/// Switches the amplifier, and says what came of it.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(station: &Path, lang: Option<Lang>, command: &AmplifierCommand) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(station));
    let amplifier = match open_station(station, lang) {
        Ok((opened, _)) => opened.schedule.station.amplifier,
        Err(code) => return Ok(code),
    };
    if !amplifier.switched() {
        complain!("{}", Relay::None {}.say(lang));
        return Ok(PROBLEMS);
    }
    match command {
        AmplifierCommand::On { .. } => switch(station, &amplifier, true, lang),
        AmplifierCommand::Off { .. } => switch(station, &amplifier, false, lang),
        AmplifierCommand::Test { .. } => test(station, &amplifier, lang),
    }
}

/// On, long enough to be heard, and off again.
fn test(station: &Path, amplifier: &Amplifier, lang: Lang) -> io::Result<u8> {
    match ask(station, Order::Status) {
        Ok(Answer::Status(status)) => {
            if let Some(on_air) = status.on_air {
                complain!("{}", Run::Busy { title: plain(&on_air.title) }.say(lang));
                return Ok(PROBLEMS);
            }
        }
        Ok(_) | Err(ControlError::NotRunning) => {}
        // Something may sound for all that is known.
        Err(e) => return Ok(not_reached(&e, lang)),
    }
    let on = switch(station, amplifier, true, lang)?;
    let wait = u64::try_from(amplifier.warm_up_us.max(TEST_US)).unwrap_or(0);
    thread::park_timeout(Duration::from_micros(wait));
    let off = switch(station, amplifier, false, lang)?;
    Ok(on.max(off))
}

fn switch(station: &Path, amplifier: &Amplifier, on: bool, lang: Lang) -> io::Result<u8> {
    // The daemon runs what it has adopted, which need not be what the file says now.
    let adopted = match ask(station, Order::Status) {
        Ok(Answer::Status(status)) => status.amplifier.map(|amplifier| amplifier.commands),
        _ => None,
    };
    let commands = adopted.unwrap_or_else(|| [amplifier.off.clone(), amplifier.on.clone()]);
    let command = commands[usize::from(on)].join(" ");
    writeln!(io::stdout(), "{}", Relay::Runs { command: plain(&command) }.say(lang))?;
    match ask(station, Order::Amplifier { on }) {
        Ok(Answer::Done | Answer::DoneNotLogged) => switched(station, on, lang),
        Ok(answer) => {
            complain!("{}", words(&answer).say(lang));
            Ok(PROBLEMS)
        }
        Err(ControlError::NotRunning) => {
            // Held until it is switched: a daemon that starts meanwhile switches it itself, under what sounds.
            let _lock = match lock(station) {
                Ok(lock) => lock,
                Err(DaemonError::AlreadyRuns) => return Ok(not_reached(&ControlError::Unreachable, lang)),
                Err(e) => {
                    complain!(
                        "{}",
                        Usage::Failed { what: station.display().to_string(), detail: e.to_string() }.say(lang)
                    );
                    return Ok(PROBLEMS);
                }
            };
            // Typed by hand on this machine: from now on the daemon may run them.
            if let Err(e) = allow(amplifier) {
                complain!("{}", Relay::NotKept { detail: e.to_string() }.say(lang));
            }
            let Switched { trouble, .. } = run_command(station, amplifier, on);
            told(on, trouble.as_ref(), true, lang)
        }
        Err(e) => Ok(not_reached(&e, lang)),
    }
}

/// Waits until the daemon says that it is done.
fn switched(station: &Path, on: bool, lang: Lang) -> io::Result<u8> {
    let mut waited = Duration::ZERO;
    while waited < PATIENCE {
        let status = match ask(station, Order::Status) {
            Ok(Answer::Status(status)) => status.amplifier,
            Ok(answer) => {
                complain!("{}", words(&answer).say(lang));
                return Ok(PROBLEMS);
            }
            Err(e) => return Ok(not_reached(&e, lang)),
        };
        match status {
            Some(AmplifierStatus { switching: false, troubles, .. }) => {
                return told(on, troubles[usize::from(on)].as_ref(), false, lang);
            }
            Some(_) => {}
            None => return told(on, None, false, lang),
        }
        thread::park_timeout(ASK_EVERY);
        waited += ASK_EVERY;
    }
    complain!("{}", Relay::Rests {}.say(lang));
    Ok(PROBLEMS)
}

fn told(on: bool, trouble: Option<&Trouble>, alone: bool, lang: Lang) -> io::Result<u8> {
    if let Some(trouble) = trouble {
        complain!("{}", plain(&fails(on, trouble).say(lang).to_string()));
        return Ok(PROBLEMS);
    }
    let words = if on { Relay::IsOn {} } else { Relay::IsOff {} };
    writeln!(io::stdout(), "{}", words.say(lang))?;
    if alone && on {
        writeln!(io::stdout(), "{}", Relay::Alone {}.say(lang))?;
    }
    Ok(OK)
}

/// Why the amplifier is not switched, in a sentence.
#[must_use]
pub fn fails(on: bool, trouble: &Trouble) -> Relay {
    match trouble {
        Trouble::Untried => Relay::Untried {},
        Trouble::Failed(detail) if on => Relay::OnFails { detail: detail.clone() },
        Trouble::Failed(detail) => Relay::OffFails { detail: detail.clone() },
    }
}
