//! Reads a station's files into a [`Schedule`] and *every* problem in them.
//!
//! Serde stops at the first error and forgets where things stood. So the recoverable document tree of `toml` is
//! walked, each value with its span. What is sound is taken, also beside what is broken; only a file whose syntax is
//! broken is left out whole, because half a session could play the wrong things.
mod fields;
mod playlist;
mod settings;
mod values;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use toml::de::DeTable;

use super::problem::{Place, Problem};
use super::{Id, Schedule};
use crate::text::problem::{Around, Finding, Hint};

/// Playlist files of a station.
pub const MAX_FILES: usize = 200;
/// Bytes of one file.
pub const MAX_BYTES: u64 = 1024 * 1024;
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
}

impl SourceFile {
    /// A file from its bytes.
    #[must_use]
    pub fn new(name: &str, bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let not_utf8 = std::str::from_utf8(bytes).err().map(|e| e.valid_up_to());
        Self { name: name.to_owned(), text: String::from_utf8_lossy(bytes).into_owned(), not_utf8 }
    }
}

/// Where the parts of a schedule stand, for findings that need several of them.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// `[station]` id's value, or the beginning of station.toml.
    pub station: Option<Place>,
    /// Key of `[section]` -> its value.
    pub settings: BTreeMap<&'static str, Place>,
    /// Campaign id -> key -> its value; `""` is the heading.
    pub campaigns: HashMap<Id, BTreeMap<&'static str, Place>>,
    /// The same for segments.
    pub segments: HashMap<Id, BTreeMap<&'static str, Place>>,
    /// The same for sessions.
    pub sessions: HashMap<Id, BTreeMap<&'static str, Place>>,
    /// Session id -> each item of its `play`.
    pub items: HashMap<Id, Vec<Place>>,
    /// Segments that were begun and could not be understood: whoever plays them is told about them, not about the play.
    pub unreadable: HashSet<Id>,
    /// Topic numbers by campaign.
    pub topics: HashMap<(Id, u16), Place>,
}

/// What was read.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// What could be understood.
    pub schedule: Schedule,
    /// What is wrong, in the order of the files.
    pub problems: Vec<Problem>,
    /// Where things stand.
    pub places: Places,
}

/// Reads a station's files: `station.toml` and its playlists.
#[must_use]
pub fn read(files: &[SourceFile]) -> Reading {
    let mut reading = Reading::default();
    let playlists = files.iter().filter(|f| f.name != "station.toml").count();
    if playlists > MAX_FILES {
        let what = Around::Files;
        reading.too_many(Place { file: files.len() - 1, span: 0..0 }, what, MAX_FILES);
    }
    for (file, source) in files.iter().enumerate() {
        if source.text.len() as u64 > MAX_BYTES {
            let finding = Finding::TooLarge { limit: MAX_BYTES };
            reading.problems.push(Problem::structural(Place { file, span: 0..0 }, finding, Hint::SplitFile));
            continue;
        }
        let (tree, broken) = parse(file, source, &mut reading.problems);
        if source.name == "station.toml" {
            settings::read(&mut reading, file, tree.get_ref());
        } else if !broken {
            playlist::read(&mut reading, file, tree.get_ref());
        }
    }
    playlist::resolve(&mut reading);
    for (count, what) in
        [(reading.schedule.segments.len(), Around::Segments), (reading.schedule.sessions.len(), Around::Sessions)]
    {
        if count > MAX_ITEMS {
            reading.too_many(Place { file: 0, span: 0..0 }, what, MAX_ITEMS);
        }
    }
    reading.schedule.segments.truncate(MAX_ITEMS);
    reading.schedule.sessions.truncate(MAX_ITEMS);
    reading.problems.sort_by_key(|p| (p.place.file, p.place.span.start));
    reading
}

impl Reading {
    fn too_many(&mut self, place: Place, what: Around, limit: usize) {
        self.problems.push(Problem::structural(place, Finding::TooMany { what, limit }, Hint::FewerOrFiles));
    }
}

/// Parses a file; every syntax error becomes a problem. True when there was one.
fn parse<'s>(file: usize, source: &'s SourceFile, problems: &mut Vec<Problem>) -> (toml::Spanned<DeTable<'s>>, bool) {
    let (tree, errors) = DeTable::parse_recoverable(&source.text);
    let before = problems.len();
    if let Some(at) = source.not_utf8 {
        let place = Place { file, span: at..at + '\u{fffd}'.len_utf8() };
        problems.push(Problem::structural(place, Finding::NotUtf8, Hint::SaveUtf8));
    }
    let mut last: Option<Range<usize>> = None;
    for error in &errors {
        let span = clamp(error.span().unwrap_or(0..0), &source.text);
        // One slip of the pen makes the parser stumble several times on the same line.
        let line = |at: usize| source.text[..at].matches('\n').count();
        if last.as_ref().is_some_and(|last| line(last.start) == line(span.start)) {
            continue;
        }
        last = Some(span.clone());
        problems.push(syntax(Place { file, span }, error.message(), &source.text));
    }
    (tree, problems.len() > before)
}

fn syntax(place: Place, message: &str, text: &str) -> Problem {
    let written = &text[place.span.clone()];
    let like_a_date = |s: &str| s.len() >= 8 && s.bytes().take(4).all(|b| b.is_ascii_digit()) && s.contains('-');
    let line_start = text[..place.span.start].rfind('\n').map_or(0, |at| at + 1);
    let line = text[line_start..].lines().next().unwrap_or_default();
    let value = line.split_once('=').map_or("", |(_, v)| v.split('#').next().unwrap_or_default().trim());
    let of_date = ["date", "day", "month", "year"].iter().any(|word| message.contains(word));
    if like_a_date(written) || (like_a_date(value) && of_date) {
        let start = if like_a_date(written) { place.span.start } else { line_start + line.find(value).unwrap_or(0) };
        let len = if like_a_date(written) { written.len() } else { value.len() };
        let place = Place { file: place.file, span: start..start + len };
        return Problem::structural(place, Finding::BadDate, Hint::CheckDate);
    }
    let (finding, hint) = slip(message);
    Problem::structural(place, finding, hint)
}

/// The usual slips of the pen, by what the parser says of them; its own words for the rest.
fn slip(message: &str) -> (Finding, Hint) {
    let says = |words: &[&str]| words.iter().all(|word| message.contains(word));
    if says(&["string", "expected `\"`"])
        || says(&["string", "expected `'"])
        || says(&["invalid", "string", "expected `\"\"\"`"])
    {
        (Finding::OpenText, Hint::CloseQuote)
    } else if says(&["values must be quoted"]) || says(&["missing value"]) {
        (Finding::NoValue, Hint::QuoteText)
    } else if says(&["expected `=`"]) {
        (Finding::NoEquals, Hint::AddEquals)
    } else if says(&["duplicate key"]) {
        (Finding::KeyTwice, Hint::RemoveOne)
    } else if says(&["unclosed array"]) {
        (Finding::OpenList, Hint::CloseList)
    } else if says(&["escape"]) {
        (Finding::BadEscape, Hint::DoubleBackslash)
    } else {
        (Finding::Syntax { detail: message.replace('\n', "; ") }, Hint::CheckToml)
    }
}

/// A span inside the text, on the boundaries of its characters.
fn clamp(span: Range<usize>, text: &str) -> Range<usize> {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}
