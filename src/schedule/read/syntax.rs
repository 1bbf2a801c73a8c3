//! Text -> TOML, and the parser's complaints in plain words at the right place.
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, Error};

use super::SourceFile;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{LineIndex, Problem, SourceSpan};
use crate::text::problem::Hint;

/// Findings of one file's syntax; more help nobody.
const MAX_FINDINGS: usize = 100;
/// What word processors put where a straight quote belongs.
const CURLY_QUOTES: [char; 7] = ['“', '”', '„', '‟', '‘', '’', '«'];

/// What is wrong, where, and what to do.
type SyntaxFinding = (Range<usize>, Finding, Hint);

/// Parses a file; every slip in it becomes a problem. True when there was one.
pub fn parse<'s>(file: usize, source: &'s SourceFile, problems: &mut Vec<Problem>) -> (Spanned<DeTable<'s>>, bool) {
    let mut tell = |(span, finding, hint): SyntaxFinding| {
        problems.push(Problem::structural(SourceSpan { file, range: span }, finding, hint));
    };
    let (tree, errors) = DeTable::parse_recoverable(&source.text);
    if let Some(at) = source.not_utf8 {
        // Whatever else looks wrong comes of reading one encoding as another.
        tell((at..at + '\u{fffd}'.len_utf8(), Finding::NotUtf8, Hint::SaveUtf8));
        return (tree, true);
    }
    let text = SourceText { source: &source.text, lines: LineIndex::new(&source.text) };
    let unclosed = errors.iter().any(|e| e.message().starts_with("unclosed array,"));
    let mut told: Vec<SyntaxFinding> = errors.iter().map(|e| text.explain(e)).collect();
    told.sort_by_key(|(span, ..)| span.start);
    let mut last = None;
    let mut count = 0;
    for (span, finding, hint) in told {
        // One slip of the pen makes the parser stumble several times on the same line.
        let line = text.lines.line_of(span.start);
        if last.replace(line) == Some(line) || count == MAX_FINDINGS {
            continue;
        }
        count += 1;
        if unclosed && finding == Finding::NoComma && text.begins_key(line) {
            // The list has swallowed the next key; whatever is said about the rest of the file comes of that.
            tell((text.end_before(line), Finding::OpenList, Hint::CloseList));
            break;
        }
        let last_word = matches!(finding, Finding::OpenList | Finding::TooDeep);
        tell((span, finding, hint));
        if last_word {
            break;
        }
    }
    (tree, !errors.is_empty())
}

struct SourceText<'s> {
    source: &'s str,
    lines: LineIndex,
}

impl<'s> SourceText<'s> {
    fn slice(&self, span: Range<usize>) -> &'s str {
        self.source.get(span).unwrap_or_default()
    }

    /// A span inside the text, on the boundaries of its characters.
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

    /// Whether a line begins with a key or a section.
    fn begins_key(&self, line: usize) -> bool {
        let text = self.slice(self.lines.line_range(self.source, line)).trim();
        let key = text.split_once('=').map_or("", |(key, _)| key.trim());
        text.starts_with('[') || (!key.is_empty() && !key.contains(['"', '\'', '[', ',']))
    }

    /// The last thing that is written before a line.
    fn end_before(&self, line: usize) -> Range<usize> {
        let before = self.slice(0..self.lines.line_range(self.source, line).start).trim_end();
        let width = before.chars().next_back().map_or(0, char::len_utf8);
        before.len() - width..before.len()
    }

    /// One complaint in plain words. The parser's English is the interface here: what is not known by it is told in
    /// the parser's own words.
    fn explain(&self, error: &Error) -> SyntaxFinding {
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

    /// A value that is neither quoted nor anything else.
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

    /// A key without `=`; most often a key of two words, or a colon.
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

/// `5h15`, `5:15`, `17g`.
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

/// The date meant by `20/3/2023`, `20-03-2023` or `2023-3-20`.
pub fn suggested_date(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.trim().split(['/', '-', '.']).collect();
    let (year, month, day) = match parts[..] {
        [year, month, day] if year.len() == 4 => (year, month, day),
        [day, month, year] if year.len() == 4 => (year, month, day),
        _ => return None,
    };
    let date = chrono::NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    date.map(|date| date.to_string())
}

/// The time meant by `5h15`, `5:15`, `17.30`, `5 giờ` or `24:00`, in quotes.
pub fn suggested_time(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let text = text.trim_end_matches("giờ").trim_end();
    let parts: Vec<&str> = text.split([':', 'h', 'g', '.']).map(str::trim).collect();
    let (hour, minute) = match parts[..] {
        [hour] => (hour, "0"),
        [hour, ""] => (hour, "0"),
        [hour, minute] | [hour, minute, "00"] => (hour, minute),
        _ => return None,
    };
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = if (hour, minute) == (24, 0) { 0 } else { hour };
    (hour < 24 && minute < 60).then(|| format!("\"{hour:02}:{minute:02}\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_mended() {
        assert_eq!(suggested_date("20/3/2023").as_deref(), Some("2023-03-20"));
        assert_eq!(suggested_date("2023-3-20").as_deref(), Some("2023-03-20"));
        assert_eq!(suggested_date("30/2/2023"), None);
        for (text, time) in
            [("5h15", "\"05:15\""), ("5:15", "\"05:15\""), ("17.30", "\"17:30\""), ("5 giờ", "\"05:00\"")]
        {
            assert_eq!(suggested_time(text).as_deref(), Some(time), "{text}");
        }
        assert_eq!(suggested_time("24:00").as_deref(), Some("\"00:00\""));
        for text in ["25:00", "5h60", "x", "", "1:2:3"] {
            assert_eq!(suggested_time(text), None, "{text}");
        }
    }
}
