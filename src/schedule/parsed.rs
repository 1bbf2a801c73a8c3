//! A schedule as it was read: its values, their source spans, and the problems.
use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use super::finding::Finding;
use super::problem::{Problem, SourceSpan};
use super::{Campaign, Id, ItemContent, Schedule, Session, SessionItem};
use crate::text::problem::Hint;

/// The source spans of the parts of a schedule, for findings about several parts. The inner maps hold the span of each
/// value by key; the key `""` stands for the heading of the table.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    /// The span of `id` in `[station]`, or else the start of `station.toml`; `None` until `station.toml` is read.
    pub station: Option<SourceSpan>,
    /// The values in `station.toml`, by key.
    pub settings: BTreeMap<&'static str, SourceSpan>,
    /// The values of each campaign, by campaign id and key.
    pub campaigns: HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    /// The values of each segment, by segment id and key.
    pub segments: HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    /// The values of each session, by session id and key.
    pub sessions: HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    /// The items in `play` of each session, by session id.
    pub items: HashMap<Id, Vec<SourceSpan>>,
    /// The holidays in `except` of each session, by session id.
    pub excepted_holidays: HashMap<Id, Vec<(Id, SourceSpan)>>,
    /// The values of each holiday, by holiday id and key.
    pub holidays: HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    /// The ids of segments with an error. Sessions that play them are kept, because the error is reported at the
    /// segment, not at the session.
    pub broken_segments: HashSet<Id>,
    /// The sessions that an error keeps out of the schedule.
    pub broken_sessions: Vec<BrokenSession>,
    /// True when a file could not be parsed, so that its segments are unknown.
    pub has_unparsed_file: bool,
    /// The topics of each campaign, by campaign id and topic number.
    pub topics: HashMap<(Id, u16), SourceSpan>,
}

/// A session that an error keeps out of the schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenSession {
    /// The id.
    pub id: Id,
    /// The title, or the id if the title cannot be read.
    pub title: String,
    /// The span of its first error.
    pub span: SourceSpan,
}

impl SourceMap {
    /// Returns the span of an item in a session's `play`, or the start of the first file for a session that was not
    /// read from a file.
    #[must_use]
    pub fn item_span(&self, session: &Id, index: usize) -> SourceSpan {
        let item_span = self.items.get(session).and_then(|items| items.get(index));
        item_span.cloned().unwrap_or_else(|| SourceSpan::start_of(0))
    }

    /// Returns the segments that a session names, in playing order. Each has its span, and its item if `play` names it.
    #[must_use]
    pub fn named_segments<'s>(&self, session: &'s Session) -> Vec<(&'s Id, SourceSpan, Option<&'s SessionItem>)> {
        let span_of_key = |key: &str| {
            let span = self.sessions.get(&session.id).and_then(|keys| keys.get(key));
            span.cloned().unwrap_or_else(|| SourceSpan::start_of(0))
        };
        let items = session.play.iter().enumerate().filter_map(|(index, item)| match &item.content {
            ItemContent::Segment(id) => Some((id, self.item_span(&session.id, index), Some(item))),
            ItemContent::Draw(_) | ItemContent::Relay(_) => None,
        });
        let opening = session.opening.iter().map(|id| (id, span_of_key("opening"), None));
        opening.chain(items).chain(session.closing.iter().map(|id| (id, span_of_key("closing"), None))).collect()
    }
}

/// The result of reading a station's files.
#[derive(Debug, Clone, Default)]
pub struct ParsedSchedule {
    /// The schedule, as far as it was understood.
    pub schedule: Schedule,
    /// The problems, in the order of the files.
    pub problems: Vec<Problem>,
    /// The source spans of the schedule's parts.
    pub spans: SourceMap,
}

impl ParsedSchedule {
    /// Returns the campaign that the file at this index defines.
    #[must_use]
    pub fn campaign_of_file(&self, index: usize) -> Option<&Campaign> {
        self.schedule.campaigns.iter().find(|campaign| {
            let spans = self.spans.campaigns.get(&campaign.id);
            spans.and_then(|spans| spans.get("id")).is_some_and(|span| span.file_index == index)
        })
    }

    /// Reports an error that makes a file unusable as it is written.
    pub fn report_structural_problem(&mut self, file_index: usize, range: Range<usize>, finding: Finding, hint: Hint) {
        self.problems.push(Problem::structural_error(SourceSpan { file_index, range }, finding, hint));
    }
}
