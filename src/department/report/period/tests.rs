use chrono::NaiveDate;

use super::*;

fn d(text: &str) -> NaiveDate {
    text.parse().expect("a test's own date")
}

fn r(from: &str, until: &str) -> DateRange {
    DateRange { from: d(from), until: d(until) }
}

#[test]
fn periods_end_on_the_14th() {
    assert_eq!(Period::Month.containing(d("2023-03-14")), Some(r("2023-02-15", "2023-03-14")));
    assert_eq!(Period::Month.containing(d("2023-03-15")), Some(r("2023-03-15", "2023-04-14")));
    assert_eq!(Period::Month.containing(d("2023-12-31")), Some(r("2023-12-15", "2024-01-14")));
    assert_eq!(Period::Quarter.containing(d("2023-03-20")), Some(r("2023-03-15", "2023-06-14")));
    assert_eq!(Period::Quarter.containing(d("2023-01-02")), Some(r("2022-12-15", "2023-03-14")));
    assert_eq!(Period::Half.containing(d("2023-06-14")), Some(r("2022-12-15", "2023-06-14")));
    assert_eq!(Period::Half.containing(d("2023-06-15")), Some(r("2023-06-15", "2023-12-14")));
    assert_eq!(Period::Year.containing(d("2023-12-14")), Some(r("2022-12-15", "2023-12-14")));
    assert_eq!(Period::Year.containing(d("2023-12-15")), Some(r("2023-12-15", "2024-12-14")));
    assert_eq!(Period::Month.latest_ended(d("2023-11-23")), Some(r("2023-10-15", "2023-11-14")));
}

#[test]
fn every_day_is_in_one_piece() {
    let range = r("2023-01-01", "2024-02-29");
    for period in [Period::Month, Period::Quarter, Period::Half, Period::Year] {
        let pieces = period.split(range);
        assert_eq!(pieces.iter().map(DateRange::days).sum::<i64>(), range.days());
        assert!(pieces.windows(2).all(|two| two[0].until.succ_opt() == Some(two[1].from)), "{pieces:?}");
        assert!(pieces.iter().all(|piece| period.containing(piece.from) == period.containing(piece.until)));
    }
}

#[test]
fn earlier_ranges_are_as_long() {
    assert_eq!(r("2023-03-01", "2023-03-31").just_before(), Some(r("2023-01-29", "2023-02-28")));
    assert_eq!(r("2024-02-29", "2024-03-31").year_before(), Some(r("2023-02-28", "2023-03-31")));
    let days = ["2023-01-01", "2023-01-02", "2023-01-05"].map(d);
    assert_eq!(DateRange::from_days(days), [r("2023-01-01", "2023-01-02"), r("2023-01-05", "2023-01-05")]);
}
