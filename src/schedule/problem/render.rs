//! Renders problems for people: file, line, caret, message and hint.
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet, renderer::DecorStyle};

use super::lines::line_and_column;
use super::printable::{printable, visible_or_placeholder};
use super::{Problem, Severity, SourceSpan};
use crate::schedule::SourceFile;
use crate::schedule::finding::Finding;
use crate::text::problem::{ErrorCount, ProblemText, WarningCount};
use crate::text::{Lang, Localize};

/// The maximum number of problems that are printed; the rest are only counted.
const MAX_PRINTED_PROBLEMS: usize = 100;
/// The maximum number of characters of a line shown around a caret.
const MAX_EXCERPT_CHARS: usize = 160;

/// Renders all problems of a station for people, in the style of rustc, followed by their numbers.
#[must_use]
pub fn render(problems: &[Problem], files: &[SourceFile], lang: Lang, use_color: bool) -> String {
    let errors = problems.iter().filter(|p| p.severity == Severity::Error).count();
    let warnings = problems.len() - errors;
    let summary = ProblemText::Summary { errors: ErrorCount(errors), warnings: WarningCount(warnings) };
    format!("{}{}\n", render_some(problems, files, lang, use_color), summary.localized(lang))
}

/// Renders some of a station's problems, without their numbers: there may be others.
#[must_use]
pub fn render_some(problems: &[Problem], files: &[SourceFile], lang: Lang, use_color: bool) -> String {
    let renderer = if use_color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for problem in problems.iter().take(MAX_PRINTED_PROBLEMS) {
        out.push_str(&render_problem(problem, files, lang, &renderer));
        out.push_str("\n\n");
    }
    if problems.len() > MAX_PRINTED_PROBLEMS {
        let count = problems.len() - MAX_PRINTED_PROBLEMS;
        out.push_str(&format!("{}\n", ProblemText::More { count }.localized(lang)));
    }
    out
}

fn render_problem(problem: &Problem, files: &[SourceFile], lang: Lang, renderer: &Renderer) -> String {
    let (level, severity_name) = match problem.severity {
        Severity::Error => (Level::ERROR, ProblemText::Error),
        Severity::Warning => (Level::WARNING, ProblemText::Warning),
    };
    let severity_name = severity_name.localized(lang).to_string();
    let hint_name = ProblemText::HintWord.localized(lang).to_string();
    let title = printable(&problem.finding.localized(lang).to_string());
    let hint = printable(&problem.hint.localized(lang).to_string());
    let code = problem.code();
    let label = match problem.finding {
        Finding::DuplicateId { .. } | Finding::SameRecording { .. } => ProblemText::FirstHere,
        Finding::PlayedAfterExpiry { .. } => ProblemText::AiredHere,
        _ => ProblemText::OtherHere,
    };
    let related_label = label.localized(lang).to_string();
    let excerpt = SourceExcerpt::new(&problem.span, files);
    let related_excerpt = problem.related_span.as_ref().map(|span| SourceExcerpt::new(span, files));
    let title = level.with_name(severity_name).primary_title(title.as_str());
    // Vietnamese output omits the code, which is English. Programs read it from the JSON output.
    let title = if lang == Lang::Vi { title } else { title.id(code) };
    let mut report = title.element(
        Snippet::source(excerpt.text.as_str())
            .path(excerpt.path.as_str())
            .line_start(excerpt.line)
            .annotation(AnnotationKind::Primary.span(excerpt.span.clone())),
    );
    if let Some(related_excerpt) = &related_excerpt {
        report = report.element(
            Snippet::source(related_excerpt.text.as_str())
                .path(related_excerpt.path.as_str())
                .line_start(related_excerpt.line)
                .annotation(AnnotationKind::Context.span(related_excerpt.span.clone()).label(related_label.as_str())),
        );
    }
    let report = report.element(Level::HELP.with_name(hint_name).message(hint.as_str()));
    renderer.render(&[report])
}

/// The source line that a caret points to. It is cut to [`MAX_EXCERPT_CHARS`] characters and contains no character that
/// could control a terminal.
struct SourceExcerpt {
    text: String,
    path: String,
    line: usize,
    span: Range<usize>,
}

impl SourceExcerpt {
    fn new(source_span: &SourceSpan, files: &[SourceFile]) -> Self {
        let (name, text) = files.get(source_span.file_index).map_or(("", ""), |f| (f.name.as_str(), f.text.as_str()));
        let (line, column) = line_and_column(text, source_span.range.start);
        let (end_line, end_column) = line_and_column(text, source_span.range.end.max(source_span.range.start));
        let line_text = text.split('\n').nth(line - 1).unwrap_or_default().trim_end_matches('\r');
        let chars: Vec<char> = line_text.chars().map(visible_or_placeholder).collect();
        let start = (column - 1).min(chars.len());
        let end = if end_line == line { (end_column - 1).clamp(start, chars.len()) } else { chars.len() };
        // The caret needs a character to point to, even at the end of a line.
        let end = if end == start { end + 1 } else { end };
        let first_shown_index = start.saturating_sub(MAX_EXCERPT_CHARS / 2);
        let mut shown_chars: Vec<char> =
            chars.iter().skip(first_shown_index).take(MAX_EXCERPT_CHARS).copied().collect();
        if end > chars.len() {
            shown_chars.push(' ');
        }
        let byte_of =
            |index: usize| shown_chars.iter().take(index - first_shown_index).map(|c| c.len_utf8()).sum::<usize>();
        let end = end.min(first_shown_index + shown_chars.len());
        Self { path: printable(name), line, span: byte_of(start)..byte_of(end), text: shown_chars.iter().collect() }
    }
}
