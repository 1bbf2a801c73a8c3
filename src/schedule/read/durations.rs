//! Reads durations: `"90s"`, `"5m"`, `"1h30m"`.
use super::fields::TableReader;
use crate::base::instant::SECOND_US;
use crate::schedule::finding::Finding;
use crate::text::problem::Hint;

/// Reads a duration from `min_s` to `max_s` seconds. Returns microseconds.
pub fn read_duration(fields: &mut TableReader<'_, '_>, key: &'static str, min_s: i64, max_s: i64) -> Option<i64> {
    let sample = if max_s > 600 { "30m" } else { "2s" };
    let example = format!("{key} = \"{sample}\"");
    let (text, span) = fields.take_text(key, &example)?;
    let seconds = parse_seconds(text.trim()).filter(|s| (min_s..=max_s).contains(s));
    if seconds.is_none() {
        let (min, max) = (format_seconds(min_s), format_seconds(max_s));
        let finding = Finding::BadDuration { text, min, max };
        fields.report_structural_problem(span, finding, Hint::Write { example });
    }
    seconds.map(|s| s * SECOND_US)
}

/// Reads a number of days, as in `"35d"`, from 1 to `max_days`.
pub fn read_days(fields: &mut TableReader<'_, '_>, key: &'static str, max_days: i64) -> Option<i64> {
    let example = format!("{key} = \"35d\"");
    let (text, span) = fields.take_text(key, &example)?;
    let digits = text.trim().strip_suffix('d').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let days = digits.and_then(|digits| digits.parse().ok()).filter(|days| (1..=max_days).contains(days));
    if days.is_none() {
        let finding = Finding::BadDuration { text, min: "1d".to_owned(), max: format!("{max_days}d") };
        fields.report_structural_problem(span, finding, Hint::Write { example });
    }
    days
}

/// Parses a duration into seconds: hours, minutes, seconds, in this order, each at most once.
#[must_use]
pub fn parse_seconds(text: &str) -> Option<i64> {
    let mut remainder = text;
    let mut total_s = 0_i64;
    for (unit, unit_seconds) in [('h', 3600), ('m', 60), ('s', 1)] {
        if let Some((number, remainder_after_unit)) = remainder.split_once(unit) {
            let is_number = (1..=6).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
            total_s += number.parse::<i64>().ok().filter(|_| is_number)? * unit_seconds;
            remainder = remainder_after_unit;
        }
    }
    (remainder.is_empty() && !text.is_empty()).then_some(total_s)
}

/// Formats seconds in the notation for durations in a playlist.
#[must_use]
pub fn format_seconds(seconds: i64) -> String {
    match seconds {
        s if s > 0 && s % 3600 == 0 => format!("{}h", s / 3600),
        s if s > 0 && s % 60 == 0 => format!("{}m", s / 60),
        s => format!("{s}s"),
    }
}
