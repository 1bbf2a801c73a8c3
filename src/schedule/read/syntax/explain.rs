//! Explains the parser's errors in plain words, at the right place.
use std::ops::Range;

use toml::de::Error;

use super::super::suggestions::{suggested_date, suggested_time};
use crate::schedule::finding::Finding;
use crate::schedule::problem::LineIndex;
use crate::text::problem::Hint;

/// The quotes that word processors use instead of straight ones.
const CURLY_QUOTES: [char; 7] = ['“', '”', '„', '‟', '‘', '’', '«'];

/// A place, its finding and a hint.
pub type SyntaxFinding = (Range<usize>, Finding, Hint);

/// The text of a file, with its lines.
pub struct SourceText<'s> {
    source: &'s str,
    /// The lines of the text.
    pub lines: LineIndex,
}

impl<'s> SourceText<'s> {
    /// Finds the lines of a text.
    pub fn new(source: &'s str) -> Self {
        Self { source, lines: LineIndex::new(source) }
    }

    fn slice(&self, span: Range<usize>) -> &'s str {
        self.source.get(span).unwrap_or_default()
    }

    /// Limits a span to the text and moves it to character boundaries.
    fn clamp(&self, span: Range<usize>) -> Range<usize> {
        let mut start = span.start.min(self.source.len());
        while !self.source.is_char_boundary(start) {
            start -= 1;
        }
        let mut end = span.end.clamp(start, self.source.len());
        while !self.source.is_char_boundary(end) {
            end += 1;
        }
        start..end
    }

    /// Returns whether a line begins with a key or a section.
    pub fn begins_key(&self, line: usize) -> bool {
        let text = self.slice(self.lines.line_range(self.source, line)).trim();
        let key = text.split_once('=').map_or("", |(key, _)| key.trim());
        text.starts_with('[') || (!key.is_empty() && !key.contains(['"', '\'', '[', ',']))
    }

    /// Returns the span of the last character before a line, without white space.
    pub fn end_before(&self, line: usize) -> Range<usize> {
        let before = self.slice(0..self.lines.line_range(self.source, line).start).trim_end();
        let width = before.chars().next_back().map_or(0, char::len_utf8);
        before.len() - width..before.len()
    }

    /// Explains one error. The parser's English messages are the interface here; unknown messages are passed on in the
    /// parser's words.
    pub fn explain(&self, error: &Error) -> SyntaxFinding {
        let span = self.clamp(error.span().unwrap_or(0..0));
        let message = error.message();
        let is = |start: &str| message.starts_with(start);
        let written = self.slice(span.clone());
        let line = self.lines.line_range(self.source, self.lines.line_of(span.start));
        if is("string values must be quoted") {
            self.explain_unquoted(span, line)
        } else if is("duplicate key") {
            (span, Finding::KeyTwice, Hint::RemoveOne)
        } else if is("invalid time") || (is("invalid") && time_like(written)) {
            explain_time(span, written)
        } else if is("invalid date") || is("invalid offset") {
            explain_date(span, written)
        } else if is("missing comma between array elements") {
            (span, Finding::NoComma, Hint::AddComma)
        } else if is("unclosed array,") {
            (span, Finding::OpenList, Hint::CloseList)
        } else if is("unclosed table") || is("unclosed array table") {
            (line, Finding::OpenHeading, Hint::CloseHeading)
        } else if is("cannot recurse") || is("recursion limit") {
            (span, Finding::TooDeep, Hint::CheckToml)
        } else if is("unexpected key or value") {
            let rest = self.slice(span.start..line.end);
            let gap = rest.len() - rest.trim_start().len();
            (span.start + gap..line.end.max(span.start + gap), Finding::Trailing, Hint::OneALine)
        } else if is("missing escaped value") || is("too few unicode") || is("invalid value") {
            let back = self.slice(line.start..span.start).rfind('\\');
            (back.map_or(span.start, |at| line.start + at)..span.end, Finding::BadEscape, Hint::ForwardSlash)
        } else if is("key with no value") || is("missing value") || is("missing assignment") {
            self.explain_no_equals(span, line)
        } else if is("invalid unquoted key") {
            self.explain_bad_key(line)
        } else if written.chars().any(char::is_control) || is("invalid comment character") {
            (span, Finding::Control, Hint::Retype)
        } else if is("invalid basic string") || is("invalid literal string") || is("invalid multi-line") {
            let quote = self.slice(line.start..span.start).rfind(['"', '\'']);
            (quote.map_or(span.start, |at| line.start + at)..span.end, Finding::OpenText, Hint::CloseQuote)
        } else {
            (span, Finding::Syntax { detail: message.replace('\n', "; ") }, Hint::CheckToml)
        }
    }

    /// Explains a value that is not quoted and is not any other TOML value.
    fn explain_unquoted(&self, span: Range<usize>, line: Range<usize>) -> SyntaxFinding {
        let text = self.slice(span.clone());
        let digits = text.starts_with(|c: char| c.is_ascii_digit());
        if text.is_empty() {
            let end = line.start + self.slice(line.clone()).trim_end().len();
            (line.start..end, Finding::NoValue, Hint::QuoteText)
        } else if let Some((at, quote)) = text.char_indices().find(|(_, c)| CURLY_QUOTES.contains(c)) {
            let at = span.start + at;
            (at..at + quote.len_utf8(), Finding::CurlyQuote, Hint::StraightQuote)
        } else if let Some((at, c)) = text.char_indices().find(|(_, c)| c.is_control() || *c == '\u{a0}') {
            let at = span.start + at;
            (at..at + c.len_utf8(), Finding::Control, Hint::Retype)
        } else if digits && text.contains('/') {
            explain_date(span, text)
        } else if digits && time_like(text) {
            explain_time(span, text)
        } else if digits && text.trim_end_matches(['%', ' ']).bytes().all(|b| b.is_ascii_digit()) {
            let example = text.trim_end_matches(['%', ' ']).to_owned();
            (span, Finding::BadDigits { text: text.to_owned() }, Hint::Write { example })
        } else {
            let example = format!("\"{}\"", text.replace(['"', '\''], ""));
            (span, Finding::Unquoted { text: text.to_owned() }, Hint::Write { example })
        }
    }

    /// Explains a key without `=`: usually a key of two words, or a colon.
    fn explain_no_equals(&self, span: Range<usize>, line: Range<usize>) -> SyntaxFinding {
        let text = self.slice(line.clone());
        let key = text.split('=').next().unwrap_or_default().trim();
        if text.contains('=') && key.contains(' ') {
            return self.explain_bad_key(line);
        }
        let start = line.start + (text.len() - text.trim_start().len());
        let end = start + self.slice(start..span.start).trim_end().len();
        (start..end, Finding::NoEquals, Hint::AddEquals)
    }

    fn explain_bad_key(&self, line: Range<usize>) -> SyntaxFinding {
        let text = self.slice(line.clone());
        let start = text.len() - text.trim_start_matches(['[', ' ', '\t']).len();
        let colon = text.find(':').filter(|at| !text[..*at].contains('='));
        let end = text.find(['=', ']']).into_iter().chain(colon).min().unwrap_or(text.len());
        let key = text.get(start..end).unwrap_or_default().trim_end();
        let span = line.start + start..line.start + start + key.len();
        if colon == Some(end) {
            (span, Finding::NoEquals, Hint::AddEquals)
        } else {
            (span, Finding::BadKey { key: key.to_owned() }, Hint::PlainKey)
        }
    }
}

/// Returns whether a text looks like a time: `5h15`, `5:15`, `17g`.
fn time_like(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (1..=2).contains(&(text.len() - rest.len())) && rest.to_lowercase().starts_with([':', 'h', 'g'])
}

fn explain_time(span: Range<usize>, text: &str) -> SyntaxFinding {
    let example = suggested_time(text).unwrap_or_else(|| "\"05:15\"".to_owned());
    (span, Finding::BadTime { text: text.to_owned() }, Hint::Write { example })
}

fn explain_date(span: Range<usize>, text: &str) -> SyntaxFinding {
    let written: Vec<&str> = text.split('-').map(str::trim).collect();
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    if let [year, month, day] = written[..]
        && digits(year, 4)
        && digits(month, 2)
        && digits(day, 2)
    {
        return (span, Finding::BadDate, Hint::CheckDate);
    }
    let example = suggested_date(text).unwrap_or_else(|| "2023-03-20".to_owned());
    (span, Finding::BadDateText { text: text.to_owned() }, Hint::Write { example })
}
