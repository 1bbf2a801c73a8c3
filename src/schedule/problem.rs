//! A finding: file, line, caret, one sentence, one hint.
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};
use serde::Serialize;

use super::SourceFile;
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};
use crate::text::{Lang, Localize, is_invisible_or_bidi};

/// Findings that are printed at most; the rest are counted.
const MAX_PRINTED: usize = 100;
/// Longest sentence, in characters; a name in it may be as long as its file.
const MAX_SENTENCE: usize = 400;
/// Longest piece of a line that is shown around a caret, in characters.
const MAX_SHOWN: usize = 160;

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

/// Line and column of a byte, both from 1; columns count characters.
#[must_use]
pub fn line_and_column(text: &str, byte: usize) -> (usize, usize) {
    let mut byte = byte.min(text.len());
    while !text.is_char_boundary(byte) {
        byte -= 1;
    }
    let before = &text[..byte];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

/// Where the lines of a text begin, for finding many places in it.
#[derive(Debug, Clone)]
pub struct LineIndex(Vec<usize>);

impl LineIndex {
    /// The lines of this text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        Self(std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect())
    }

    /// The line, from 0, in which this byte is.
    #[must_use]
    pub fn line_of(&self, byte: usize) -> usize {
        self.0.partition_point(|start| *start <= byte) - 1
    }

    /// The bytes of a line without its end.
    #[must_use]
    pub fn line_range(&self, text: &str, line: usize) -> Range<usize> {
        let start = self.0.get(line).copied().unwrap_or(text.len());
        let end = self.0.get(line + 1).map_or(text.len(), |next| next - 1);
        let end = if text[start..end].ends_with('\r') { end - 1 } else { end };
        start..end
    }
}

/// A finding for programs.
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

/// Findings for programs.
#[must_use]
pub fn problem_rows(problems: &[Problem], files: &[SourceFile], lang: Lang) -> Vec<ProblemRow> {
    let row = |problem: &Problem| {
        let file = files.get(problem.span.file);
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

/// Findings for people, in the manner of rustc.
#[must_use]
pub fn render(problems: &[Problem], files: &[SourceFile], lang: Lang, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for problem in problems.iter().take(MAX_PRINTED) {
        out.push_str(&render_one(problem, files, lang, &renderer));
        out.push_str("\n\n");
    }
    if problems.len() > MAX_PRINTED {
        let count = problems.len() - MAX_PRINTED;
        out.push_str(&format!("{}\n", ProblemText::More { count }.localized(lang)));
    }
    let errors = problems.iter().filter(|p| p.severity == Severity::Error).count();
    let warnings = problems.len() - errors;
    out.push_str(&format!("{}\n", ProblemText::Summary { errors, warnings }.localized(lang)));
    out
}

fn render_one(problem: &Problem, files: &[SourceFile], lang: Lang, renderer: &Renderer) -> String {
    let (level, word) = match problem.severity {
        Severity::Error => (Level::ERROR, ProblemText::Error),
        Severity::Warning => (Level::WARNING, ProblemText::Warning),
    };
    let word = word.localized(lang).to_string();
    let hint_word = ProblemText::HintWord.localized(lang).to_string();
    let title = printable(&problem.finding.localized(lang).to_string());
    let hint = printable(&problem.hint.localized(lang).to_string());
    let code = problem.code();
    let label = match problem.finding {
        Finding::DuplicateId { .. } | Finding::SameRecording { .. } => ProblemText::FirstHere,
        Finding::ExpiredPlayed { .. } => ProblemText::AiredHere,
        _ => ProblemText::OtherHere,
    };
    let first = label.localized(lang).to_string();
    let main = SourceExcerpt::new(&problem.span, files);
    let other = problem.related_span.as_ref().map(|place| SourceExcerpt::new(place, files));
    let mut report = level.with_name(word).primary_title(title.as_str()).id(code).element(
        Snippet::source(main.text.as_str())
            .path(main.path.as_str())
            .line_start(main.line)
            .annotation(AnnotationKind::Primary.span(main.span.clone())),
    );
    if let Some(other) = &other {
        report = report.element(
            Snippet::source(other.text.as_str())
                .path(other.path.as_str())
                .line_start(other.line)
                .annotation(AnnotationKind::Context.span(other.span.clone()).label(first.as_str())),
        );
    }
    let report = report.element(Level::HELP.with_name(hint_word).message(hint.as_str()));
    renderer.render(&[report])
}

/// The one line that a caret stands under, cut to what a terminal can show and rid of what could steer it.
struct SourceExcerpt {
    text: String,
    path: String,
    line: usize,
    span: Range<usize>,
}

impl SourceExcerpt {
    fn new(place: &SourceSpan, files: &[SourceFile]) -> Self {
        let (name, text) = files.get(place.file).map_or(("", ""), |f| (f.name.as_str(), f.text.as_str()));
        let (line, column) = line_and_column(text, place.range.start);
        let (end_line, end_column) = line_and_column(text, place.range.end.max(place.range.start));
        let whole = text.split('\n').nth(line - 1).unwrap_or_default().trim_end_matches('\r');
        let letters: Vec<char> = whole.chars().map(visible_or_placeholder).collect();
        let start = (column - 1).min(letters.len());
        let end = if end_line == line { (end_column - 1).clamp(start, letters.len()) } else { letters.len() };
        // Something must stand above the caret, also at the end of a line.
        let end = if end == start { end + 1 } else { end };
        let from = start.saturating_sub(MAX_SHOWN / 2);
        let mut shown: Vec<char> = letters.iter().skip(from).take(MAX_SHOWN).copied().collect();
        if end > letters.len() {
            shown.push(' ');
        }
        let byte = |at: usize| shown.iter().take(at - from).map(|c| c.len_utf8()).sum::<usize>();
        let end = end.min(from + shown.len());
        Self { path: printable(name), line, span: byte(start)..byte(end), text: shown.iter().collect() }
    }
}

/// Text from files without anything that could steer a terminal, cut to what a person reads.
fn printable(text: &str) -> String {
    let mut chars = text.chars();
    let mut plain: String = chars.by_ref().take(MAX_SENTENCE).map(visible_or_placeholder).collect();
    if chars.next().is_some() {
        plain.push('…');
    }
    plain
}

/// A character, or a stand-in for one that is not seen or turns the direction of writing: a file name that reads
/// backwards on the screen is not the one on the disk.
fn visible_or_placeholder(c: char) -> char {
    match c {
        c if c.is_control() => ' ',
        c if is_invisible_or_bidi(c) => '\u{fffd}',
        c => c,
    }
}
