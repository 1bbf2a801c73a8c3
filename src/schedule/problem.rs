//! A problem in a station's files: severity, finding, hint and place.
mod lines;
mod printable;
mod render;
mod rows;

use std::ops::Range;

use serde::Serialize;

use crate::schedule::finding::Finding;
use crate::text::problem::Hint;

pub use lines::{LineIndex, line_and_column};
pub use render::render;
pub use rows::{ProblemRow, problem_rows};

/// Whether the item will play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It will not play, or was not understood.
    Error,
    /// It will play, but the setting is unwise.
    Warning,
}

/// A place in a station's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSpan {
    /// Index of the file among those that were read.
    pub file: usize,
    /// Byte range in its text.
    pub range: Range<usize>,
}

impl SourceSpan {
    /// Returns the place of a finding about a whole file: its first byte.
    #[must_use]
    pub const fn start_of(file: usize) -> Self {
        Self { file, range: 0..0 }
    }
}

/// A finding at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Whether the file is unusable as it is written: a running station refuses such an edit.
    pub structural: bool,
    /// What is wrong.
    pub finding: Finding,
    /// What to do.
    pub hint: Hint,
    /// The place of the fault.
    pub span: SourceSpan,
    /// The other place that belongs to it, such as the first use of an id.
    pub related_span: Option<SourceSpan>,
}

impl Problem {
    /// Returns an error that makes the file unusable as it is written.
    #[must_use]
    pub fn structural(place: SourceSpan, finding: Finding, hint: Hint) -> Self {
        Self { severity: Severity::Error, structural: true, finding, hint, span: place, related_span: None }
    }

    /// Returns an error about something that will not play although the file is understood.
    #[must_use]
    pub fn error(place: SourceSpan, finding: Finding, hint: Hint) -> Self {
        Self { severity: Severity::Error, structural: false, finding, hint, span: place, related_span: None }
    }

    /// Returns a warning about something unwise.
    #[must_use]
    pub fn warning(place: SourceSpan, finding: Finding, hint: Hint) -> Self {
        Self { severity: Severity::Warning, structural: false, finding, hint, span: place, related_span: None }
    }

    /// Adds the other place that belongs to it.
    #[must_use]
    pub fn with_related(mut self, place: Option<SourceSpan>) -> Self {
        self.related_span = place;
        self
    }

    /// Returns the finding's stable name for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.finding.code()
    }
}
