use super::*;

#[test]
fn the_day_before_a_leap_first_month_is_not_new_years_eve() {
    let mut eve_count = 0;
    let first_day = NaiveDate::from_ymd_opt(2148, 1, 1).expect("the date exists");
    for date in first_day.iter_days().take(366) {
        let lunar = LunarYear::containing(date).and_then(|year| year.lunar_date(date)).expect("the lunar date exists");
        eve_count += u32::from(lunar.is_new_year_eve);
        assert!(!lunar.is_new_year_eve || lunar.month == 12, "{date}: {lunar:?}");
    }
    assert_eq!(eve_count, 1);
}

#[test]
fn tet_falls_on_the_dates_of_the_vietnamese_calendar() {
    for tet_date in ["1985-01-21", "2007-02-17", "2023-01-22", "2030-02-02", "2053-02-18"] {
        let date: NaiveDate = tet_date.parse().expect("the date exists");
        let year = LunarYear::containing(date).expect("the lunar year exists");
        let new_year_day = LunarDate { day: 1, month: 1, is_leap_month: false, is_new_year_eve: false };
        assert_eq!(year.lunar_date(date), Some(new_year_day), "{tet_date}");
        let eve_date = date.pred_opt().expect("the day exists");
        let eve =
            LunarYear::containing(eve_date).and_then(|year| year.lunar_date(eve_date)).expect("the lunar date exists");
        assert!(eve.is_new_year_eve && eve.month == 12 && eve.day >= 29, "{tet_date}: {eve:?}");
    }
}
