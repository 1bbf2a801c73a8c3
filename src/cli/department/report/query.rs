//! Makes the query of a report (its dates and groups) from the arguments.
use chrono::NaiveDate;
use chrono_tz::Tz;

use super::args::{ReportArgs, ReportFormat};
use crate::cli::department::dates::{dates_in_arguments, parse_range};
use crate::cli::today::today_in;
use crate::department::report::GroupBy;
use crate::department::report::period::{DateRange, Period};
use crate::department::report::question::Question;
use crate::department::report::tally::ReportQuery;

/// The maximum number of days that a report covers.
const MAX_REPORT_DAYS: i64 = 3660;

/// Returns today's date in Vietnam.
pub(super) fn today() -> NaiveDate {
    today_in(Tz::Asia__Ho_Chi_Minh)
}

/// Returns the query, without the campaign; `None` if a date cannot be read, or a range is empty or too long.
pub(super) fn report_query(args: &ReportArgs, today: NaiveDate) -> Option<ReportQuery> {
    let named_range = dates_in_arguments(args.from, args.until, args.period, today);
    let range = named_range.unwrap_or_else(|| Period::Month.latest_ended(today))?;
    let is_range_from_period = args.from.is_none() || args.until.is_none();
    // Growth is growth from something.
    let growth_default = (args.question() == Some(Question::Growth)).then_some("previous");
    let earlier_range = match args.compare.as_deref().or(growth_default) {
        None => None,
        Some("previous") => match args.period.filter(|_| is_range_from_period) {
            Some(period) => Some(period.containing(range.from.pred_opt()?)?),
            None => Some(range.just_before()?),
        },
        Some("year") => Some(range.year_before()?),
        Some(dates) => Some(parse_range(dates, today)?),
    };
    let has_allowed_length = |range: &DateRange| (1..=MAX_REPORT_DAYS).contains(&range.days());
    if !has_allowed_length(&range) || !earlier_range.iter().all(has_allowed_length) {
        return None;
    }
    // The table by period needs a period even if both dates are given.
    let by_period = args.group_by() == Some(GroupBy::Period);
    let period = args.period.filter(|_| !is_range_from_period || by_period).or(by_period.then_some(Period::Month));
    let mut groupings: Vec<GroupBy> = args.group_by().into_iter().filter(|by| !by.is_cross()).collect();
    // A spreadsheet has room for a sheet with the days.
    if args.by.is_none() && args.report_format() == ReportFormat::Xlsx {
        groupings.push(GroupBy::Day);
    }
    let question = args.question();
    Some(ReportQuery {
        range,
        earlier_range,
        groupings,
        period,
        campaign: None,
        question,
        // Only the page for the screen shows them.
        lists_days: args.report_format() == ReportFormat::Html,
        made_on: today,
    })
}

#[cfg(test)]
mod tests {
    use super::super::args::RowsBy;
    use super::*;

    fn report_args(from: &str, until: &str, period: Option<Period>, compare: Option<&str>) -> ReportArgs {
        ReportArgs {
            store: std::path::PathBuf::new(),
            from: from.parse().ok(),
            until: until.parse().ok(),
            period,
            compare: compare.map(str::to_owned),
            campaign: None,
            by: None,
            all_airings: false,
            format: None,
            output: None,
        }
    }

    fn query_dates(args: &ReportArgs) -> Option<(String, Option<String>)> {
        let today = "2023-11-23".parse().expect("parse the date");
        report_query(args, today)
            .map(|query| (query.range.to_string(), query.earlier_range.map(|range| range.to_string())))
    }

    #[test]
    fn arguments_select_the_ranges_of_the_report() {
        let ranges = |range: &str, earlier: Option<&str>| Some((range.to_owned(), earlier.map(str::to_owned)));
        assert_eq!(query_dates(&report_args("", "", None, None)), ranges("2023-10-15..2023-11-14", None));
        assert_eq!(
            query_dates(&report_args("2023-03-20", "", Some(Period::Quarter), Some("previous"))),
            ranges("2023-03-15..2023-06-14", Some("2022-12-15..2023-03-14"))
        );
        assert_eq!(
            query_dates(&report_args("2023-03-01", "2023-03-31", None, Some("previous"))),
            ranges("2023-03-01..2023-03-31", Some("2023-01-29..2023-02-28"))
        );
        assert_eq!(
            query_dates(&report_args("2023-03-01", "2023-03-31", None, Some("2022-03-01..2022-03-31"))),
            ranges("2023-03-01..2023-03-31", Some("2022-03-01..2022-03-31"))
        );
        assert_eq!(
            query_dates(&report_args("", "", Some(Period::Week), Some("previous"))),
            ranges("2023-11-13..2023-11-19", Some("2023-11-06..2023-11-12")),
            "the last whole week"
        );
        let growth = ReportArgs {
            by: Some(RowsBy::Question(Question::Growth)),
            ..report_args("2023-03-01", "", Some(Period::Week), None)
        };
        assert_eq!(query_dates(&growth), ranges("2023-02-27..2023-03-05", Some("2023-02-20..2023-02-26")));
        assert_eq!(query_dates(&report_args("2023-04-01", "2023-03-31", None, None)), None);
        assert_eq!(query_dates(&report_args("2003-04-01", "2023-03-31", None, None)), None);
        assert_eq!(query_dates(&report_args("2023-03-01", "2023-03-31", None, Some("rubbish"))), None);
    }

    #[test]
    fn the_extension_of_the_output_file_selects_the_format() {
        let args = |format, output: Option<&str>| ReportArgs {
            format,
            output: output.map(std::path::PathBuf::from),
            ..report_args("", "", None, None)
        };
        assert_eq!(args(None, Some("b.pdf")).report_format(), ReportFormat::Pdf);
        assert_eq!(args(None, Some("b.XLSX")).report_format(), ReportFormat::Xlsx);
        assert_eq!(args(Some(ReportFormat::Csv), Some("b.pdf")).report_format(), ReportFormat::Csv);
        assert_eq!(args(None, Some("b.doc")).report_format(), ReportFormat::Text);
        assert_eq!(args(None, None).report_format(), ReportFormat::Text);
    }
}
