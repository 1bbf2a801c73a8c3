//! Explains the parser's errors in plain words, at the right place.
use std::ops::Range;

use toml::de::Error;

use super::super::odd_characters::odd_character_in_line;
use super::super::suggestions::{is_midnight_24, suggested_date};
use super::super::times::time_fault;
use crate::schedule::finding::Finding;
use crate::schedule::problem::LineIndex;
use crate::text::problem::Hint;

/// The quotes that word processors use instead of straight ones.
const TYPOGRAPHIC_QUOTES: [char; 7] = ['“', '”', '„', '‟', '‘', '’', '«'];

/// A finding about the syntax: its byte range, the finding and a hint.
pub type SyntaxFinding = (Range<usize>, Finding, Hint);

/// The text of a file, with its lines.
pub struct SourceText<'s> {
    source: &'s str,
    /// The lines of the text.
    pub lines: LineIndex,
}

impl<'s> SourceText<'s> {
    /// Creates the text and finds its lines.
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

    /// Returns true when a line begins with a key or a section heading.
    pub fn begins_with_key(&self, line: usize) -> bool {
        let text = self.slice(self.lines.line_range(self.source, line)).trim();
        let key = text.split_once('=').map_or("", |(key, _)| key.trim());
        text.starts_with('[') || (!key.is_empty() && !key.contains(['"', '\'', '[', ',']))
    }

    /// Returns the byte range of the last character before a line, ignoring white space.
    pub fn end_before(&self, line: usize) -> Range<usize> {
        let text_before = self.slice(0..self.lines.line_range(self.source, line).start).trim_end();
        let width = text_before.chars().next_back().map_or(0, char::len_utf8);
        text_before.len() - width..text_before.len()
    }

    /// Explains one error. The parser gives the kind of an error only in its English message. An unknown message
    /// becomes the detail of the finding.
    pub fn explain(&self, error: &Error) -> SyntaxFinding {
        let span = self.clamp(error.span().unwrap_or(0..0));
        let message = error.message();
        let has_prefix = |prefix: &str| message.starts_with(prefix);
        let text = self.slice(span.clone());
        let line = self.lines.line_range(self.source, self.lines.line_of(span.start));
        if let Some((range, finding, hint)) = odd_character_in_line(self.slice(line.clone())) {
            (line.start + range.start..line.start + range.end, finding, hint)
        } else if has_prefix("string values must be quoted") {
            self.explain_unquoted(span, line)
        } else if has_prefix("duplicate key") {
            (span, Finding::KeyTwice, Hint::RemoveOne)
        } else if has_prefix("invalid time") || (has_prefix("invalid") && looks_like_time(text)) {
            explain_time(span, text, self.slice(line))
        } else if has_prefix("invalid date") || has_prefix("invalid offset") {
            explain_date(span, text)
        } else if has_prefix("missing comma between array elements") {
            (span, Finding::NoComma, Hint::AddComma)
        } else if has_prefix("unclosed array,") {
            (span, Finding::UnclosedList, Hint::CloseList)
        } else if has_prefix("unclosed table") || has_prefix("unclosed array table") {
            (line, Finding::UnclosedHeading, Hint::CloseHeading)
        } else if has_prefix("cannot recurse") || has_prefix("recursion limit") {
            (span, Finding::TooDeep, Hint::CheckToml)
        } else if has_prefix("unexpected key or value") {
            let line_remainder = self.slice(span.start..line.end);
            let start = span.start + (line_remainder.len() - line_remainder.trim_start().len());
            (start..line.end.max(start), Finding::TextAfterValue, Hint::OneKeyPerLine)
        } else if has_prefix("missing escaped value") || has_prefix("too few unicode") || has_prefix("invalid value") {
            let backslash = self.slice(line.start..span.start).rfind('\\');
            (backslash.map_or(span.start, |index| line.start + index)..span.end, Finding::BadEscape, Hint::ForwardSlash)
        } else if has_prefix("key with no value") || has_prefix("missing value") || has_prefix("missing assignment") {
            self.explain_no_equals(span, line)
        } else if has_prefix("invalid unquoted key") {
            self.explain_bad_key(line)
        } else if text.chars().any(char::is_control) || has_prefix("invalid comment character") {
            (span, Finding::Control, Hint::Retype)
        } else if has_prefix("invalid basic string")
            || has_prefix("invalid literal string")
            || has_prefix("invalid multi-line")
        {
            let quote = self.slice(line.start..span.start).rfind(['"', '\'']);
            (quote.map_or(span.start, |index| line.start + index)..span.end, Finding::UnclosedText, Hint::CloseQuote)
        } else {
            (span, Finding::Syntax { detail: message.replace('\n', "; ") }, Hint::CheckToml)
        }
    }

