//! The faults of a file that people edit, as they are shown.
use std::fmt;

use crate::schedule::SourceFile;
use crate::schedule::problem::{self, Problem, line_and_column};
use crate::text::{Lang, Localize};

/// The maximum number of reported faults.
pub(super) const MAX_FAULTS: usize = 100;

/// The faults of a file, with the text to which they point.
#[derive(Debug, Clone, PartialEq)]
pub struct FileFaults {
    /// The file as it was read.
    pub source: SourceFile,
    /// The faults; there is at least one.
    pub problems: Vec<Problem>,
}

impl FileFaults {
    /// Creates the faults of a file, in the order of the file, limited to a number that people can read.
    pub(in crate::department) fn new(source: SourceFile, mut problems: Vec<Problem>) -> Box<Self> {
        problems.sort_by_key(|problem| problem.span.range.start);
        problems.truncate(MAX_FAULTS);
        Box::new(Self { source, problems })
    }

    /// Returns the faults for people, each with its line, a caret and a hint.
    #[must_use]
    pub fn render(&self, lang: Lang) -> String {
        problem::render(&self.problems, std::slice::from_ref(&self.source), lang, false)
    }
}

impl fmt::Display for FileFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(problem) = self.problems.first() else { return f.write_str(&self.source.name) };
        let (line, _) = line_and_column(&self.source.text, problem.span.range.start);
        write!(f, "{}:{line}: {}", self.source.name, problem.finding.to_plain(Lang::En))
    }
}
