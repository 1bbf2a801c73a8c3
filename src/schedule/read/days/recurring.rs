//! Reads `monthly`, `lunar` and `yearly`: days that recur.
use chrono::NaiveDate;

use super::super::fields::TableReader;
use super::lists::parse_list;
use super::weekdays::parse_weekday;
use crate::schedule::calendar::{LunarRule, MonthlyRule};
use crate::schedule::finding::Finding;

/// Reads `monthly`: days of the month.
pub fn monthly(fields: &mut TableReader<'_, '_>) -> Vec<MonthlyRule> {
    let example = "monthly = [\"15\", \"1 mon\", \"last fri\", \"last day\"]";
    parse_list(fields, "monthly", example, monthly_rule, |text| Finding::BadMonthly { text })
}

/// Reads `lunar`: days of the lunar calendar.
pub fn lunar(fields: &mut TableReader<'_, '_>) -> Vec<LunarRule> {
    let example = "lunar = [\"1\", \"15\", \"10/3\"]";
    parse_list(fields, "lunar", example, lunar_rule, |text| Finding::BadLunar { text })
}

/// Reads `yearly`: days and months.
pub fn yearly(fields: &mut TableReader<'_, '_>) -> Vec<(u8, u8)> {
    let rule = |text: &str| {
        let (day, month) = day_and_month(text)?;
        // A leap year has every date that can exist.
        NaiveDate::from_ymd_opt(2024, u32::from(month), u32::from(day)).map(|_| (day, month))
    };
    parse_list(fields, "yearly", "yearly = [\"24/11\"]", rule, |text| Finding::BadYearly { text })
}

/// Parses `"15"`, `"last day"`, `"1 mon"` or `"last fri"`.
fn monthly_rule(text: &str) -> Option<MonthlyRule> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [day] => day.parse().ok().filter(|day| (1..=31).contains(day)).map(MonthlyRule::Day),
        ["last", "day"] => Some(MonthlyRule::LastDay),
        ["last", name] => parse_weekday(name).map(MonthlyRule::Last),
        [n, name] => {
            let n = n.parse().ok().filter(|n| (1..=5).contains(n))?;
            parse_weekday(name).map(|day| MonthlyRule::Nth(n, day))
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

fn day_and_month(text: &str) -> Option<(u8, u8)> {
    let (day, month) = text.split_once('/')?;
    Some((day.trim().parse().ok()?, month.trim().parse().ok()?))
}
