//! Problems for people: file, line, caret, one sentence, one hint.
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};

use super::lines::line_and_column;
use super::printable::{printable, visible_or_placeholder};
use super::{Problem, Severity, SourceSpan};
use crate::schedule::SourceFile;
use crate::schedule::finding::Finding;
use crate::text::problem::{ErrorCount, ProblemText, WarningCount};
use crate::text::{Lang, Localize};

/// Most problems printed; the rest are only counted.
const MAX_PRINTED: usize = 100;
/// Longest piece of a line shown around a caret, in characters.
const MAX_SHOWN: usize = 160;

/// Renders problems for people, in the style of rustc.
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
    let summary = ProblemText::Summary { errors: ErrorCount(errors), warnings: WarningCount(warnings) };
    out.push_str(&format!("{}\n", summary.localized(lang)));
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

/// The line above a caret, cut to the width of a terminal and free of characters that could steer it.
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
        // The caret needs a character above it, even at the end of a line.
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
