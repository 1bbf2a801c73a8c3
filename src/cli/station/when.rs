//! Formats instants as people say them: `17:00 hôm nay`.
use chrono::{DateTime, FixedOffset, Timelike};

use crate::cli::table::{format_date, format_in_words, strip_unprintable};
use crate::text::run::{RunText, WhenText};
use crate::text::{Lang, Localize};

/// Formats an RFC 3339 instant from the daemon for people. Other text is returned without unprintable characters.
pub(super) fn format_instant(rfc3339: &str, lang: Lang) -> String {
    let Ok(at) = rfc3339.parse::<DateTime<FixedOffset>>() else {
        return strip_unprintable(rfc3339);
    };
    let date = format_date(at.date_naive(), lang);
    RunText::Moment { time: at.format("%H:%M:%S").to_string(), date }.localized(lang).to_string()
}

/// Formats an instant relative to `now`: `17:00 today`, `05:15 tomorrow`, or with its date. Seconds are omitted if
/// they are 0. Text that is not an instant is returned without unprintable characters.
pub(super) fn format_when(rfc3339: &str, now: &str, lang: Lang) -> String {
    let Ok(at) = rfc3339.parse::<DateTime<FixedOffset>>() else {
        return strip_unprintable(rfc3339);
    };
    let time = at.format(if at.second() == 0 { "%H:%M" } else { "%H:%M:%S" }).to_string();
    let days = now.parse::<DateTime<FixedOffset>>().ok().map(|now| (at.date_naive() - now.date_naive()).num_days());
    let text = match days {
        Some(0) => WhenText::Today { time },
        Some(1) => WhenText::Tomorrow { time },
        _ => WhenText::On { time, date: at.date_naive() },
    };
    text.localized(lang).to_string()
}

/// Formats the time from `now` to an instant in words; empty if the instant is not in the future.
pub(super) fn format_wait(rfc3339: &str, now: &str, lang: Lang) -> String {
    let seconds = match (rfc3339.parse::<DateTime<FixedOffset>>(), now.parse::<DateTime<FixedOffset>>()) {
        (Ok(at), Ok(now)) => (at - now).num_seconds(),
        _ => 0,
    };
    match seconds {
        ..=0 => String::new(),
        seconds => WhenText::Wait { time: format_in_words(seconds, lang) }.localized(lang).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_described_relative_to_now() {
        let now = "2026-11-29T16:36:00.000000+07:00";
        let when = |at: &str, lang| format_when(at, now, lang);
        assert_eq!(when("2026-11-29T18:30:00.000000+07:00", Lang::Vi), "18:30 hôm nay");
        assert_eq!(when("2026-11-30T05:15:20.000000+07:00", Lang::Vi), "05:15:20 ngày mai");
        assert_eq!(when("2026-12-01T05:15:00.000000+07:00", Lang::Vi), "05:15 ngày 01/12/2026");
        assert_eq!(when("2026-11-29T18:30:00.000000+07:00", Lang::En), "18:30 today");
        assert_eq!(when("\u{1b}[2J", Lang::En), "[2J");
        assert_eq!(format_wait("2026-11-29T18:30:00+07:00", now, Lang::Vi), " (còn 1 giờ 54 phút)");
        assert_eq!(format_wait("2026-11-29T16:30:00+07:00", now, Lang::Vi), "");
    }
}
