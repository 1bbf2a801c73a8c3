//! `loa check`: every problem in one run.
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::control;
use super::run::not_a_station;
use super::table::plain;
use super::words::station_language;
use super::{Format, OK, PROBLEMS, help_language};
use crate::folder::away::{Away, away};
use crate::folder::{self, Sources};
use crate::instant::local;
use crate::library::Library;
use crate::playout::clock::Clock;
use crate::playout::clock::system::SystemClock;
use crate::playout::control::{ControlError, ask};
use crate::playout::engine::{Answer, Order};
use crate::playout::lock;
use crate::playout::meant;
use crate::schedule::problem::{self, Place, Severity};
use crate::schedule::{SourceFile, check, read};
use crate::text::problem::Around;
use crate::text::run::Run;
use crate::text::{Lang, Say, complain};

/// Checks a station's files. Errors make the exit code [`PROBLEMS`]; warnings alone do not.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(station: &Path, lang: Option<Lang>, format: Format) -> io::Result<u8> {
    let sources = match folder::look(station) {
        Ok(sources) => sources,
        Err(e) => return Ok(not_a_station(&e, station, lang.unwrap_or_else(|| help_language(&[])))),
    };
    let reading = read(&sources.files);
    let schedule = &reading.schedule;
    let lang = lang.unwrap_or(schedule.station.language);
    let library = folder::library(station, schedule, &Library::default());
    let today = local(SystemClock::new()?.now().wall, schedule.station.timezone).date_naive();
    let mut files = sources.all();
    let mut problems = reading.problems.clone();
    problems.extend(sources.problems.iter().cloned());
    problems.extend(check::check(&reading, &library, today));
    folder::findings(station, &reading, &mut problems, &mut files);
    for one in doubted(station, &sources) {
        problems.push(one.problem(Place { file: files.len(), span: 0..0 }));
        files.push(SourceFile::new(&one.file, b""));
    }
    problems.sort_by_key(|p| (p.place.file, p.place.span.start));
    let mut out = io::stdout().lock();
    match format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &problem::rows(&problems, &files, lang))?;
            writeln!(out)?;
        }
        Format::Text if problems.is_empty() => {
            let (sessions, segments) = (schedule.sessions.len(), schedule.segments.len());
            writeln!(out, "{}", Around::Good { sessions, segments }.say(lang))?;
        }
        Format::Text => {
            // https://no-color.org
            let color = out.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
            out.write_all(problem::render(&problems, &files, lang, color).as_bytes())?;
        }
    }
    let errors = problems.iter().any(|p| p.severity == Severity::Error);
    Ok(if errors { PROBLEMS } else { OK })
}

/// Files of the schedule in force that the folder does not show, and that nobody has said are meant to be gone.
fn doubted(station: &Path, sources: &Sources) -> Vec<Away> {
    let Some(in_force) = meant::in_force(station) else { return Vec::new() };
    let said = meant::read(station).map(|meant| meant.files).unwrap_or_default();
    let mut away = away(&in_force, sources);
    away.retain(|one| !(one.may_be_meant() && said.contains(&one.file)));
    away
}

/// `loa check --accept`: a person says that what has gone from the folder is meant to be gone.
///
/// # Errors
/// When standard output cannot be written.
pub fn accept(station: &Path, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| station_language(station));
    let answer = match ask(station, Order::Status) {
        Ok(Answer::Status(status)) => {
            let files: Vec<String> = status.away.into_iter().map(|one| one.file).collect();
            tell(&files, lang)?;
            return control::order(station, Some(lang), Order::AcceptRemoval { files });
        }
        Ok(answer) => answer,
        Err(ControlError::NotRunning) => return accept_for_later(station, lang),
        Err(error) => return Ok(control::not_reached(&error, lang)),
    };
    complain!("{}", control::words(&answer).say(lang));
    Ok(PROBLEMS)
}

/// The same while the station is off: its next start takes it, and logs who said it.
fn accept_for_later(station: &Path, lang: Lang) -> io::Result<u8> {
    let sources = match folder::look(station) {
        Ok(sources) => sources,
        Err(e) => return Ok(not_a_station(&e, station, lang)),
    };
    let away = doubted(station, &sources);
    if away.is_empty() {
        complain!("{}", Run::NothingAway {}.say(lang));
        return Ok(PROBLEMS);
    }
    // One that runs is asked, and does it itself.
    let _lock = match lock::lock(station) {
        Ok(lock) => lock,
        Err(_) => return Ok(control::not_reached(&ControlError::NoAnswer(io::ErrorKind::WouldBlock.into()), lang)),
    };
    let others: Vec<String> = away.iter().filter(|one| !one.may_be_meant()).map(|one| one.file.clone()).collect();
    if !others.is_empty() || read(&sources.files).problems.iter().any(|p| p.structural) {
        complain!("{}", control::words(&Answer::StillAway(others)).say(lang));
        return Ok(PROBLEMS);
    }
    let files: Vec<String> = away.into_iter().map(|one| one.file).collect();
    tell(&files, lang)?;
    meant::keep(station, files)?;
    writeln!(io::stdout(), "{}", Run::RemovalKept {}.say(lang))?;
    Ok(OK)
}

fn tell(files: &[String], lang: Lang) -> io::Result<()> {
    for file in files {
        writeln!(io::stdout(), "{}", plain(&Run::RemovalMeant { file: file.clone() }.say(lang).to_string()))?;
    }
    Ok(())
}
