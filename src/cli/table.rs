//! Plain tables and lengths of time, for people.
use chrono::Datelike;

use crate::text::log::Table;
use crate::text::{Lang, Say};
pub use crate::text::{plain, steers};

/// Lines up columns with two spaces between; wide and combining letters count as they are shown.
#[must_use]
pub fn columns(rows: &[Vec<String>], right: &[usize]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..count).map(|c| rows.iter().filter_map(|r| r.get(c)).map(|s| width(s)).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (c, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[c] - width(cell));
            if c > 0 {
                line.push_str("  ");
            }
            if right.contains(&c) {
                line.push_str(&pad);
                line.push_str(cell);
            } else {
                line.push_str(cell);
                line.push_str(&pad);
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Columns that a text takes on a terminal: every letter of a title in NFC takes one, marks of their own none.
fn width(text: &str) -> usize {
    text.chars().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).count()
}

/// `5:07` or `1:05:07`; rounded to the second.
#[must_use]
pub fn clock_length(ms: i64) -> String {
    let s = (ms + 500) / 1000;
    if s >= 3600 {
        format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
    } else {
        format!("{}:{:02}", s / 60, s % 60)
    }
}

/// `12,3 s` in Vietnamese, `12.3 s` in English, for short lengths that tenths matter in.
#[must_use]
pub fn seconds_length(ms: i64, lang: Lang) -> String {
    let comma = if lang == Lang::Vi { ',' } else { '.' };
    let tenths = (ms + 50) / 100;
    format!("{}{comma}{} s", tenths / 10, tenths % 10)
}

/// `3 phút 5 giây`.
#[must_use]
pub fn spoken_length(seconds: i64, lang: Lang) -> String {
    let (d, h, m, s) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let words = if d > 0 {
        Table::Days { d, h }
    } else if h > 0 {
        Table::Hours { h, m }
    } else if m > 0 {
        Table::Minutes { m, s }
    } else {
        Table::Seconds { n: s }
    };
    words.say(lang).to_string()
}

/// A date as people write it.
pub(super) fn date(day: chrono::NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
        Lang::En => day.to_string(),
    }
}
