//! Formats tables, dates and durations as text for people.
use crate::text::log::TableText;
use crate::text::{Lang, Localize, TextArg};

pub use crate::text::{is_invisible_or_bidi, strip_unprintable};

/// Aligns the cells in columns, with two spaces between them. `right_aligned` holds the indices of the
/// columns whose cells are aligned right.
#[must_use]
pub fn align_columns(rows: &[Vec<String>], right_aligned: &[usize]) -> String {
    let column_count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..column_count)
        .map(|c| rows.iter().filter_map(|r| r.get(c)).map(|s| display_width(s)).max().unwrap_or(0))
        .collect();
    let mut table = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let padding = " ".repeat(widths[column] - display_width(cell));
            if column > 0 {
                line.push_str("  ");
            }
            if right_aligned.contains(&column) {
                line.push_str(&padding);
                line.push_str(cell);
            } else {
                line.push_str(cell);
                line.push_str(&padding);
            }
        }
        table.push_str(line.trim_end());
        table.push('\n');
    }
    table
}

/// Splits headings at words into lines of at most `max_width` characters, or one word, and returns the lines as rows of a
/// table.
#[must_use]
pub fn wrap_headings(headings: &[String], max_width: usize) -> Vec<Vec<String>> {
    let mut columns = Vec::new();
    for heading in headings {
        let mut lines: Vec<String> = Vec::new();
        for word in heading.split(' ') {
            match lines.last_mut() {
                Some(line) if display_width(line) + 1 + display_width(word) <= max_width => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(word.to_owned()),
            }
        }
        columns.push(lines);
    }
    let row_count = columns.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |lines: &Vec<String>, row: usize| lines.get(row).cloned().unwrap_or_default();
    (0..row_count).map(|row| columns.iter().map(|lines| cell(lines, row)).collect()).collect()
}

/// Returns the width of text on a terminal: one column for each character except combining marks, which take none.
#[must_use]
pub fn display_width(text: &str) -> usize {
    text.chars().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).count()
}

/// Formats a duration in milliseconds as `5:07` or `1:05:07`, rounded to the second.
#[must_use]
pub fn format_hms(ms: i64) -> String {
    let s = (ms + 500) / 1000;
    if s >= 3600 {
        format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
    } else {
        format!("{}:{:02}", s / 60, s % 60)
    }
}

/// Formats a duration in milliseconds as `12,3 s` in Vietnamese or `12.3 s` in English, rounded to a tenth of a second.
#[must_use]
pub fn format_seconds(ms: i64, lang: Lang) -> String {
    let decimal_mark = if lang == Lang::Vi { ',' } else { '.' };
    let tenths = (ms + 50) / 100;
    format!("{}{decimal_mark}{} s", tenths / 10, tenths % 10)
}

/// Formats a duration in words, in its two largest units: `3 phút 5 giây`, or `30 phút` if the smaller one is 0.
#[must_use]
pub fn format_in_words(seconds: i64, lang: Lang) -> String {
    let (d, h, m, s) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let text = match (d, h, m, s) {
        (1.., 0, ..) => TableText::WholeDays { d },
        (1.., ..) => TableText::Days { d, h },
        (_, 1.., 0, _) => TableText::WholeHours { h },
        (_, 1.., ..) => TableText::Hours { h, m },
        (.., 1.., 0) => TableText::WholeMinutes { m },
        (.., 1.., _) => TableText::Minutes { m, s },
        _ => TableText::Seconds { n: s },
    };
    text.localized(lang).to_string()
}

/// Formats a date for people.
pub(super) fn format_date(day: chrono::NaiveDate, lang: Lang) -> String {
    day.in_language(lang)
}
