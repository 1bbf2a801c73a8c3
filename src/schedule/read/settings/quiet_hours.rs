//! Reads `[quiet-hours]`.
use chrono::NaiveTime;

use super::super::days::WEEKDAYS;
use super::super::fields::TableReader;
use super::super::times::{parse_time_range, time_value};
use crate::schedule::finding::Finding;
use crate::schedule::settings::{QuietHours, Station};
use crate::text::problem::Hint;

/// Reads the table's keys.
pub fn read(fields: &mut TableReader<'_, '_>, station: &mut Station) {
    let usual = station.quiet_hours.by_weekday[0];
    let mut edge =
        |key, usual: Option<NaiveTime>| fields.take(key).and_then(|value| time_value(fields, key, value)).or(usual);
    if let (Some(from), Some(until)) =
        (edge("from", usual.map(|(from, _)| from)), edge("until", usual.map(|(_, until)| until)))
    {
        station.quiet_hours = QuietHours::daily(from, until);
    }
    for (en, vi, day) in WEEKDAYS {
        for key in [en, vi] {
            let example = "sat = \"22:00..06:00\"";
            let Some((text, span)) = fields.text(key, example) else { continue };
            let night = match text.trim() {
                "off" => Some(None),
                times => parse_time_range(times).map(Some),
            };
            match night {
                Some(night) => station.quiet_hours.by_weekday[day.num_days_from_monday() as usize] = night,
                None => {
                    let hint = Hint::Write { example: example.to_owned() };
                    fields.report_structural(span, Finding::BadRange { text }, hint);
                }
            }
        }
    }
}
