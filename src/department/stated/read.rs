//! Reads a CSV file of stated rows, and collects every problem in it.
use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use super::{STATED_COLUMNS, StatedRow};
use crate::base::id::Id;
use crate::base::limits::MAX_TITLE_CHARS;
use crate::schedule::SourceFile;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::read::dates::parse_date;
use crate::text::problem::{Hint, ProblemText};
use crate::text::{spreadsheet_cell, strip_unprintable};

/// The maximum size of a file, in bytes.
pub const MAX_STATED_BYTES: u64 = 1024 * 1024;
/// The maximum number of rows of a file.
pub const MAX_STATED_ROWS: usize = 5_000;
/// The maximum number of problems that are reported.
const MAX_STATED_PROBLEMS: usize = 200;
/// The maximum number of minutes of a row: a week.
const MAX_MINUTES: u64 = 7 * 24 * 60;
/// The maximum number of airings of a row.
const MAX_STATED_AIRINGS: u64 = 10_000;
/// The maximum length of a link, in characters.
const MAX_LINK_CHARS: usize = 500;

/// The rows of a file as they were read.
#[derive(Debug, Clone, Default)]
pub struct ParsedRows {
    /// The valid rows.
    pub rows: Vec<StatedRow>,
    /// The problems, in the order of the file.
    pub problems: Vec<Problem>,
}

/// A line of the file: its byte range, and its cells with their byte ranges.
struct CsvLine {
    range: Range<usize>,
    cells: Vec<(String, Range<usize>)>,
}

/// Reads a file of rows. A row later than `today` is a problem.
#[must_use]
pub fn read_stated_rows(source: &SourceFile, today: NaiveDate) -> ParsedRows {
    let mut parsed = ParsedRows::default();
    if let Some((range, finding, hint)) = encoding_finding(source) {
        parsed.problems.push(problem(range, finding, hint));
        return parsed;
    }
    let lines = split_lines(&source.text);
    let Some((header, lines)) = lines.split_first() else {
        let finding = Finding::StatedHeader { columns: STATED_COLUMNS.join(",") };
        parsed.problems.push(problem(0..0, finding, Hint::UseStatedForm));
        return parsed;
    };
    let Some(columns) = read_header(header, &mut parsed.problems) else { return parsed };
    if lines.len() > MAX_STATED_ROWS {
        let finding = Finding::TooMany { what: ProblemText::StatedRows, limit: MAX_STATED_ROWS };
        parsed.problems.push(problem(lines[MAX_STATED_ROWS].range.clone(), finding, Hint::SplitFile));
    }
    let mut first_uses: BTreeMap<StatedRow, Range<usize>> = BTreeMap::new();
    for line in lines.iter().take(MAX_STATED_ROWS) {
        if parsed.problems.len() >= MAX_STATED_PROBLEMS {
            let finding = Finding::MoreProblems { limit: MAX_STATED_PROBLEMS };
            parsed.problems.push(problem(line.range.clone(), finding, Hint::FixErrorsFirst));
            break;
        }
        let Some(row) = RowReader::new(line, &columns, &mut parsed.problems).and_then(|mut row| row.read(today)) else {
            continue;
        };
        if let Some(first_use) = first_uses.insert(row.clone(), line.range.clone()) {
            let related = SourceSpan { file_index: 0, range: first_use };
            let repeated = problem(line.range.clone(), Finding::StatedTwice, Hint::RemoveOne);
            parsed.problems.push(repeated.with_related(Some(related)));
        }
        parsed.rows.push(row);
    }
    if parsed.rows.is_empty() && parsed.problems.is_empty() {
        parsed.problems.push(problem(header.range.clone(), Finding::NoStatedRows, Hint::UseStatedForm));
    }
    parsed
}

fn problem(range: Range<usize>, finding: Finding, hint: Hint) -> Problem {
    Problem::structural_error(SourceSpan { file_index: 0, range }, finding, hint)
}

/// Returns the finding about a file that is not UTF-8 text, or is too long.
fn encoding_finding(source: &SourceFile) -> Option<(Range<usize>, Finding, Hint)> {
    if source.text.len() as u64 > MAX_STATED_BYTES {
        return Some((0..0, Finding::TooLarge { limit: MAX_STATED_BYTES }, Hint::SplitFile));
    }
    if source.looks_like_utf16() {
        return Some((0..0, Finding::Utf16, Hint::SaveUtf8));
    }
    if let Some(byte) = source.first_invalid_byte {
        return Some((byte..byte + 1, Finding::NotUtf8, Hint::SaveUtf8));
    }
    let control = source.text.char_indices().find(|(_, c)| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    control.map(|(index, c)| (index..index + c.len_utf8(), Finding::Control, Hint::Retype))
}

/// Splits the text into lines, without blank ones, and the lines into cells. The delimiter is the one of `,`, `;` and
/// tab that the first line has most often. A cell is not continued on the next line.
fn split_lines(text: &str) -> Vec<CsvLine> {
    let mut lines = Vec::new();
    let mut delimiter = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        if !content.trim_matches([' ', '\t', ',', ';']).is_empty() {
            let delimiter = *delimiter.get_or_insert_with(|| {
                // Of equal counts, the last one wins, so that a line without delimiters gets a comma.
                [';', '\t', ','].into_iter().max_by_key(|c| content.matches(*c).count()).unwrap_or(',')
            });
            let range = start..start + content.len();
            lines.push(CsvLine { cells: split_cells(content, start, delimiter), range });
        }
        start += line.len();
        if lines.len() > MAX_STATED_ROWS + 2 {
            break;
        }
    }
    lines
}

