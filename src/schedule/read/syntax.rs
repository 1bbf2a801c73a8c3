//! Parses TOML, and reports syntax errors in plain words at the right place.
mod explain;

use toml::Spanned;
use toml::de::DeTable;

use crate::schedule::SourceFile;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::text::problem::Hint;
use explain::{SourceText, SyntaxFinding};

/// Most syntax findings of one file; more do not help.
const MAX_FINDINGS: usize = 100;
/// Parses a file and reports every syntax error. Returns whether there was one.
pub fn parse<'s>(file: usize, source: &'s SourceFile, problems: &mut Vec<Problem>) -> (Spanned<DeTable<'s>>, bool) {
    let mut report = |(span, finding, hint): SyntaxFinding| {
        problems.push(Problem::structural(SourceSpan { file, range: span }, finding, hint));
    };
    let (tree, errors) = DeTable::parse_recoverable(&source.text);
    if let Some(at) = source.not_utf8 {
        // All other errors come from reading one encoding as another.
        report((at..at + '\u{fffd}'.len_utf8(), Finding::NotUtf8, Hint::SaveUtf8));
        return (tree, true);
    }
    let text = SourceText::new(&source.text);
    let unclosed = errors.iter().any(|e| e.message().starts_with("unclosed array,"));
    let mut findings: Vec<SyntaxFinding> = errors.iter().map(|e| text.explain(e)).collect();
    findings.sort_by_key(|(span, ..)| span.start);
    let mut last = None;
    let mut count = 0;
    for (span, finding, hint) in findings {
        // One slip often makes the parser fail several times on the same line.
        let line = text.lines.line_of(span.start);
        if last.replace(line) == Some(line) || count == MAX_FINDINGS {
            continue;
        }
        count += 1;
        if unclosed && finding == Finding::NoComma && text.begins_key(line) {
            // The list has swallowed the next key; all later errors follow from that.
            report((text.end_before(line), Finding::OpenList, Hint::CloseList));
            break;
        }
        let is_last = matches!(finding, Finding::OpenList | Finding::TooDeep);
        report((span, finding, hint));
        if is_last {
            break;
        }
    }
    (tree, !errors.is_empty())
}
