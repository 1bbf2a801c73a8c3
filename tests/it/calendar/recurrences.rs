//! The dates that follow from recurrence rules, holidays and lunar days.
use super::*;

/// One recurrence rule in loa's notation and in iCalendar's.
#[derive(Debug, Clone)]
struct EquivalentRules {
    loa: String,
    icalendar: String,
}

fn equivalent_rules() -> impl Strategy<Value = EquivalentRules> {
    let weekly =
        (proptest::sample::subsequence((0..7).collect::<Vec<usize>>(), 1..=7), 1_u16..5).prop_map(|(days, n)| {
            let loa: Vec<_> = days.iter().map(|d| format!("\"{}\"", WEEKDAYS[*d].0)).collect();
            let icalendar: Vec<_> = days.iter().map(|d| WEEKDAYS[*d].1).collect();
            EquivalentRules {
                loa: format!("days = [{}]\nevery-weeks = {n}", loa.join(", ")),
                icalendar: format!("FREQ=WEEKLY;INTERVAL={n};WKST=MO;BYDAY={}", icalendar.join(",")),
            }
        });
    let month_day = (1_u8..=31).prop_map(|d| EquivalentRules {
        loa: format!("monthly = \"{d}\""),
        icalendar: format!("FREQ=MONTHLY;BYMONTHDAY={d}"),
    });
    let nth_weekday = (1_u8..=5, 0_usize..7).prop_map(|(n, d)| EquivalentRules {
        loa: format!("monthly = [\"{n} {}\"]", WEEKDAYS[d].0),
        icalendar: format!("FREQ=MONTHLY;BYDAY={n}{}", WEEKDAYS[d].1),
    });
    let last_weekday = (0_usize..7).prop_map(|d| EquivalentRules {
        loa: format!("monthly = \"last {}\"", WEEKDAYS[d].0),
        icalendar: format!("FREQ=MONTHLY;BYDAY=-1{}", WEEKDAYS[d].1),
    });
    let last_day = Just(EquivalentRules {
        loa: "monthly = \"last day\"".to_owned(),
        icalendar: "FREQ=MONTHLY;BYMONTHDAY=-1".to_owned(),
    });
    let daily = Just(EquivalentRules { loa: "days = \"daily\"".to_owned(), icalendar: "FREQ=DAILY".to_owned() });
    prop_oneof![4 => weekly, 2 => month_day, 2 => nth_weekday, 1 => last_weekday, 1 => last_day, 1 => daily]
}

#[test]
fn a_recurrence_rule_gives_the_same_dates_as_icalendar() {
    let strategy = (equivalent_rules(), 0_i64..1500, 1_i64..1096);
    // Every day of three years is compared, including days outside the rule's bounds.
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let result = runner.run(&strategy, |(rules, offset, length)| {
        let first = date("2022-01-01") + TimeDelta::days(offset);
        let last = first + TimeDelta::days(length);
        let loa_dates =
            dates(&format!("{}\nfrom = {first}\nuntil = {last}", rules.loa), first - TimeDelta::days(9), 1120);
        let text = format!(
            "DTSTART:{}T060000Z\nRRULE:{};UNTIL={}T235959Z",
            first.format("%Y%m%d"),
            rules.icalendar,
            last.format("%Y%m%d")
        );
        let set: rrule::RRuleSet = text.parse().expect("parse the rule");
        let icalendar_dates: Vec<NaiveDate> = set.all(2000).dates.into_iter().map(|at| at.date_naive()).collect();
        prop_assert_eq!(loa_dates, icalendar_dates, "{}", text);
        Ok(())
    });
    result.expect("loa and the iCalendar library give the same dates");
}

#[test]
fn vietnamese_and_english_weekday_names_are_equivalent() {
    let monday = date("2023-03-20");
    assert_eq!(dates("days = [\"t2..t6\", \"cn\"]", monday, 14), dates("days = [\"mon..fri\", \"sun\"]", monday, 14));
    assert_eq!(dates("days = \"fri..mon\"", monday, 7).len(), 4, "the range runs forward through the end of the week");
}

#[test]
fn weeks_are_counted_from_the_week_of_the_sessions_first_day() {
    // The first day is a Thursday. The Monday of its week is outside the bounds, so the session airs on the Mondays two
    // and four weeks later.
    let session_dates = dates("days = \"mon\"\nevery-weeks = 2\nfrom = 2023-03-23", date("2023-03-20"), 30);
    assert_eq!(session_dates, ["2023-04-03", "2023-04-17"].map(date));
}

