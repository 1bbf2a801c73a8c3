//! The state of one check, and the spans to which its findings point.
use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use crate::library::Library;
use crate::schedule::calendar::Calendar;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::{Id, ParsedSchedule, Session};
use crate::text::problem::Hint;

/// The length of a short window in days. One window begins today and is checked for expired segments. Each session that
/// has ended or begins after the [`AHEAD_DAYS`] gets a window of its own. Two weeks contain every weekday twice.
pub(super) const WINDOW_DAYS: i64 = 14;
/// The number of days, beginning with today, that are planned one by one. They include every holiday and every lunar
/// date.
pub(super) const AHEAD_DAYS: i64 = 400;

/// Collects the findings of one check.
pub(super) struct ScheduleChecker<'a> {
    pub(super) parsed: &'a ParsedSchedule,
    pub(super) library: &'a Library,
    pub(super) calendar: Calendar<'a>,
    pub(super) today: NaiveDate,
    pub(super) problems: Vec<Problem>,
}

impl<'a> ScheduleChecker<'a> {
    pub(super) fn new(parsed: &'a ParsedSchedule, library: &'a Library, today: NaiveDate) -> Self {
        let calendar = Calendar::new(&parsed.schedule.holidays);
        Self { parsed, library, calendar, today, problems: Vec::new() }
    }
}

impl ScheduleChecker<'_> {
    /// Returns the span of a key of the table with this id. Falls back to the span of the id, then to the start of the
    /// first file.
    pub(super) fn span_of(
        &self,
        spans: &HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
        id: &Id,
        key: &'static str,
    ) -> SourceSpan {
        let key_spans = spans.get(id);
        let span = key_spans.and_then(|keys| keys.get(key).or_else(|| keys.get("id")));
        span.cloned().unwrap_or(SourceSpan::start_of(0))
    }

    pub(super) fn segment_span(&self, id: &Id, key: &'static str) -> SourceSpan {
        self.span_of(&self.parsed.spans.segments, id, key)
    }

    pub(super) fn session_span(&self, id: &Id, key: &'static str) -> SourceSpan {
        self.span_of(&self.parsed.spans.sessions, id, key)
    }

    pub(super) fn warn(&mut self, span: SourceSpan, finding: Finding, hint: Hint) {
        self.problems.push(Problem::warning(span, finding, hint));
    }

    /// Returns the first day of a session if it lies after the [`AHEAD_DAYS`]; otherwise `None`.
    pub(super) fn later_first_day(&self, session: &Session) -> Option<NaiveDate> {
        session.recurrence.from.filter(|from| (*from - self.today).num_days() >= AHEAD_DAYS)
    }

    /// Returns true when parts of the files were not understood. Nothing is then reported as missing, because it could
    /// be in those parts.
    pub(super) fn has_structural_errors(&self) -> bool {
        self.parsed.problems.iter().any(|p| p.is_structural)
    }
}
