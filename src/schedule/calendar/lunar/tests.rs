use super::*;

#[test]
fn a_leap_first_month_has_no_eve_before_it() {
    let mut eves = 0;
    let first = NaiveDate::from_ymd_opt(2148, 1, 1).expect("a date");
    for date in first.iter_days().take(366) {
        let lunar = LunarYear::containing(date).and_then(|year| year.lunar_date(date)).expect("a lunar date");
        eves += u32::from(lunar.is_new_year_eve);
        assert!(!lunar.is_new_year_eve || lunar.month == 12, "{date}: {lunar:?}");
    }
    assert_eq!(eves, 1);
}

#[test]
fn tet_comes_when_the_vietnamese_calendar_says_so() {
    for tet in ["1985-01-21", "2007-02-17", "2023-01-22", "2030-02-02", "2053-02-18"] {
        let date: NaiveDate = tet.parse().expect("a date");
        let year = LunarYear::containing(date).expect("a year");
        let first = LunarDate { day: 1, month: 1, is_leap_month: false, is_new_year_eve: false };
        assert_eq!(year.lunar_date(date), Some(first), "{tet}");
        let eve = date.pred_opt().expect("a day");
        let eve = LunarYear::containing(eve).and_then(|year| year.lunar_date(eve)).expect("a lunar date");
        assert!(eve.is_new_year_eve && eve.month == 12 && eve.day >= 29, "{tet}: {eve:?}");
    }
}
