//! State of one check, and the places that its findings point to.
use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::library::Library;
use crate::schedule::calendar::Calendar;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::{Id, ParsedSchedule};
use crate::text::problem::Hint;

/// Days looked at one by one from a first day: two weeks hold every weekday twice.
pub(super) const WINDOW_DAYS: i64 = 14;
/// Days ahead that are planned one by one: they include every holiday and every lunar date.
pub(super) const AHEAD_DAYS: i64 = 400;

/// Collects the findings of one check.
pub(super) struct ScheduleChecker<'a> {
    pub(super) reading: &'a ParsedSchedule,
    pub(super) library: &'a Library,
    pub(super) calendar: Calendar<'a>,
    pub(super) today: NaiveDate,
    pub(super) problems: Vec<Problem>,
}

impl<'a> ScheduleChecker<'a> {
    pub(super) fn new(reading: &'a ParsedSchedule, library: &'a Library, today: NaiveDate) -> Self {
        let calendar = Calendar::new(&reading.schedule.holidays);
        Self { reading, library, calendar, today, problems: Vec::new() }
    }
}

impl ScheduleChecker<'_> {
    /// Returns the place of a key, else of the id, of an item.
    pub(super) fn span_of(
        &self,
        places: &HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
        id: &Id,
        key: &'static str,
    ) -> SourceSpan {
        let of_item = places.get(id);
        let place = of_item.and_then(|keys| keys.get(key).or_else(|| keys.get("id")));
        place.cloned().unwrap_or(SourceSpan::start_of(0))
    }

    pub(super) fn segment_span(&self, id: &Id, key: &'static str) -> SourceSpan {
        self.span_of(&self.reading.spans.segments, id, key)
    }

    pub(super) fn session_span(&self, id: &Id, key: &'static str) -> SourceSpan {
        self.span_of(&self.reading.spans.sessions, id, key)
    }

    pub(super) fn warn(&mut self, place: SourceSpan, finding: Finding, hint: Hint) {
        self.problems.push(Problem::warning(place, finding, hint));
    }

    /// Whether parts of the files were not understood. Then nothing counts as missing: it may stand in those parts.
    pub(super) fn has_structural_errors(&self) -> bool {
        self.reading.problems.iter().any(|p| p.structural)
    }
}
