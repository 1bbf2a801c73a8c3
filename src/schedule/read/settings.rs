//! `station.toml`.
use std::ops::Range;

use chrono::NaiveTime;
use toml::de::{DeTable, DeValue};

use super::days::WEEKDAYS;
use super::fields::{TableReader, closest_match};
use super::times::parse_time_range;
use super::times::time_value;
use super::values::{id, read_choice, title};
use super::{ParsedSchedule, amplifier, output};
use crate::proof::note::{SignatureType, VerifierKey};
use crate::schedule::finding::Finding;
use crate::schedule::problem::SourceSpan;
use crate::schedule::settings::{QuietHours, Station};
use crate::text::Lang;
use crate::text::problem::{Hint, ProblemText};

const TABLES: &str = "[station], [output], [quiet-hours], [amplifier], [department]";
const SECTIONS: [&str; 5] = ["station", "output", "quiet-hours", "amplifier", "department"];
/// The keys of each section. A weekday of `[quiet-hours]` is a key as well, but no key outside of a section is taken for one.
pub const KEYS: [(&str, &[&str]); 5] = [
    ("station", &["id", "name", "agency", "timezone", "language", "approval"]),
    ("output", &["device", "buffer", "volume", "volume-at", "loudness", "channels"]),
    ("quiet-hours", &["from", "until"]),
    ("amplifier", &["on", "off", "warm-up", "tail", "min-off"]),
    ("department", &["push", "key"]),
];

/// Reads `station.toml` into the schedule's station.
pub fn read(reading: &mut ParsedSchedule, file: usize, table: &DeTable<'_>) {
    reading.spans.station = Some(SourceSpan::start_of(file));
    for (key, value) in table.iter() {
        let name = key.get_ref().to_string();
        let section = SECTIONS.iter().find(|s| **s == name);
        match (section, value.get_ref()) {
            (Some(section), DeValue::Table(inner)) => {
                let mut fields = TableReader::new(inner, file, key.span());
                match *section {
                    "station" => read_station(&mut fields, &mut reading.schedule.station),
                    "output" => output::read(&mut fields, &mut reading.schedule.station.output),
                    "quiet-hours" => read_quiet_hours(&mut fields, &mut reading.schedule.station),
                    "amplifier" => amplifier::read(&mut fields, &mut reading.schedule.station.amplifier),
                    _ => department(&mut fields, &mut reading.schedule.station),
                }
                let (problems, mut places) = fields.finish();
                if *section == "station" {
                    reading.spans.station = places.remove("id").or(reading.spans.station.take());
                }
                reading.spans.settings.extend(places);
                reading.problems.extend(problems);
            }
            (Some(section), DeValue::Array(_)) => {
                let key_name = (*section).to_owned();
                let problem = Finding::ManyTables { key: key_name.clone() };
                reading.report_structural(file, key.span(), problem, Hint::WriteOnce { key: key_name });
            }
            (Some(section), _) => {
                let finding = Finding::WrongType { key: name, wants: ProblemText::Table };
                reading.report_structural(file, key.span(), finding, Hint::WriteOnce { key: (*section).to_owned() });
            }
            (None, DeValue::Table(_)) => unknown_section(reading, file, key.span(), name),
            (None, _) => {
                let home = KEYS.iter().find(|(_, keys)| keys.contains(&name.as_str()));
                let hint = match home {
                    Some((section, _)) => Hint::PutUnder { table: (*section).to_owned() },
                    None => Hint::TablesHere { tables: TABLES.to_owned() },
                };
                reading.report_structural(file, key.span(), Finding::KeyOutside { key: name }, hint);
            }
        }
    }
}

fn unknown_section(reading: &mut ParsedSchedule, file: usize, span: Range<usize>, name: String) {
    let hint = match closest_match(&name, SECTIONS.into_iter()) {
        Some(near) => Hint::DidYouMean { name: format!("[{near}]") },
        None => Hint::TablesHere { tables: TABLES.to_owned() },
    };
    reading.report_structural(file, span, Finding::UnknownTable { key: name }, hint);
}

fn read_station(fields: &mut TableReader<'_, '_>, station: &mut Station) {
    if let Some((text, span)) = fields.text("id", "id = \"dak-ndrung\"")
        && let Some(id) = id(fields, "id", &text, span)
    {
        station.id = id;
    }
    if let Some(name) = title(fields, "name") {
        station.name = name;
    }
    // The only name that may be empty.
    let agency = fields.take("agency").map(|value| value.get_ref().as_str() == Some(""));
    if agency == Some(false)
        && let Some(agency) = title(fields, "agency")
    {
        station.agency = agency;
    }
    if let Some((text, span)) = fields.text("timezone", "timezone = \"Asia/Ho_Chi_Minh\"") {
        match text.parse() {
            Ok(zone) => station.timezone = zone,
            Err(_) => {
                let hint = match closest_match(
                    &text.to_lowercase(),
                    ["asia/ho_chi_minh", "asia/bangkok", "utc"].into_iter(),
                ) {
                    Some(near) if near == "asia/ho_chi_minh" => {
                        Hint::DidYouMean { name: "Asia/Ho_Chi_Minh".to_owned() }
                    }
                    _ => Hint::Write { example: "timezone = \"Asia/Ho_Chi_Minh\"".to_owned() },
                };
                fields.report_structural(span, Finding::BadZone { text }, hint);
            }
        }
    }
    if let Some((text, span)) = fields.text("language", "language = \"vi\"") {
        match Lang::from_code(&text) {
            Some(lang) => station.language = lang,
            None => {
                let hint = Hint::OneOf { values: "\"vi\", \"en\"".to_owned() };
                fields.report_structural(span, Finding::BadLanguageUi { text }, hint);
            }
        }
    }
    if let Some(required) = read_choice(fields, "approval", &[("required", true), ("optional", false)]) {
        station.approval_required = required;
    }
}

fn read_quiet_hours(fields: &mut TableReader<'_, '_>, station: &mut Station) {
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

fn department(fields: &mut TableReader<'_, '_>, station: &mut Station) {
    if let Some((text, _)) = fields.text("push", "push = \"s3://nhat-ky/dai\"") {
        station.push_destination = Some(text).filter(|text| !text.is_empty());
    }
    let example = "key = \"loa-witness/...\"";
    if let Some((text, span)) = fields.text("key", example) {
        if VerifierKey::parse(&text).is_some_and(|key| key.signature_type == SignatureType::Cosignature) {
            station.department_key = Some(text);
        } else {
            fields.report_structural(span, Finding::BadDepartmentKey {}, Hint::AskDepartment {});
        }
    }
}
