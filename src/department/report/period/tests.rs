use chrono::NaiveDate;

use super::*;

fn date(text: &str) -> NaiveDate {
    text.parse().expect("the date is valid")
}

fn range(from: &str, until: &str) -> DateRange {
    DateRange { from: date(from), until: date(until) }
}

#[test]
fn periods_end_on_the_14th() {
    assert_eq!(Period::Month.containing(date("2023-03-14")), Some(range("2023-02-15", "2023-03-14")));
    assert_eq!(Period::Month.containing(date("2023-03-15")), Some(range("2023-03-15", "2023-04-14")));
    assert_eq!(Period::Month.containing(date("2023-12-31")), Some(range("2023-12-15", "2024-01-14")));
    assert_eq!(Period::Quarter.containing(date("2023-03-20")), Some(range("2023-03-15", "2023-06-14")));
    assert_eq!(Period::Quarter.containing(date("2023-01-02")), Some(range("2022-12-15", "2023-03-14")));
    assert_eq!(Period::Half.containing(date("2023-06-14")), Some(range("2022-12-15", "2023-06-14")));
    assert_eq!(Period::Half.containing(date("2023-06-15")), Some(range("2023-06-15", "2023-12-14")));
    assert_eq!(Period::Year.containing(date("2023-12-14")), Some(range("2022-12-15", "2023-12-14")));
    assert_eq!(Period::Year.containing(date("2023-12-15")), Some(range("2023-12-15", "2024-12-14")));
    assert_eq!(Period::Month.latest_ended(date("2023-11-23")), Some(range("2023-10-15", "2023-11-14")));
}

#[test]
fn split_puts_every_day_into_one_part() {
    let whole_range = range("2023-01-01", "2024-02-29");
    for period in [Period::Month, Period::Quarter, Period::Half, Period::Year] {
        let parts = period.split(whole_range);
        assert_eq!(parts.iter().map(DateRange::days).sum::<i64>(), whole_range.days());
        assert!(parts.windows(2).all(|pair| pair[0].until.succ_opt() == Some(pair[1].from)), "{parts:?}");
        assert!(parts.iter().all(|part| period.containing(part.from) == period.containing(part.until)));
    }
}

#[test]
fn ranges_move_back_by_their_length_or_a_year_and_consecutive_days_are_joined() {
    assert_eq!(range("2023-03-01", "2023-03-31").just_before(), Some(range("2023-01-29", "2023-02-28")));
    assert_eq!(range("2024-02-29", "2024-03-31").year_before(), Some(range("2023-02-28", "2023-03-31")));
    let days = ["2023-01-01", "2023-01-02", "2023-01-05"].map(date);
    assert_eq!(DateRange::from_days(days), [range("2023-01-01", "2023-01-02"), range("2023-01-05", "2023-01-05")]);
}
