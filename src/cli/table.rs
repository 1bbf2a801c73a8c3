//! Plain tables and lengths of time, for people.
use chrono::Datelike;

use crate::text::log::TableText;
use crate::text::{Lang, Localize};

pub use crate::text::{is_invisible_or_bidi, strip_unprintable};

/// Lines up columns with two spaces between; wide and combining letters count as they are shown.
#[must_use]
pub fn align_columns(rows: &[Vec<String>], right: &[usize]) -> String {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..count).map(|c| rows.iter().filter_map(|r| r.get(c)).map(|s| display_width(s)).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (c, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[c] - display_width(cell));
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
fn display_width(text: &str) -> usize {
    text.chars().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).count()
}

/// `5:07` or `1:05:07`; rounded to the second.
#[must_use]
pub fn format_clock(ms: i64) -> String {
    let s = (ms + 500) / 1000;
    if s >= 3600 {
        format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
    } else {
        format!("{}:{:02}", s / 60, s % 60)
    }
}

/// `12,3 s` in Vietnamese, `12.3 s` in English, for short lengths that tenths matter in.
#[must_use]
pub fn format_seconds(ms: i64, lang: Lang) -> String {
    let comma = if lang == Lang::Vi { ',' } else { '.' };
    let tenths = (ms + 50) / 100;
    format!("{}{comma}{} s", tenths / 10, tenths % 10)
}

/// `3 phút 5 giây`.
#[must_use]
pub fn format_spoken(seconds: i64, lang: Lang) -> String {
    let (d, h, m, s) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let words = if d > 0 {
        TableText::Days { d, h }
    } else if h > 0 {
        TableText::Hours { h, m }
    } else if m > 0 {
        TableText::Minutes { m, s }
    } else {
        TableText::Seconds { n: s }
    };
    words.localized(lang).to_string()
}

/// A date as people write it.
pub(super) fn format_date(day: chrono::NaiveDate, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
        Lang::En => day.to_string(),
    }
}
