//! Which period is closed, and which closed period an argument means.
use chrono::NaiveDate;
use chrono_tz::Tz;

use super::CloseArgs;
use crate::cli::args::{DateArg, YearChoice};
use crate::cli::department::dates::{dates_in_arguments, parse_range};
use crate::cli::table::strip_unprintable;
use crate::cli::today::today_in;
use crate::department::closing::RecordedClosing;
use crate::department::report::period::{DateRange, Period};
use crate::text::closing::ClosingText;

/// The maximum number of days that a closed period has.
const MAX_CLOSED_DAYS: i64 = 3660;

/// Returns today's date in Vietnam.
pub(super) fn today() -> NaiveDate {
    today_in(Tz::Asia__Ho_Chi_Minh)
}

/// Returns the dates to close; `None` if the arguments name none. Nothing is closed by default.
pub(super) fn dates_to_close(args: &CloseArgs, today: NaiveDate) -> Option<DateRange> {
    if args.period.is_none() && (args.from.is_none() || args.until.is_none()) {
        return None;
    }
    let range = dates_in_arguments(args.from, args.until, args.period, today)??;
    (1..=MAX_CLOSED_DAYS).contains(&range.days()).then_some(range)
}

/// Returns the period by which the table by period splits the dates.
pub(super) fn splitting_period(args: &CloseArgs) -> Period {
    args.period.unwrap_or(Period::Month)
}

/// Returns the closing that an argument means: `FROM..UNTIL`, a day in it, or the last one for an empty text.
pub(super) fn closing_named<'a>(
    closings: &'a [RecordedClosing],
    text: &str,
    today: NaiveDate,
) -> Result<&'a RecordedClosing, ClosingText> {
    let Some(last) = closings.last() else { return Err(ClosingText::NoClosing {}) };
    if text.trim().is_empty() {
        return Ok(last);
    }
    let names = |closings: &[&RecordedClosing]| {
        closings.iter().map(|closing| closing.range.to_string()).collect::<Vec<_>>().join(", ")
    };
    let period = strip_unprintable(text);
    let is_named = |closing: &&RecordedClosing| match text.split_once("..") {
        Some(_) => parse_range(text, today) == Some(closing.range),
        None => text.parse::<DateArg>().is_ok_and(|day| closing.range.contains(day.resolve(today, YearChoice::Past))),
    };
    let named: Vec<&RecordedClosing> = closings.iter().filter(is_named).collect();
    match named[..] {
        [closing] => Ok(closing),
        [] => Err(ClosingText::NoSuchClosing { period, known: names(&closings.iter().collect::<Vec<_>>()) }),
        _ => Err(ClosingText::ManyClosings { period, known: names(&named) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::department::journal::period_closing::PeriodClosing;

    fn closing(from: &str, until: &str) -> RecordedClosing {
        let parse = |text: &str| text.parse().expect("parse the date");
        let closing = PeriodClosing {
            from: from.to_owned(),
            until: until.to_owned(),
            made_by: "chuyên viên".to_owned(),
            checked_by: "trưởng phòng".to_owned(),
            program: String::new(),
            files: Vec::new(),
        };
        let range = DateRange { from: parse(from), until: parse(until) };
        let (addenda, repeated_by) = (Vec::new(), Vec::new());
        RecordedClosing { seq: 1, at: String::new(), range, closing, addenda, repeated_by }
    }

    #[test]
    fn a_closed_period_is_named_by_its_dates_or_by_a_day_that_only_it_contains() {
        let today = "2023-12-01".parse().expect("parse the date");
        let closings = [
            closing("2023-02-15", "2023-03-14"),
            closing("2023-03-15", "2023-06-14"),
            closing("2023-03-15", "2023-04-14"),
        ];
        let named = |text: &str| closing_named(&closings, text, today).map(|closing| closing.range.to_string());
        assert_eq!(named("2023-03-15..2023-06-14").as_deref(), Ok("2023-03-15..2023-06-14"));
        assert_eq!(named("15/3/2023..14/4/2023").as_deref(), Ok("2023-03-15..2023-04-14"));
        assert_eq!(named("20/5").as_deref(), Ok("2023-03-15..2023-06-14"));
        assert_eq!(named("").as_deref(), Ok("2023-03-15..2023-04-14"), "the one that was closed last");
        assert!(matches!(named("20/3/2023"), Err(ClosingText::ManyClosings { .. })));
        for text in ["2023-03-15..2023-03-14", "../..", "2023-03-15", "1/1/2022", "x"] {
            let is_refused = named(text).is_err();
            assert!(is_refused, "{text}");
        }
        assert_eq!(closing_named(&[], "", today).map(|_| ()), Err(ClosingText::NoClosing {}));
    }
}
