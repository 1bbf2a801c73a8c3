//! Reads `[quiet-hours]`.
use chrono::NaiveTime;

use super::super::days::WEEKDAYS;
use super::super::fields::TableReader;
use super::super::times::{as_time, parse_time_range};
use crate::schedule::finding::Finding;
use crate::schedule::settings::{QuietHours, Station};
use crate::text::problem::Hint;

/// Reads the keys of `[quiet-hours]`.
pub fn read(fields: &mut TableReader<'_, '_>, station: &mut Station) {
    let default_hours = station.quiet_hours.by_weekday[0];
    let mut read_bound = |key, default_time: Option<NaiveTime>| {
        fields.take(key).and_then(|value| as_time(fields, key, value)).or(default_time)
    };
    if let (Some(from), Some(until)) = (
        read_bound("from", default_hours.map(|(from, _)| from)),
        read_bound("until", default_hours.map(|(_, until)| until)),
    ) {
        station.quiet_hours = QuietHours::daily(from, until);
    }
    for (en, vi, day) in WEEKDAYS {
        for key in [en, vi] {
            let example = "sat = \"22:00..06:00\"";
            let Some((text, span)) = fields.text(key, example) else { continue };
            let hours = match text.trim() {
                "off" => Some(None),
                range_text => parse_time_range(range_text).map(Some),
            };
            match hours {
                Some(hours) => station.quiet_hours.by_weekday[day.num_days_from_monday() as usize] = hours,
                None => {
                    let hint = Hint::Write { example: example.to_owned() };
                    fields.report_structural(span, Finding::BadRange { text }, hint);
                }
            }
        }
    }
}