/// Splits a line into cells by RFC 4180. `start` is the position of the line in the text. A quote that is not closed
/// keeps its quotation mark, which no valid cell begins with.
fn split_cells(line: &str, start: usize, delimiter: char) -> Vec<(String, Range<usize>)> {
    let mut cells = Vec::new();
    let mut position = 0;
    loop {
        let rest = &line[position..];
        let (text, length) = match rest.strip_prefix('"').and_then(closed_quote) {
            Some((text, length)) => (text, length + 1),
            None => {
                let length = rest.find(delimiter).unwrap_or(rest.len());
                (rest[..length].to_owned(), length)
            }
        };
        cells.push((text.trim().nfc().collect(), start + position..start + position + length));
        position += length;
        match line[position..].find(delimiter) {
            Some(gap) => position += gap + delimiter.len_utf8(),
            None => return cells,
        }
    }
}

/// Returns the text up to the closing quotation mark, and the length of what was read, that mark included.
fn closed_quote(quoted: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut chars = quoted.char_indices().peekable();
    while let Some((index, c)) = chars.next() {
        if c != '"' {
            text.push(c);
        } else if chars.next_if(|(_, next)| *next == '"').is_some() {
            text.push('"');
        } else {
            return Some((text, index + 1));
        }
    }
    None
}

/// Returns the position of each column in the file; `None` if the header is wrong.
fn read_header(header: &CsvLine, problems: &mut Vec<Problem>) -> Option<Vec<usize>> {
    let position = |column: &str| header.cells.iter().position(|(name, _)| name.to_lowercase() == column);
    let positions: Option<Vec<usize>> = STATED_COLUMNS.iter().map(|column| position(column)).collect();
    let positions = positions.filter(|_| header.cells.len() == STATED_COLUMNS.len());
    if positions.is_none() {
        let finding = Finding::StatedHeader { columns: STATED_COLUMNS.join(",") };
        problems.push(problem(header.range.clone(), finding, Hint::UseStatedForm));
    }
    positions
}

/// Reads the cells of one line.
struct RowReader<'a> {
    line: &'a CsvLine,
    columns: &'a [usize],
    problems: &'a mut Vec<Problem>,
}

impl<'a> RowReader<'a> {
    /// Returns a reader; `None` if the line has another number of cells than the header, or an unclosed quote.
    fn new(line: &'a CsvLine, columns: &'a [usize], problems: &'a mut Vec<Problem>) -> Option<Self> {
        if line.cells.iter().any(|(text, _)| text.starts_with('"')) {
            problems.push(problem(line.range.clone(), Finding::StatedQuotes, Hint::CountCells));
            return None;
        }
        let (found, wanted) = (line.cells.len(), columns.len());
        if found != wanted {
            problems.push(problem(line.range.clone(), Finding::StatedCells { found, wanted }, Hint::CountCells));
            return None;
        }
        Some(Self { line, columns, problems })
    }

    /// Reads the row; `None` if a cell has an error. All cells are read, so that every error is reported.
    fn read(&mut self, today: NaiveDate) -> Option<StatedRow> {
        let problem_count = self.problems.len();
        let date = self.date(today);
        let addressee = self.text(1, true, MAX_TITLE_CHARS);
        let title = self.text(2, true, MAX_TITLE_CHARS);
        let campaign = self.id(3);
        let topic = self.number(4, 999).and_then(|number| u16::try_from(number).ok());
        if topic == Some(0) {
            self.report(4, Finding::BadTopic { text: "0".to_owned() }, Hint::Write { example: "5".to_owned() });
        } else if topic.is_some() && campaign.is_empty() {
            let hint = Hint::Write { example: "giam-ngheo-2023".to_owned() };
            self.report(4, Finding::StatedTopicAlone, hint);
        }
        let language = self.language();
        let stated_ms = self.minutes();
        let airings = self.number(7, MAX_STATED_AIRINGS).unwrap_or(0);
        if self.problems.len() == problem_count && stated_ms == 0 && airings == 0 {
            self.report(6, Finding::StatedAmount, Hint::GiveAmount);
        }
        let link = self.link();
        let row = StatedRow { date: date?, addressee, title, campaign, topic, language, stated_ms, airings, link };
        (self.problems.len() == problem_count).then_some(row)
    }

