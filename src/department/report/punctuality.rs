//! How punctual the airings were, in words.
use super::Report;
use super::figures::{format_late_ms, format_whole_number};
use crate::text::question::QuestionText;
use crate::text::{Lang, Localize};

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 3600;

/// Returns the sentence about the lateness of what was aired; `None` if nothing was.
pub(super) fn punctuality_sentence(report: &Report, lang: Lang) -> Option<String> {
    let lateness = &report.total.lateness;
    let delay = |ms| format_delay(ms, lang);
    let (half, most) = (delay(lateness.percentile_ms(50)?), delay(lateness.percentile_ms(95)?));
    Some(QuestionText::PunctualityLine { half, most, max: delay(lateness.max_ms()?) }.to_plain(lang))
}

/// Formats a delay of at most `ms` milliseconds, rounded up, so that "at most" stays true. An early start is no delay.
fn format_delay(ms: i64, lang: Lang) -> String {
    let ms = ms.max(0);
    let number = |value: i64| format_whole_number(value, lang);
    let seconds = ms.saturating_add(999) / 1000;
    let text = if ms == 0 {
        QuestionText::Seconds { seconds: number(0) }
    } else if ms < MINUTE_S * 1000 {
        QuestionText::Seconds { seconds: format_late_ms(ms.saturating_add(99) / 100 * 100, lang) }
    } else if seconds < HOUR_S {
        QuestionText::MinutesSeconds { minutes: number(seconds / MINUTE_S), seconds: number(seconds % MINUTE_S) }
    } else {
        let minutes = seconds.saturating_add(MINUTE_S - 1) / MINUTE_S;
        QuestionText::HoursMinutes { hours: number(minutes / 60), minutes: number(minutes % 60) }
    };
    text.to_plain(lang)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delay_is_rounded_up() {
        let delays = [-40, 0, 2, 200, 201, 59_950, 60_001, 3_599_500, 7_260_000];
        let words = delays.map(|ms| format_delay(ms, Lang::Vi));
        let expected = [
            "0 giây",
            "0 giây",
            "0,1 giây",
            "0,2 giây",
            "0,3 giây",
            "60,0 giây",
            "1 phút 1 giây",
            "1 giờ 0 phút",
            "2 giờ 1 phút",
        ];
        assert_eq!(words, expected);
    }
}