#[test]
fn rules_add_dates_and_exceptions_remove_them() {
    let rules = "days = \"sun\"\ndates = [2023-04-28, \"2023-05-02..2023-05-03\"]\nmonthly = \"last day\"\n\
        except = [\"lao-dong\", \"2023-05-03..2023-05-04\", 2023-05-07]";
    let session_dates = dates(rules, date("2023-04-24"), 21);
    // 30 April is both a Sunday and the month's last day, but occurs only once. No rule names the holiday on 1 May.
    assert_eq!(session_dates, ["2023-04-28", "2023-04-30", "2023-05-02", "2023-05-14"].map(date));
}

#[test]
fn holidays_fall_on_their_dates_in_viet_nam() {
    let holidays_with = |rules: &str| dates(&format!("on-holiday = \"only\"\n{rules}"), date("2023-01-01"), 365);
    let expected = [
        "2023-01-01", // Tết Dương lịch
        "2023-01-21",
        "2023-01-22",
        "2023-01-23",
        "2023-01-24",
        "2023-01-25", // Tết Quý Mão and its eve
        "2023-04-29", // Giỗ Tổ, the lunar date 10/3
        "2023-04-30",
        "2023-05-01",
        "2023-09-02",
    ];
    assert_eq!(holidays_with(""), expected.map(date));
    assert_eq!(dates("on-holiday = \"skip\"", date("2023-01-01"), 365).len(), 365 - expected.len());
    let own_holidays = "[[holiday]]\nid = \"quoc-khanh\"\ntitle = \"Quốc khánh\"\ndates = [\"2023-09-01..2023-09-04\"]\n\
        [[holiday]]\nid = \"van-hoa\"\ntitle = \"Ngày hội\"\nyearly = \"24/11\"\nlunar = \"15/8\"";
    let holidays = holidays_with(own_holidays);
    assert_eq!(holidays.len(), expected.len() - 1 + 4 + 2, "{holidays:?}");
    assert!(
        holidays.contains(&date("2023-11-24")) && holidays.contains(&date("2023-09-29")),
        "rằm tháng Tám: {holidays:?}"
    );
}

#[test]
fn a_lunar_day_without_a_month_also_falls_in_leap_months() {
    // 2023 has a leap second month, from 22 March to 19 April.
    assert_eq!(dates("lunar = \"1/2\"", date("2023-02-01"), 90), [date("2023-02-20")]);
    let first_days = dates("lunar = [1]", date("2023-02-01"), 90);
    assert_eq!(first_days, ["2023-02-20", "2023-03-22", "2023-04-20"].map(date));
}

/// The golden file lists every lunar month from 1976 to 2100, computed from an ephemeris: `date month leap days`.
#[test]
fn lunar_months_match_an_ephemeris() {
    let table = include_str!("../golden/lunar-months.txt");
    let mut month_count = 0;
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [first, month, leap, days] = fields.as_slice() else { panic!("{line}") };
        let (first, days): (NaiveDate, u8) = (date(first), days.parse().expect("parse the number"));
        for (offset, day) in [(0, 1), (i64::from(days) - 1, days)] {
            let solar_date = first + TimeDelta::days(offset);
            let lunar_date = LunarYear::containing(solar_date)
                .and_then(|year| year.lunar_date(solar_date))
                .expect("find the lunar date");
            let actual = (lunar_date.day, lunar_date.month.to_string(), u8::from(lunar_date.is_leap_month).to_string());
            assert_eq!(actual, (day, (*month).to_owned(), (*leap).to_owned()), "{solar_date}: {line}");
        }
        month_count += 1;
    }
    assert!(month_count > 1540, "{month_count} months in 125 years");
    // In these years Tết is not on the date of the Chinese New Year.
    for tet in ["1985-01-21", "2007-02-17", "2030-02-02", "2053-02-18"] {
        let line = format!("{tet} 1 0 ");
        assert!(table.lines().any(|l| l.starts_with(&line)), "the ephemeris agrees on {tet}");
    }
}

#[test]
fn the_first_day_of_these_tests_is_a_monday() {
    assert_eq!(date("2023-03-20").weekday(), Weekday::Mon);
}
