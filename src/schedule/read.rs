//! Reads a station's files into a [`Schedule`](crate::schedule::Schedule), and collects *every* problem in them.
//!
//! Serde stops at the first error and loses the spans of values, so the reader walks the recoverable document tree of
//! `toml`, in which each value has its span. It keeps every valid table, even next to invalid ones. Only a file with
//! broken syntax is rejected as a whole, because half a session could play the wrong things.
mod alarm;
mod amplifier;
mod copies;
pub(crate) mod dates;
mod days;
mod durations;
pub(crate) mod fields;
mod odd_characters;
mod output;
mod page;
pub mod playlist;
pub mod settings;
mod suggestions;
pub(crate) mod syntax;
pub(crate) mod times;
pub(crate) mod values;

use super::link_command::copy_over_link_command;
use super::parsed::ParsedSchedule;
use super::problem::Problem;
use super::source_file::SourceFile;
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};

/// The maximum number of playlist files of a station.
pub const MAX_PLAYLISTS: usize = 200;
/// The maximum length of a file, in bytes.
pub const MAX_BYTES: u64 = 1024 * 1024;
/// The maximum number of reported problems. If there are more, one additional problem states that.
const MAX_PROBLEMS: usize = 1000;
/// The maximum number of airings on one day: for each session, its starts multiplied by its items. A real plan has far
/// fewer, and a plan of this size fits into memory.
const MAX_AIRINGS_PER_DAY: usize = 20_000;
/// The maximum number of segments of a station, and of its sessions.
const MAX_SEGMENTS_OR_SESSIONS: usize = 10_000;

/// Reads the settings in `station.toml`, and no playlists.
#[must_use]
pub fn read_station(files: &[SourceFile]) -> crate::schedule::settings::Station {
    let settings_files: Vec<SourceFile> = files.iter().filter(|f| f.name == "station.toml").cloned().collect();
    read(&settings_files).schedule.station
}

/// Returns the files without those playlists that are copies of others. A station that adopts the schedule keeps only
/// these, so that a copy never counts as in force.
#[must_use]
pub fn without_copies(files: &[SourceFile]) -> Vec<SourceFile> {
    let copies = copies::find_copies(files);
    files.iter().enumerate().filter(|(index, _)| !copies.contains_key(index)).map(|(_, file)| file.clone()).collect()
}

/// Reads a station's files: `station.toml` and its playlists.
#[must_use]
pub fn read(files: &[SourceFile]) -> ParsedSchedule {
    let mut parsed = ParsedSchedule::default();
    let playlist_count = files.iter().filter(|f| f.name != "station.toml").count();
    if playlist_count > MAX_PLAYLISTS {
        parsed.report_too_many(files.len() - 1, ProblemText::Files, MAX_PLAYLISTS);
    }
    let copies = copies::find_copies(files);
    let mut numbered_files: Vec<(usize, &SourceFile)> = files.iter().enumerate().collect();
    // An id that is used twice is reported where it is read last. If a copy was edited, that must be in the copy.
    numbered_files.sort_by_key(|(_, source)| copies::has_copy_name(source));
    for (file_index, source) in numbered_files {
        if let Some(copy) = copies.get(&file_index) {
            parsed.problems.push(copy.to_problem(file_index, files));
            continue;
        }
        read_file(&mut parsed, file_index, source);
        // The list is cut after each file, so that 200 files full of problems do not fill the memory.
        parsed.problems.truncate(MAX_PROBLEMS + 1);
    }
    playlist::resolve(&mut parsed);
    limit_segments_and_sessions(&mut parsed);
    odd_characters::point_to_odd_characters(&mut parsed.problems, files);
    parsed.problems.sort_by_key(|p| (p.span.file_index, p.span.range.start));
    limit_problems(&mut parsed.problems);
    parsed
}

fn read_file(parsed: &mut ParsedSchedule, file_index: usize, source: &SourceFile) {
    if let Some((finding, hint)) = unreadable_finding(source) {
        parsed.report_structural_problem(file_index, 0..0, finding, hint);
        parsed.spans.has_unparsed_file = true;
        return;
    }
    let (tree, has_syntax_errors) = syntax::parse(file_index, source, &mut parsed.problems);
    if source.name == "station.toml" {
        settings::read(parsed, file_index, tree.get_ref());
    } else if has_syntax_errors {
        parsed.spans.has_unparsed_file = true;
    } else {
        playlist::read(parsed, file_index, tree.get_ref());
    }
}

/// Returns the finding about a file that cannot be parsed: it is a link, it could not be read, or it is too long.
fn unreadable_finding(source: &SourceFile) -> Option<(Finding, Hint)> {
    if let Some(target) = &source.link_target {
        let command = copy_over_link_command(target, &source.name, false);
        Some((Finding::LinkedFile { file: source.name.clone() }, Hint::CopyOverLink { command }))
    } else if let Some(detail) = source.read_error.clone() {
        Some((Finding::Unreadable { detail }, Hint::CheckFile))
    } else {
        let is_too_large = source.text.len() as u64 > MAX_BYTES;
        is_too_large.then_some((Finding::TooLarge { limit: MAX_BYTES }, Hint::SplitFile))
    }
}

/// Reports too many segments or sessions, and removes those beyond the limit.
fn limit_segments_and_sessions(parsed: &mut ParsedSchedule) {
    for (count, kind) in [
        (parsed.schedule.segments.len(), ProblemText::Segments),
        (parsed.schedule.sessions.len(), ProblemText::Sessions),
    ] {
        if count > MAX_SEGMENTS_OR_SESSIONS {
            parsed.report_too_many(0, kind, MAX_SEGMENTS_OR_SESSIONS);
        }
    }
    parsed.schedule.segments.truncate(MAX_SEGMENTS_OR_SESSIONS);
    parsed.schedule.sessions.truncate(MAX_SEGMENTS_OR_SESSIONS);
}

/// Cuts the list of problems to the limit; the last problem states that there are more.
fn limit_problems(problems: &mut Vec<Problem>) {
    if let Some(span) = problems.get(MAX_PROBLEMS).map(|p| p.span.clone()) {
        problems.truncate(MAX_PROBLEMS);
        // This is always an error, because some of the problems that are not listed may be errors.
        let finding = Finding::MoreProblems { limit: MAX_PROBLEMS };
        problems.push(Problem::structural_error(span, finding, Hint::FixErrorsFirst));
    }
}

impl ParsedSchedule {
    fn report_too_many(&mut self, file_index: usize, kind: ProblemText, limit: usize) {
        self.report_structural_problem(file_index, 0..0, Finding::TooMany { what: kind, limit }, Hint::RemoveSome);
    }
}

#[cfg(test)]
mod tests;
