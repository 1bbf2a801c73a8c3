//! Reads a station's files into a [`Schedule`] and *every* problem in them.
//!
//! Serde stops at the first error and forgets where things stood. So the recoverable document tree of `toml` is
//! walked, each value with its span. What is sound is taken, also beside what is broken; only a file whose syntax is
//! broken is left out whole, because half a session could play the wrong things.
mod amplifier;
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

use super::parsed::{ParsedSchedule, SourceMap};
use super::problem::{Problem, SourceSpan};
use super::source_file::SourceFile;
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};

/// Playlist files of a station.
pub const MAX_FILES: usize = 200;
/// Bytes of one file.
pub const MAX_BYTES: u64 = 1024 * 1024;
/// Problems that are told; the rest hide behind one that says so.
const MAX_PROBLEMS: usize = 1000;
/// Starts times items, of all sessions together: what is planned for a day is far less, and fits into memory.
const MAX_AIRINGS: usize = 20_000;
/// Segments, and sessions, of a station.
const MAX_ITEMS: usize = 10_000;

/// `station.toml` alone: who the station is, without the work of reading its schedule.
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
        reading.report_too_many(SourceSpan { file: files.len() - 1, range: 0..0 }, what, MAX_FILES);
    }
    for (file, source) in files.iter().enumerate() {
        if let Some(target) = &source.link_target {
            let finding = Finding::LinkedFile { file: source.name.clone() };
            let hint = Hint::CopyOverLink { command: copy_over_link_command(target, &source.name, false) };
            reading.problems.push(Problem::structural(SourceSpan { file, range: 0..0 }, finding, hint));
            reading.spans.has_unparsed_file = true;
            continue;
        }
        if let Some(detail) = source.unreadable.clone() {
            let finding = Finding::Unreadable { detail };
            reading.problems.push(Problem::structural(SourceSpan { file, range: 0..0 }, finding, Hint::CheckFile));
            reading.spans.has_unparsed_file = true;
            continue;
        }
        if source.text.len() as u64 > MAX_BYTES {
            let finding = Finding::TooLarge { limit: MAX_BYTES };
            reading.problems.push(Problem::structural(SourceSpan { file, range: 0..0 }, finding, Hint::SplitFile));
            reading.spans.has_unparsed_file = true;
            continue;
        }
        let (tree, broken) = syntax::parse(file, source, &mut reading.problems);
        if source.name == "station.toml" {
            settings::read(&mut reading, file, tree.get_ref());
        } else if broken {
            reading.spans.has_unparsed_file = true;
        } else {
            playlist::read(&mut reading, file, tree.get_ref());
        }
        // Kept small after each file: there may be two hundred of them.
        reading.problems.truncate(MAX_PROBLEMS + 1);
    }
    playlist::resolve(&mut reading);
    for (count, what) in [
        (reading.schedule.segments.len(), ProblemText::Segments),
        (reading.schedule.sessions.len(), ProblemText::Sessions),
    ] {
        if count > MAX_ITEMS {
            reading.report_too_many(SourceSpan { file: 0, range: 0..0 }, what, MAX_ITEMS);
        }
    }
    reading.schedule.segments.truncate(MAX_ITEMS);
    reading.schedule.sessions.truncate(MAX_ITEMS);
    reading.problems.sort_by_key(|p| (p.span.file, p.span.range.start));
    if let Some(place) = reading.problems.get(MAX_PROBLEMS).map(|p| p.span.clone()) {
        reading.problems.truncate(MAX_PROBLEMS);
        // An error whatever it hides: there may be errors among what nobody sees.
        let finding = Finding::MoreProblems { limit: MAX_PROBLEMS };
        reading.problems.push(Problem::structural(place, finding, Hint::MendFirst));
    }
    reading
}

/// The command that puts a copy in the place of a link to a file, or to a folder.
#[must_use]
pub fn copy_over_link_command(target: &str, link: &str, folder: bool) -> String {
    let quoted = |word: &str| format!("'{}'", word.replace('\'', "'\\''"));
    let link_name = link;
    let (target, link) = (quoted(target), quoted(link));
    if folder {
        // The link goes when all has been copied: a disk that is full costs nothing.
        let copy = quoted(&format!("{}.copy", link_name));
        format!("cp -a {target} {copy} && rm {link} && mv {copy} {link}")
    } else {
        format!("cp --remove-destination {target} {link}")
    }
}

impl ParsedSchedule {
    fn report_too_many(&mut self, place: SourceSpan, what: ProblemText, limit: usize) {
        self.problems.push(Problem::structural(place, Finding::TooMany { what, limit }, Hint::FewerOrFiles));
    }
}

#[cfg(test)]
mod tests;
