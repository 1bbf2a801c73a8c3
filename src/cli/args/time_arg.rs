//! Times of day as people write them: `6:00`, `5g30`, `6 giờ 30`.
use std::str::FromStr;

use chrono::NaiveTime;

use super::calendar_error::CalendarArgError;
use crate::base::fold::fold;

/// The maximum length of the text of a time, in bytes.
const MAX_TIME_BYTES: usize = 64;

/// A time of day on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeArg(pub NaiveTime);

impl FromStr for TimeArg {
    type Err = CalendarArgError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = if text.len() <= MAX_TIME_BYTES { parse(&fold(text)) } else { None };
        time.map(Self).ok_or_else(|| CalendarArgError::time(text))
    }
}

/// Parses folded text: hours, minutes, seconds. After `h`, `g` or `giờ` the minutes are optional; after a colon they
/// are required. Seconds are possible only with colons.
fn parse(text: &str) -> Option<NaiveTime> {
    let text = text.trim_end_matches("phut").trim_end().replace("gio", "g");
    let (hours, rest, has_hour_word) = match text.split_once(['h', 'g']) {
        Some((hours, rest)) => (hours, rest, true),
        None => text.split_once(':').map(|(hours, rest)| (hours, rest, false))?,
    };
    let (minutes, seconds) = match rest.trim() {
        "" if has_hour_word => ("0", "0"),
        "ruoi" if has_hour_word => ("30", "0"),
        rest if has_hour_word => (rest, "0"),
        rest => rest.split_once(':').unwrap_or((rest, "0")),
    };
    NaiveTime::from_hms_opt(parse_digits(hours)?, parse_digits(minutes)?, parse_digits(seconds)?)
}

fn parse_digits(text: &str) -> Option<u32> {
    let text = text.trim();
    let is_valid = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_valid)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_parsed_as_people_write_them() {
        let cases = [
            ("6:00", "06:00:00"),
            ("06:00", "06:00:00"),
            ("06:00:05", "06:00:05"),
            ("6h", "06:00:00"),
            ("6h30", "06:30:00"),
            ("5g30", "05:30:00"),
            ("6 giờ 30", "06:30:00"),
            ("6 gio", "06:00:00"),
            ("17 giờ 5 phút", "17:05:00"),
            ("6 giờ rưỡi", "06:30:00"),
            ("17H05", "17:05:00"),
        ];
        for (text, expected) in cases {
            let time = text.parse::<TimeArg>().map(|arg| arg.0.format("%H:%M:%S").to_string());
            assert_eq!(time.ok().as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn text_that_is_not_a_time_is_refused() {
        for text in
            ["", "6", "24:00", "6:60", "25h", "6:", ":30", "h", "6h3x", "6:00:00:00", "-6:00", "sáng", "6h00:00", "600"]
        {
            let error = text.parse::<TimeArg>().expect_err("refuse the text");
            assert_eq!(error.text(), text);
        }
    }
}
