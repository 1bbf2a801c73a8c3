//! A finding: file, line, caret, one sentence, one hint.
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

/// Whether it will play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It will not, or was not understood.
    Error,
    /// It will, but that is unwise.
    Warning,
}

/// A place in a station's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSpan {
    /// Which of the files that were read.
    pub file: usize,
    /// Bytes of its text.
    pub range: Range<usize>,
}

impl SourceSpan {
    /// Returns the place of a finding about a whole file: its first byte.
    #[must_use]
    pub const fn start_of(file: usize) -> Self {
        Self { file, range: 0..0 }
    }
}

/// A finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Whether the file cannot be taken as it is written: a running station refuses such an edit.
    pub structural: bool,
    /// What is wrong.
    pub finding: Finding,
    /// What to do.
    pub hint: Hint,
    /// Where.
    pub span: SourceSpan,
    /// Where the other half of it is, such as the first use of an id.
    pub related_span: Option<SourceSpan>,
}

impl Problem {
    /// An error that makes the file unusable as it is written.
    #[must_use]
    pub fn structural(place: SourceSpan, finding: Finding, hint: Hint) -> Self {
        Self { severity: Severity::Error, structural: true, finding, hint, span: place, related_span: None }
    }

    /// Something that will not play though the file is understood.
    #[must_use]
    pub fn error(place: SourceSpan, finding: Finding, hint: Hint) -> Self {
        Self { severity: Severity::Error, structural: false, finding, hint, span: place, related_span: None }
    }

    /// Something unwise.
    #[must_use]
    pub fn warning(place: SourceSpan, finding: Finding, hint: Hint) -> Self {
        Self { severity: Severity::Warning, structural: false, finding, hint, span: place, related_span: None }
    }

    /// With the other place that belongs to it.
    #[must_use]
    pub fn with_related(mut self, place: Option<SourceSpan>) -> Self {
        self.related_span = place;
        self
    }

    /// A stable name for programs: the finding's.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.finding.code()
    }
}
