//! Reads `[quiet-hours]`.
use super::super::days::WEEKDAYS;
use super::super::fields::TableReader;
use super::super::times::{as_limit, as_time, is_whole_day, parse_time_range, range_fault};
use crate::schedule::finding::Finding;
use crate::schedule::session::TimeLimit;
use crate::schedule::settings::{QuietHours, Station};
use crate::text::problem::Hint;

/// Reads the keys of `[quiet-hours]`.
pub fn read(fields: &mut TableReader<'_, '_>, station: &mut Station) {
    let default_hours = station.quiet_hours.by_weekday[0];
    let from = fields.take("from").and_then(|value| as_time(fields, "from", value));
    let until = fields.take("until").and_then(|value| as_limit(fields, "until", value));
    if is_whole_day(from, until) {
        // The hours would begin and end at 00:00, which means the opposite: never quiet. The default stays in force.
        let span = fields.spans["until"].range.clone();
        let finding = Finding::WholeDay { text: "00:00..24:00".to_owned() };
        fields.report_structural_problem(span, finding, Hint::Write { example: "until = \"05:00\"".to_owned() });
    } else if let (Some(from), Some(until)) = (
        from.or(default_hours.map(|(from, _)| from)),
        until.map(TimeLimit::time_of_day).or(default_hours.map(|(_, until)| until)),
    ) {
        station.quiet_hours = QuietHours::daily(from, until);
    }
    for (en, vi, day) in WEEKDAYS {
        for key in [en, vi] {
            let example = "sat = \"22:00..06:00\"";
            let Some((text, span)) = fields.take_text(key, example) else { continue };
            let hours = match text.trim() {
                "off" => Some(None),
                range_text => parse_time_range(range_text).map(Some),
            };
            match hours {
                Some(hours) => station.quiet_hours.by_weekday[day.num_days_from_monday() as usize] = hours,
                None => {
                    let (finding, hint) = range_fault(text, example);
                    fields.report_structural_problem(span, finding, hint);
                }
            }
        }
    }
}
