//! A schedule as it was read: values, problems and places.
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use super::finding::Finding;
use super::problem::{Problem, SourceSpan};
use super::{Id, Schedule, Session, SessionItem};
use crate::text::problem::Hint;

/// The places of the parts of a schedule, for findings that need several of them.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    /// The value of `[station]` id, or the start of station.toml.
    pub station: Option<SourceSpan>,
    /// Key of a section of station.toml -> its value.
    pub settings: BTreeMap<&'static str, SourceSpan>,
    /// Campaign id -> key -> its value; `""` is the heading.
    pub campaigns: HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    /// Segment id -> key -> its value.
    pub segments: HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    /// Session id -> key -> its value.
    pub sessions: HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    /// Session id -> each item of its `play`.
    pub items: HashMap<Id, Vec<SourceSpan>>,
    /// Session id -> each holiday of its `except`.
    pub excepts: HashMap<Id, Vec<(Id, SourceSpan)>>,
    /// Holiday id -> key -> its value.
    pub holidays: HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    /// Segments with an error. Sessions that play them are kept: the error is reported at the segment, not at the
    /// session.
    pub broken_segments: HashSet<Id>,
    /// Whether a file could not be parsed: the segments in it are unknown.
    pub has_unparsed_file: bool,
    /// Topics by campaign and number.
    pub topics: HashMap<(Id, u16), SourceSpan>,
}

impl SourceMap {
    /// Returns the place of an item of a session's `play`, or the start of the first file for a session that was not
    /// read from a file.
    #[must_use]
    pub fn item_span(&self, session: &Id, index: usize) -> SourceSpan {
        let item = self.items.get(session).and_then(|items| items.get(index));
        item.cloned().unwrap_or_else(|| SourceSpan::start_of(0))
    }

    /// Returns the segments that a session names, in the order in which it plays them, with their places.
    #[must_use]
    pub fn named_segments<'s>(&self, session: &'s Session) -> Vec<(&'s Id, SourceSpan)> {
        let span_of_key = |key: &str| {
            let span = self.sessions.get(&session.id).and_then(|keys| keys.get(key));
            span.cloned().unwrap_or_else(|| SourceSpan::start_of(0))
        };
        let items = session.play.iter().enumerate().filter_map(|(index, item)| match item {
            SessionItem::Segment(id) => Some((id, self.item_span(&session.id, index))),
            SessionItem::Draw(_) | SessionItem::Relay(_) => None,
        });
        let opening = session.opening.iter().map(|id| (id, span_of_key("opening")));
        opening.chain(items).chain(session.closing.iter().map(|id| (id, span_of_key("closing")))).collect()
    }
}

/// The result of reading a station's files.
#[derive(Debug, Clone, Default)]
pub struct ParsedSchedule {
    /// Everything that was understood.
    pub schedule: Schedule,
    /// The problems, in the order of the files.
    pub problems: Vec<Problem>,
    /// The places of its parts.
    pub spans: SourceMap,
}

impl ParsedSchedule {
    /// Reports an error that makes a file unusable as it is written.
    pub fn report_structural(&mut self, file: usize, range: Range<usize>, finding: Finding, hint: Hint) {
        self.problems.push(Problem::structural(SourceSpan { file, range }, finding, hint));
    }
}
