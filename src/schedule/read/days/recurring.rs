//! Reads `monthly`, `lunar` and `yearly`: days that recur.
use chrono::NaiveDate;

use super::super::fields::TableReader;
use super::lists::parse_list;
use super::weekdays::parse_weekday;
use crate::schedule::calendar::{LunarRule, MonthlyRule};
use crate::schedule::finding::Finding;

/// Reads `monthly`: days of the month.
pub fn read_monthly(fields: &mut TableReader<'_, '_>) -> Vec<MonthlyRule> {
    let example = "monthly = [\"15\", \"1 mon\", \"last fri\", \"last day\"]";
    parse_list(fields, "monthly", example, monthly_rule, |text| Finding::BadMonthly { text })
}

/// Reads `lunar`: days of the lunar calendar.
pub fn read_lunar(fields: &mut TableReader<'_, '_>) -> Vec<LunarRule> {
    let example = "lunar = [\"1\", \"15\", \"10/3\"]";
    parse_list(fields, "lunar", example, lunar_rule, |text| Finding::BadLunar { text })
}

/// Reads `yearly`: days and months.
pub fn read_yearly(fields: &mut TableReader<'_, '_>) -> Vec<(u8, u8)> {
    let parse = |text: &str| {
        let (day, month) = day_and_month(text)?;
        // 2024 is a leap year, so it has every possible date.
        NaiveDate::from_ymd_opt(2024, u32::from(month), u32::from(day)).map(|_| (day, month))
    };
    parse_list(fields, "yearly", "yearly = [\"24/11\"]", parse, |text| Finding::BadYearly { text })
}

/// Parses `"15"`, `"last day"`, `"1 mon"` or `"last fri"`.
fn monthly_rule(text: &str) -> Option<MonthlyRule> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [day] => day.parse().ok().filter(|day| (1..=31).contains(day)).map(MonthlyRule::Day),
        ["last", "day"] => Some(MonthlyRule::LastDay),
        ["last", weekday_name] => parse_weekday(weekday_name).map(MonthlyRule::Last),
        [nth, weekday_name] => {
            let nth = nth.parse().ok().filter(|nth| (1..=5).contains(nth))?;
            parse_weekday(weekday_name).map(|day| MonthlyRule::Nth(nth, day))
        }
        _ => None,
    }
}

/// Parses `"15"` or `"15/6"`.
fn lunar_rule(text: &str) -> Option<LunarRule> {
    let rule = match text.contains('/') {
        true => day_and_month(text).map(|(day, month)| LunarRule { day, month: Some(month) }),
        false => text.parse().ok().map(|day| LunarRule { day, month: None }),
    };
    rule.filter(|rule| (1..=30).contains(&rule.day) && rule.month.is_none_or(|month| (1..=12).contains(&month)))
}

/// Parses `"15/6"` without checking the ranges.
fn day_and_month(text: &str) -> Option<(u8, u8)> {
    let (day, month) = text.split_once('/')?;
    Some((day.trim().parse().ok()?, month.trim().parse().ok()?))
}
