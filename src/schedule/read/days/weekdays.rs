//! Reads `days`: weekdays and ranges of weekdays, in Vietnamese or English.
use chrono::Weekday;

use super::super::fields::{TableReader, closest_match};
use super::lists::list_values;
use crate::schedule::calendar::WeekdaySet;
use crate::schedule::finding::Finding;
use crate::text::problem::Hint;

/// The names of the weekdays, in English and in Vietnamese.
pub const WEEKDAYS: [(&str, &str, Weekday); 7] = [
    ("mon", "t2", Weekday::Mon),
    ("tue", "t3", Weekday::Tue),
    ("wed", "t4", Weekday::Wed),
    ("thu", "t5", Weekday::Thu),
    ("fri", "t6", Weekday::Fri),
    ("sat", "t7", Weekday::Sat),
    ("sun", "cn", Weekday::Sun),
];

/// Returns the weekday with this name, in Vietnamese or English.
pub fn parse_weekday(name: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(en, vi, _)| *en == name || *vi == name).map(|(.., day)| *day)
}

/// Returns the names of the weekdays, in the order in which messages list them.
pub fn weekday_names() -> impl Iterator<Item = &'static str> + Clone {
    WEEKDAYS.iter().map(|(en, ..)| *en).chain(WEEKDAYS.iter().map(|(_, vi, _)| *vi))
}

/// Reads `days`: names of weekdays and ranges of weekdays.
pub fn read_weekdays(fields: &mut TableReader<'_, '_>) -> Option<WeekdaySet> {
    let example = "days = [\"mon..fri\", \"sun\"]";
    let mut days = WeekdaySet::EMPTY;
    for item in list_values(fields, "days", example)? {
        let Some((text, span)) = fields.as_text("days", item, example) else { continue };
        let range = match text.trim().split_once("..") {
            _ if text.trim() == "daily" => Some((Weekday::Mon, Weekday::Sun)),
            Some((first, last)) => parse_weekday(first.trim()).zip(parse_weekday(last.trim())),
            None => parse_weekday(text.trim()).map(|day| (day, day)),
        };
        match range {
            Some((first, last)) => days.add_range(first, last),
            None => {
                let names = weekday_names().chain(["daily"]);
                let hint = match closest_match(&text, names.clone()) {
                    Some(name) => Hint::DidYouMean { name },
                    None => Hint::OneOf { values: names.chain(["mon..fri"]).collect::<Vec<_>>().join(", ") },
                };
                fields.report_structural_problem(span, Finding::BadDay { text }, hint);
            }
        }
    }
    Some(days)
}
