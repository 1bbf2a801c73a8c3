//! Reads a station's files into a [`Schedule`] and *every* problem in them.
//!
//! Serde stops at the first error and forgets where things stood. So the recoverable document tree of `toml` is
//! walked, each value with its span. What is sound is taken, also beside what is broken; only a file whose syntax is
//! broken is left out whole, because half a session could play the wrong things.
mod amplifier;
mod days;
mod fields;
mod output;
pub mod playlist;
pub mod settings;
mod syntax;
mod values;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::problem::{Problem, SourceSpan};
use super::{Id, Schedule};
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

/// One of a station's files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SourceFile {
    /// `station.toml` or `playlists/NAME.toml`.
    pub name: String,
    /// What it says; bytes that are not UTF-8 stand as U+FFFD.
    pub text: String,
    /// The first byte of the file that is not UTF-8, as a place in `text`.
    pub not_utf8: Option<usize>,
    /// What the system said when it could not be read; its text is empty then.
    pub unreadable: Option<String>,
    /// Where it leads when it is a link, which is not read: its text is empty then.
    pub link_target: Option<String>,
    /// Whether the file begins with a byte order mark, which `text` does not have.
    pub bom: bool,
}

/// What some editors put in front of UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

impl SourceFile {
    /// A file from its bytes.
    #[must_use]
    pub fn new(name: &str, bytes: &[u8]) -> Self {
        let (bytes, bom) = bytes.strip_prefix(BOM).map_or((bytes, false), |rest| (rest, true));
        let not_utf8 = std::str::from_utf8(bytes).err().map(|e| e.valid_up_to());
        let text = String::from_utf8_lossy(bytes).into_owned();
        Self { name: name.to_owned(), text, not_utf8, bom, ..Self::default() }
    }

    /// The file's bytes as they stand on the disk, of a file that was read and is UTF-8.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mark = if self.bom { BOM } else { &[] };
        [mark, self.text.as_bytes()].concat()
    }

    /// Whether nothing is written in it: what a power cut leaves of a file that was being saved.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(|c| c.is_whitespace() || c == '\0')
    }
}

/// Where the parts of a schedule stand, for findings that need several of them.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    /// `[station]` id's value, or the beginning of station.toml.
    pub station: Option<SourceSpan>,
    /// Key of `[section]` -> its value.
    pub settings: BTreeMap<&'static str, SourceSpan>,
    /// Campaign id -> key -> its value; `""` is the heading.
    pub campaigns: HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    /// The same for segments.
    pub segments: HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    /// The same for sessions.
    pub sessions: HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    /// Session id -> each item of its `play`.
    pub items: HashMap<Id, Vec<SourceSpan>>,
    /// Session id -> each holiday of its `except`.
    pub excepts: HashMap<Id, Vec<(Id, SourceSpan)>>,
    /// Holiday id -> key -> its value.
    pub holidays: HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    /// Segments that were begun and could not be understood: whoever plays them is told about them, not about the play.
    pub broken_segments: HashSet<Id>,
    /// A file could not be parsed: nobody knows which segments it would have.
    pub has_unparsed_file: bool,
    /// Topic numbers by campaign.
    pub topics: HashMap<(Id, u16), SourceSpan>,
}

/// What was read.
#[derive(Debug, Clone, Default)]
pub struct ParsedSchedule {
    /// What could be understood.
    pub schedule: Schedule,
    /// What is wrong, in the order of the files.
    pub problems: Vec<Problem>,
    /// Where things stand.
    pub spans: SourceMap,
}

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