    /// Explains an unquoted value that is not valid TOML.
    fn explain_unquoted(&self, span: Range<usize>, line: Range<usize>) -> SyntaxFinding {
        let text = self.slice(span.clone());
        let starts_with_digit = text.starts_with(|c: char| c.is_ascii_digit());
        if text.is_empty() {
            let end = line.start + self.slice(line.clone()).trim_end().len();
            (line.start..end, Finding::NoValue, Hint::QuoteText)
        } else if let Some((index, quote)) = text.char_indices().find(|(_, c)| TYPOGRAPHIC_QUOTES.contains(c)) {
            let start = span.start + index;
            (start..start + quote.len_utf8(), Finding::CurlyQuote, Hint::StraightQuote)
        } else if let Some((index, c)) = text.char_indices().find(|(_, c)| c.is_control()) {
            let start = span.start + index;
            (start..start + c.len_utf8(), Finding::Control, Hint::Retype)
        } else if starts_with_digit && text.contains('/') {
            explain_date(span, text)
        } else if starts_with_digit && looks_like_time(text) {
            explain_time(span, text, self.slice(line))
        } else if starts_with_digit && text.trim_end_matches(['%', ' ']).bytes().all(|b| b.is_ascii_digit()) {
            let example = text.trim_end_matches(['%', ' ']).to_owned();
            (span, Finding::BadDigits { text: text.to_owned() }, Hint::Write { example })
        } else {
            let example = format!("\"{}\"", text.replace(['"', '\''], ""));
            (span, Finding::Unquoted { text: text.to_owned() }, Hint::Write { example })
        }
    }

    /// Explains a key without `=`: usually a key of two words, or a key with a colon.
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
        let colon = text.find(':').filter(|index| !text[..*index].contains('='));
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

/// Returns true when `text` looks like a time: `5h15`, `5:15`, `17g`.
fn looks_like_time(text: &str) -> bool {
    let remainder = text.trim_start_matches(|c: char| c.is_ascii_digit());
    (1..=2).contains(&(text.len() - remainder.len())) && remainder.to_lowercase().starts_with([':', 'h', 'g'])
}

/// Explains a time without quotes that is not valid TOML. `24:00` is valid for some keys, in quotes.
fn explain_time(span: Range<usize>, text: &str, line: &str) -> SyntaxFinding {
    let is_start = line.trim_start().starts_with("at") || line.trim_start().starts_with("from");
    let (finding, hint) = if is_midnight_24(text) && !is_start {
        (Finding::Unquoted { text: text.to_owned() }, Hint::Write { example: "\"24:00\"".to_owned() })
    } else {
        time_fault(text.to_owned())
    };
    (span, finding, hint)
}

fn explain_date(span: Range<usize>, text: &str) -> SyntaxFinding {
    let parts: Vec<&str> = text.split('-').map(str::trim).collect();
    let is_number = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    if let [year, month, day] = parts[..]
        && is_number(year, 4)
        && is_number(month, 2)
        && is_number(day, 2)
    {
        return (span, Finding::BadDate, Hint::CheckDate);
    }
    let example = suggested_date(text).unwrap_or_else(|| "2023-03-20".to_owned());
    (span, Finding::BadDateText { text: text.to_owned() }, Hint::Write { example })
}
