//! `loa check`: every problem in one run.
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::run::not_a_station;
use super::{Format, OK, PROBLEMS, help_language};
use crate::folder;
use crate::instant::local;
use crate::library::Library;
use crate::playout::clock::Clock;
use crate::playout::clock::system::SystemClock;
use crate::schedule::problem::{self, Severity};
use crate::schedule::{check, read};
use crate::text::problem::Around;
use crate::text::{Lang, Say};

/// Checks a station's files. Errors make the exit code [`PROBLEMS`]; warnings alone do not.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(station: &Path, lang: Option<Lang>, format: Format) -> io::Result<u8> {
    let files = match folder::read_sources(station) {
        Ok(files) => files,
        Err(e) => return Ok(not_a_station(&e, station, lang.unwrap_or_else(|| help_language(&[])))),
    };
    let reading = read(&files);
    let schedule = &reading.schedule;
    let lang = lang.unwrap_or(schedule.station.language);
    let library = folder::library(station, schedule, &Library::default());
    let today = local(SystemClock::new()?.now().wall, schedule.station.timezone).date_naive();
    let mut problems = reading.problems.clone();
    problems.extend(check::check(&reading, &library, today));
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
