//! Reads a station's files into a [`Schedule`](crate::schedule::Schedule) and *every* problem in them.
//!
//! Serde stops at the first error and forgets the places of values. So the reader walks the recoverable document tree
//! of `toml`, in which each value has its span. It takes everything that is sound, even next to errors. Only a file
//! with broken syntax is left out entirely, because half a session could play the wrong things.
mod amplifier;
mod dates;
mod days;
mod durations;
mod fields;
mod output;
pub mod playlist;
pub mod settings;
mod suggestions;
mod syntax;
mod times;
mod values;

use super::link_command::copy_over_link_command;
use super::parsed::ParsedSchedule;
use super::problem::Problem;
use super::source_file::SourceFile;
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};

/// Most playlist files of a station.
pub const MAX_FILES: usize = 200;
/// Longest file, in bytes.
pub const MAX_BYTES: u64 = 1024 * 1024;
/// Most problems reported; one more says that there are others.
const MAX_PROBLEMS: usize = 1000;
/// Most starts times items of all sessions together. A plan of one day has far fewer, and this many fit into memory.
const MAX_AIRINGS: usize = 20_000;
/// Most segments, and most sessions, of a station.
const MAX_ITEMS: usize = 10_000;

/// Reads the settings in `station.toml`, without the work of reading the schedule.
#[must_use]
pub fn read_station(files: &[SourceFile]) -> crate::schedule::settings::Station {
    let own: Vec<SourceFile> = files.iter().filter(|f| f.name == "station.toml").cloned().collect();
    read(&own).schedule.station
}

/// Reads a station's files: `station.toml` and its playlists.
#[must_use]
pub fn read(files: &[SourceFile]) -> ParsedSchedule {
    let mut reading = ParsedSchedule::default();
    let playlists = files.iter().filter(|f| f.name != "station.toml").count();
    if playlists > MAX_FILES {
        let what = ProblemText::Files;
        reading.report_too_many(files.len() - 1, what, MAX_FILES);
    }
    for (file, source) in files.iter().enumerate() {
        read_file(&mut reading, file, source);
        // The list stays short after each file: there may be 200 of them.
        reading.problems.truncate(MAX_PROBLEMS + 1);
    }
    playlist::resolve(&mut reading);
    limit_items(&mut reading);
    reading.problems.sort_by_key(|p| (p.span.file, p.span.range.start));
    limit_problems(&mut reading.problems);
    reading
}

fn read_file(reading: &mut ParsedSchedule, file: usize, source: &SourceFile) {
    if let Some((finding, hint)) = unreadable_finding(source) {
        reading.report_structural(file, 0..0, finding, hint);
        reading.spans.has_unparsed_file = true;
        return;
    }
    let (tree, broken) = syntax::parse(file, source, &mut reading.problems);
    if source.name == "station.toml" {
        settings::read(reading, file, tree.get_ref());
    } else if broken {
        reading.spans.has_unparsed_file = true;
    } else {
        playlist::read(reading, file, tree.get_ref());
    }
}

/// Returns why a file is not parsed: it is a link, the system refused it, or it is too long.
fn unreadable_finding(source: &SourceFile) -> Option<(Finding, Hint)> {
    if let Some(target) = &source.link_target {
        let command = copy_over_link_command(target, &source.name, false);
        Some((Finding::LinkedFile { file: source.name.clone() }, Hint::CopyOverLink { command }))
    } else if let Some(detail) = source.unreadable.clone() {
        Some((Finding::Unreadable { detail }, Hint::CheckFile))
    } else {
        let too_large = source.text.len() as u64 > MAX_BYTES;
        too_large.then_some((Finding::TooLarge { limit: MAX_BYTES }, Hint::SplitFile))
    }
}

fn limit_items(reading: &mut ParsedSchedule) {
    for (count, what) in [
        (reading.schedule.segments.len(), ProblemText::Segments),
        (reading.schedule.sessions.len(), ProblemText::Sessions),
    ] {
        if count > MAX_ITEMS {
            reading.report_too_many(0, what, MAX_ITEMS);
        }
    }
    reading.schedule.segments.truncate(MAX_ITEMS);
    reading.schedule.sessions.truncate(MAX_ITEMS);
}

fn limit_problems(problems: &mut Vec<Problem>) {
    if let Some(place) = problems.get(MAX_PROBLEMS).map(|p| p.span.clone()) {
        problems.truncate(MAX_PROBLEMS);
        // Always an error: there may be errors among the problems that are not listed.
        let finding = Finding::MoreProblems { limit: MAX_PROBLEMS };
        problems.push(Problem::structural(place, finding, Hint::MendFirst));
    }
}

impl ParsedSchedule {
    fn report_too_many(&mut self, file: usize, what: ProblemText, limit: usize) {
        self.report_structural(file, 0..0, Finding::TooMany { what, limit }, Hint::FewerOrFiles);
    }
}

#[cfg(test)]
mod tests;
