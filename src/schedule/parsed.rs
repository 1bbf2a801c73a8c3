//! A schedule as it was read: values, problems, and where everything stands.
use std::collections::{BTreeMap, HashMap, HashSet};

use super::problem::{Problem, SourceSpan};
use super::{Id, Schedule};

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
