//! A problem in a station's files: its severity, finding, hint and source span.
mod lines;
mod printable;
mod render;
mod rows;

use std::ops::Range;

use serde::Serialize;

use crate::schedule::finding::Finding;
use crate::text::problem::Hint;

pub use lines::{LineIndex, line_and_column};
pub use render::{render, render_some};
pub use rows::{ProblemRow, problem_rows};

/// The severity of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something will not play, or was not understood.
    Error,
    /// Everything will play, but a setting is unwise.
    Warning,
}

/// A range of bytes in one of a station's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSpan {
    /// The index of the file among those that were read.
    pub file_index: usize,
    /// The byte range in the file's text.
    pub range: Range<usize>,
}

impl SourceSpan {
    /// Returns the span for a finding about a whole file: an empty range at the file's start.
    #[must_use]
    pub const fn start_of(file_index: usize) -> Self {
        Self { file_index, range: 0..0 }
    }
}

/// A finding, its source span, and a hint.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The severity of the finding.
    pub severity: Severity,
    /// True when the file is unusable as it is written. A running station refuses an edit with such a problem.
    pub is_structural: bool,
    /// The fault that was found.
    pub finding: Finding,
    /// The advice on how to remove the fault.
    pub hint: Hint,
    /// The span of the fault.
    pub span: SourceSpan,
    /// A second span that belongs to the fault, such as the first use of a duplicate id.
    pub related_span: Option<SourceSpan>,
}

impl Problem {
    /// Returns an error that makes the file unusable as it is written.
    #[must_use]
    pub fn structural_error(span: SourceSpan, finding: Finding, hint: Hint) -> Self {
        Self { severity: Severity::Error, is_structural: true, finding, hint, span, related_span: None }
    }

    /// Returns an error about something that will not play, although the file was understood.
    #[must_use]
    pub fn error(span: SourceSpan, finding: Finding, hint: Hint) -> Self {
        Self { severity: Severity::Error, is_structural: false, finding, hint, span, related_span: None }
    }

    /// Returns a warning about something unwise.
    #[must_use]
    pub fn warning(span: SourceSpan, finding: Finding, hint: Hint) -> Self {
        Self { severity: Severity::Warning, is_structural: false, finding, hint, span, related_span: None }
    }

    /// Sets the second span that belongs to the fault.
    #[must_use]
    pub fn with_related(mut self, related_span: Option<SourceSpan>) -> Self {
        self.related_span = related_span;
        self
    }

    /// Returns the code of the finding: a permanent name for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.finding.code()
    }
}