    fn cell(&self, column: usize) -> &str {
        &self.line.cells[self.columns[column]].0
    }

    fn report(&mut self, column: usize, finding: Finding, hint: Hint) {
        let range = self.line.cells[self.columns[column]].1.clone();
        self.problems.push(problem(range, finding, hint));
    }

    /// Reads a text. A cell that a spreadsheet would take for a formula is an error.
    fn text(&mut self, column: usize, is_required: bool, max_chars: usize) -> String {
        let text = self.cell(column).to_owned();
        let name = STATED_COLUMNS[column].to_owned();
        if text.is_empty() {
            if is_required {
                self.report(column, Finding::EmptyText { key: name }, Hint::Remove);
            }
        } else if text.chars().count() > max_chars {
            self.report(column, Finding::LongText { key: name, limit: max_chars }, Hint::Shorten);
        } else if strip_unprintable(&text) != text {
            self.report(column, Finding::ControlInText { key: name }, Hint::Retype);
        } else if spreadsheet_cell(&text) != text {
            self.report(column, Finding::StatedFormula { column: name }, Hint::DropFormulaSign);
        }
        text
    }

    /// Reads a date: `2023-03-20` or `20/3/2023`.
    fn date(&mut self, today: NaiveDate) -> Option<NaiveDate> {
        let text = self.cell(0).to_owned();
        let parts: Vec<&str> = text.split('/').collect();
        let date = match parts[..] {
            [day, month, year] if year.len() == 4 && day.len() <= 2 && month.len() <= 2 => {
                parse_date(&format!("{year}-{month:0>2}-{day:0>2}"))
            }
            _ => parse_date(&text),
        };
        match date {
            None => self.report(0, Finding::BadDateText { text }, Hint::Write { example: "20/3/2023".to_owned() }),
            Some(date) if date > today => self.report(0, Finding::StatedFuture, Hint::CheckDate),
            Some(_) => {}
        }
        date
    }

    fn id(&mut self, column: usize) -> String {
        let text = self.cell(column).to_owned();
        if !text.is_empty() && Id::new(&text).is_none() {
            let hint = Hint::Write { example: "giam-ngheo-2023".to_owned() };
            self.report(column, Finding::BadId { id: text.clone() }, hint);
        }
        text
    }

    fn language(&mut self) -> String {
        let text = self.cell(5).to_owned();
        let is_code = (2..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase());
        if !text.is_empty() && !is_code {
            let hint = Hint::OneOf { values: "vi, cmo, rad, cma, hmn, tyz, nut, en".to_owned() };
            self.report(5, Finding::BadLanguage { text: text.clone() }, hint);
        }
        text
    }

    /// Reads a whole number from 0 to `max`; `None` for an empty cell or an error.
    fn number(&mut self, column: usize, max: u64) -> Option<u64> {
        let text = self.cell(column).to_owned();
        if text.is_empty() {
            return None;
        }
        let is_number = text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse::<u64>().ok().filter(|number| is_number && *number <= max);
        if number.is_none() {
            let finding = Finding::BadStatedNumber { column: STATED_COLUMNS[column].to_owned(), text, max };
            self.report(column, finding, Hint::Write { example: "2".to_owned() });
        }
        number
    }

    /// Reads `minutes`, with at most two decimals after a point or a comma, in milliseconds.
    fn minutes(&mut self) -> i64 {
        let text = self.cell(6).to_owned();
        if text.is_empty() {
            return 0;
        }
        let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((&text, "0"));
        let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let is_number = are_digits(whole) && are_digits(decimals) && whole.len() <= 6 && decimals.len() <= 2;
        let hundredths = is_number.then(|| format!("{whole}{decimals:0<2}").parse::<u64>().ok()).flatten();
        match hundredths.filter(|hundredths| *hundredths <= MAX_MINUTES * 100) {
            Some(hundredths) => i64::try_from(hundredths * 600).unwrap_or(0),
            None => {
                let finding = Finding::BadStatedNumber { column: "minutes".to_owned(), text, max: MAX_MINUTES };
                self.report(6, finding, Hint::Write { example: "12,5".to_owned() });
                0
            }
        }
    }

    fn link(&mut self) -> String {
        let problem_count = self.problems.len();
        let text = self.text(8, false, MAX_LINK_CHARS);
        let address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let is_address = address.is_some_and(|address| !address.is_empty() && !address.contains(char::is_whitespace));
        if self.problems.len() == problem_count && !text.is_empty() && !is_address {
            let hint = Hint::Write { example: "https://bao-mau.example/tin-1".to_owned() };
            self.report(8, Finding::BadLink { text: text.clone() }, hint);
        }
        text
    }
}
