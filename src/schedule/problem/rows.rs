//! Problems as rows of output for programs.
use serde::Serialize;

use super::lines::line_and_column;
use super::printable::printable;
use super::{Problem, Severity};
use crate::schedule::SourceFile;
use crate::text::{Lang, Localize};

/// A problem as a row of output for programs.
#[derive(Debug, Serialize)]
pub struct ProblemRow {
    severity: Severity,
    code: &'static str,
    message: String,
    hint: String,
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// Returns problems as rows for programs.
#[must_use]
pub fn problem_rows(problems: &[Problem], files: &[SourceFile], lang: Lang) -> Vec<ProblemRow> {
    let row = |problem: &Problem| {
        let file = files.get(problem.span.file_index);
        let text = file.map_or("", |f| f.text.as_str());
        let (line, column) = line_and_column(text, problem.span.range.start);
        let (end_line, end_column) = line_and_column(text, problem.span.range.end);
        ProblemRow {
            severity: problem.severity,
            code: problem.code(),
            message: printable(&problem.finding.localized(lang).to_string()),
            hint: printable(&problem.hint.localized(lang).to_string()),
            file: file.map_or(String::new(), |f| f.name.clone()),
            line,
            column,
            end_line,
            end_column,
        }
    };
    problems.iter().map(row).collect()
}
