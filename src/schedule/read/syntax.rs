//! Parses TOML, and reports syntax errors in plain words at the right place.
mod explain;

use toml::Spanned;
use toml::de::DeTable;

use crate::schedule::SourceFile;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::text::problem::Hint;
use explain::{SourceText, SyntaxFinding};

/// The maximum number of syntax findings of one file.
const MAX_FINDINGS_PER_FILE: usize = 100;

/// Parses a file and reports its syntax errors, at most one per line. Returns the document tree, and true when there
/// was an error.
pub fn parse<'s>(
    file_index: usize,
    source: &'s SourceFile,
    problems: &mut Vec<Problem>,
) -> (Spanned<DeTable<'s>>, bool) {
    let mut report = |(span, finding, hint): SyntaxFinding| {
        problems.push(Problem::structural_error(SourceSpan { file_index, range: span }, finding, hint));
    };
    let (tree, errors) = DeTable::parse_recoverable(&source.text);
    if let Some(finding) = encoding_finding(source) {
        // The wrong encoding, or the lost bytes, caused all the other errors.
        report(finding);
        return (tree, true);
    }
    let text = SourceText::new(&source.text);
    let has_unclosed_list = errors.iter().any(|e| e.message().starts_with("unclosed array,"));
    let mut findings: Vec<SyntaxFinding> = errors.iter().map(|e| text.explain(e)).collect();
    findings.sort_by_key(|(span, ..)| span.start);
    let mut last_line = None;
    let mut count = 0;
    for (span, finding, hint) in findings {
        // One mistake often makes the parser fail several times on the same line.
        let line = text.lines.line_of(span.start);
        if last_line.replace(line) == Some(line) || count == MAX_FINDINGS_PER_FILE {
            continue;
        }
        count += 1;
        if has_unclosed_list && finding == Finding::NoComma && text.begins_with_key(line) {
            // The parser took the next key as part of the list; all later errors follow from that.
            report((text.end_before(line), Finding::UnclosedList, Hint::CloseList));
            break;
        }
        let ends_parsing = matches!(finding, Finding::UnclosedList | Finding::TooDeep);
        report((span, finding, hint));
        if ends_parsing {
            break;
        }
    }
    (tree, !errors.is_empty())
}

/// Returns the finding about a file that is not UTF-8 text.
fn encoding_finding(source: &SourceFile) -> Option<SyntaxFinding> {
    if source.looks_like_utf16() {
        return Some((0..source.text.chars().next().map_or(0, char::len_utf8), Finding::Utf16, Hint::SaveUtf8));
    }
    if let Some(index) = source.first_invalid_byte {
        return Some((index..index + '\u{fffd}'.len_utf8(), Finding::NotUtf8, Hint::SaveUtf8));
    }
    let start = source.text.find('\0')?;
    Some((start..start + 1, Finding::NulBytes, Hint::CopyAgain))
}
