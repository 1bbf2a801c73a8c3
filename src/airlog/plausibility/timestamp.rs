//! A fast parser for the times of entries.
use std::ops::Range;

use chrono::{DateTime, NaiveDate};

use crate::base::instant::WallTime;

/// The range of valid times: the years 1 to 9999, in microseconds since 1970.
pub(super) const VALID_TIMES_US: Range<i64> = -62_135_596_800_000_000..253_402_300_800_000_000;

/// Parses a time in any RFC 3339 format. `None` if the text is not a time, or the time is outside [`VALID_TIMES_US`].
pub(super) fn parse_time(text: &str) -> Option<WallTime> {
    let us = match text.as_bytes().try_into().ok().and_then(parse_whole_second) {
        Some(wall) => wall.0,
        None => DateTime::parse_from_rfc3339(text).ok()?.timestamp_micros(),
    };
    VALID_TIMES_US.contains(&us).then_some(WallTime(us))
}

/// Parses a time of the form `2023-03-20T05:15:05+07:00`; `None` if the text is in another format, or if a field is out
/// of range.
fn parse_whole_second(text: &[u8; 25]) -> Option<WallTime> {
    let mut micros_text = *b"0000-00-00T00:00:00.000000+00:00";
    micros_text[..19].copy_from_slice(&text[..19]);
    micros_text[26..].copy_from_slice(&text[19..]);
    let field_maxima = [(11, b"23"), (14, b"59"), (17, b"59"), (27, b"23"), (30, b"59")];
    let is_in_range = field_maxima.iter().all(|(from, max)| micros_text[*from..*from + 2] <= max[..]);
    is_in_range.then(|| parse_station_time(&micros_text))?
}

/// Parses a time of the form `2023-03-20T05:15:05.000000+07:00`, faster than a general parser. Only the range of the
/// date is checked, not the ranges of the other fields.
pub(super) fn parse_station_time(text: &[u8; 32]) -> Option<WallTime> {
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.'), (29, b':')];
    if separators.iter().any(|(offset, byte)| text[*offset] != *byte) {
        return None;
    }
    let parse_number = |from: usize, until: usize| {
        text[from..until].iter().try_fold(0_i64, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0')))
    };
    let parse_u32 = |from, until| parse_number(from, until).and_then(|n| u32::try_from(n).ok());
    let date = NaiveDate::from_ymd_opt(i32::try_from(parse_number(0, 4)?).ok()?, parse_u32(5, 7)?, parse_u32(8, 10)?)?;
    let seconds = parse_number(11, 13)? * 3600 + parse_number(14, 16)? * 60 + parse_number(17, 19)?;
    let offset = (parse_number(27, 29)? * 3600 + parse_number(30, 32)? * 60)
        * match text[26] {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
    let days = i64::from(date.to_epoch_days());
    Some(WallTime((days * 86_400 + seconds - offset) * 1_000_000 + parse_number(20, 26)?))
}
