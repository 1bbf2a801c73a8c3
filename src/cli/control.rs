//! `loa status`, `play`, `skip`, `stop`, `note`, `clock confirm`: a word with the running daemon.
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

use chrono::{DateTime, FixedOffset};

use super::table::{clock_length, plain};
use super::words::station_language;
use super::words::trust_word;
use super::{Format, OK, PROBLEMS};
use crate::playout::control::{ControlError, ask};
use crate::playout::engine::{AmplifierStatus, Answer, Order, Status};
use crate::text::run::{Relay, Run};
use crate::text::{Lang, Say, complain};

/// Gives an order, and says what came of it.
///
/// # Errors
/// When standard output cannot be written.
pub fn order(station: &Path, lang: Option<Lang>, order: Order) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(station));
    match ask(station, order) {
        Ok(answer) => {
            let words = words(&answer);
            if matches!(answer, Answer::Done | Answer::DoneNotLogged) {
                writeln!(io::stdout(), "{}", words.say(lang))?;
                return Ok(OK);
            }
            complain!("{}", words.say(lang));
            Ok(PROBLEMS)
        }
        Err(e) => Ok(not_reached(&e, lang)),
    }
}

pub(super) fn not_reached(error: &ControlError, lang: Lang) -> u8 {
    let words = match error {
        ControlError::NotRunning => Run::NotRunning {},
        ControlError::NotAllowed { user } => Run::NotAllowed { user: plain(user) },
        ControlError::Unreachable => Run::Unreachable {},
        ControlError::NoAnswer(e) => Run::NoAnswer { detail: e.to_string() },
    };
    complain!("{}", words.say(lang));
    PROBLEMS
}

/// `loa status`.
///
/// # Errors
/// When standard output cannot be written.
pub fn status(station: &Path, lang: Option<Lang>, format: Format) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(station));
    match ask(station, Order::Status) {
        Ok(Answer::Status(status)) => {
            let mut out = io::stdout().lock();
            match format {
                Format::Json => {
                    serde_json::to_writer_pretty(&mut out, &status)?;
                    writeln!(out)?;
                }
                Format::Text => {
                    for sentence in sentences(&status, lang) {
                        writeln!(out, "{}", plain(&sentence.say(lang).to_string()))?;
                    }
                }
            }
            Ok(OK)
        }
        Ok(answer) => {
            complain!("{}", words(&answer).say(lang));
            Ok(PROBLEMS)
        }
        Err(e) => Ok(not_reached(&e, lang)),
    }
}

/// The state in sentences: first what sounds, or why nothing does and what to do.
fn sentences(status: &Status, lang: Lang) -> Vec<Run> {
    let why = trust_word(status.clock_trust).say(lang).to_string();
    let first = match &status.on_air {
        Some(on_air) => Run::StatusOnAir {
            title: on_air.title.clone(),
            played: clock_length(on_air.played_ms),
            planned: clock_length(on_air.planned_ms),
        },
        None if !status.clock_trusted => Run::StatusClock { why },
        None if status.sessions.is_none() => Run::StatusNoSchedule {},
        None if status.line == "lost" => Run::StatusLineLost {},
        None if status.quiet => Run::StatusQuiet {},
        None => Run::StatusIdle {},
    };
    let next = match &status.next {
        Some(next) => Run::StatusNext { title: next.title.clone(), at: moment(&next.start, lang) },
        None => Run::StatusNoNext {},
    };
    let mut sentences = vec![first, next];
    if status.unwritten > 0 {
        sentences.insert(0, Run::StatusLogWaits { entries: status.unwritten });
    }
    if status.log_moved {
        sentences.insert(0, Run::StatusLogMoved {});
    }
    if let Some(amplifier) = &status.amplifier {
        sentences.push(Run::StatusAmplifier { state: amplifier_state(amplifier).say(lang).to_string() });
    }
    for one in &status.away {
        let (file, why, since) = (plain(&one.file), one.why, moment(&one.since, lang));
        sentences.push(match one.may_be_meant {
            true => Run::StatusAway { file, why, since },
            false => Run::StatusBroken { file, why, since },
        });
    }
    if status.schedule_waits {
        sentences.push(Run::StatusWaiting {});
    }
    if let Some(code) = status.head_code.clone() {
        sentences.push(Run::StatusHeadCode { code, entries: status.entries });
    }
    sentences
}

fn amplifier_state(amplifier: &AmplifierStatus) -> Relay {
    match amplifier {
        AmplifierStatus { troubles: [_, Some(trouble)], .. } => super::amplifier::fails(true, trouble),
        AmplifierStatus { troubles: [Some(trouble), _], .. } => super::amplifier::fails(false, trouble),
        AmplifierStatus { switching: true, .. } | AmplifierStatus { on: None, .. } => Relay::Switching {},
        AmplifierStatus { on: Some(true), held: true, .. } => Relay::Held {},
        AmplifierStatus { on: Some(true), .. } => Relay::On {},
        AmplifierStatus { on: Some(false), .. } => Relay::Off {},
    }
}

/// An instant of the daemon's as people write it.
fn moment(rfc3339: &str, lang: Lang) -> String {
    let Ok(at) = rfc3339.parse::<DateTime<FixedOffset>>() else {
        return plain(rfc3339);
    };
    let date = at.format(if lang == Lang::Vi { "%d/%m/%Y" } else { "%Y-%m-%d" }).to_string();
    Run::Moment { time: at.format("%H:%M:%S").to_string(), date }.say(lang).to_string()
}

pub(super) fn words(answer: &Answer) -> Run {
    match answer {
        Answer::Done => Run::Done {},
        Answer::DoneNotLogged => Run::DoneNotLogged {},
        Answer::NothingPlays => Run::NothingPlays {},
        Answer::Busy(title) => Run::Busy { title: plain(title) },
        Answer::NoSuchSegment(id) => Run::NoSuchSegment { id: id.to_string() },
        Answer::Expired(title) => Run::Expired { title: plain(title) },
        Answer::NotApproved(title) => Run::NotApproved { title: plain(title) },
        Answer::Quiet => Run::Quiet {},
        Answer::ClockDoubted => Run::DoubtedNow {},
        Answer::ClockImpossible => Run::ClockImpossible {},
        Answer::Ending => Run::Ending {},
        Answer::BadText => Run::BadText {},
        Answer::TooMany => Run::TooManyUrgent {},
        Answer::NoAmplifier => Run::NoAmplifier {},
        Answer::NothingAway => Run::NothingAway {},
        Answer::StillAway(files) => Run::StillAway { files: plain(&files.join(", ")) },
        Answer::Status(_) => Run::Done {},
    }
}

/// `loa clock confirm`: a person looks at the time before vouching for it.
///
/// # Errors
/// When standard input or output fails.
pub fn confirm(station: &Path, lang: Option<Lang>, yes: bool) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(station));
    if !yes {
        let at = match ask(station, Order::Status) {
            Ok(Answer::Status(status)) => status.at,
            Ok(_) => String::new(),
            Err(e) => return Ok(not_reached(&e, lang)),
        };
        let at = moment(&at, lang);
        write!(io::stderr(), "{}", Run::ConfirmQuestion { at }.say(lang))?;
        let mut line = String::new();
        if io::stdin().is_terminal() {
            io::stdin().lock().read_line(&mut line)?;
        }
        if !matches!(line.trim().to_lowercase().as_str(), "co" | "có" | "yes" | "y") {
            complain!("\n{}", Run::NotConfirmed {}.say(lang));
            return Ok(PROBLEMS);
        }
    }
    order(station, Some(lang), Order::ConfirmClock)
}
