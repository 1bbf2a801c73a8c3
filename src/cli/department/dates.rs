//! The dates that `--from`, `--until` and `--period` name, for reports, closings and bundles.
use chrono::NaiveDate;

use crate::cli::args::{DateArg, YearChoice};
use crate::department::report::period::{DateRange, Period};

/// Returns the dates that the arguments name, which can be no range. `None` if there are no dates in them.
#[must_use]
pub fn dates_in_arguments(
    from: Option<DateArg>,
    until: Option<DateArg>,
    period: Option<Period>,
    today: NaiveDate,
) -> Option<Option<DateRange>> {
    let from = from.map(|date| date.resolve(today, YearChoice::Past));
    let until = until.map(|date| date.resolve(today, from.map_or(YearChoice::Past, YearChoice::Since)));
    Some(match (from, until, period) {
        (None, None, None) => return None,
        (Some(from), Some(until), _) => Some(DateRange { from, until }),
        (Some(day), None, Some(period)) | (None, Some(day), Some(period)) => period.containing(day),
        (None, None, Some(period)) => period.latest_ended(today),
        (Some(from), None, None) => Some(DateRange { from, until: today }),
        (None, Some(until), None) => Period::Month.containing(until).map(|month| DateRange { from: month.from, until }),
    })
}

/// Returns the range of a text like `20/3/2023..31/3/2023`.
#[must_use]
pub fn parse_range(text: &str, today: NaiveDate) -> Option<DateRange> {
    let (from, until) = text.split_once("..")?;
    let from = from.parse::<DateArg>().ok()?.resolve(today, YearChoice::Past);
    Some(DateRange { from, until: until.parse::<DateArg>().ok()?.resolve(today, YearChoice::Since(from)) })
}
