//! Reads `station.toml`.
mod quiet_hours;
mod station;

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::fields::{TableReader, closest_match};
use super::{ParsedSchedule, amplifier, output};
use crate::proof::note::{SignatureType, VerifierKey};
use crate::schedule::finding::Finding;
use crate::schedule::problem::SourceSpan;
use crate::schedule::settings::Station;
use crate::text::problem::{Hint, ProblemText};

const TABLES: &str = "[station], [output], [quiet-hours], [amplifier], [department]";
const SECTIONS: [&str; 5] = ["station", "output", "quiet-hours", "amplifier", "department"];
/// The keys of each section, to name the section of a key that is outside all of them. The weekdays of `[quiet-hours]`
/// are left out.
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
                read_section(reading, section, TableReader::new(inner, file, key.span()));
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

fn read_section(reading: &mut ParsedSchedule, section: &str, mut fields: TableReader<'_, '_>) {
    let station = &mut reading.schedule.station;
    match section {
        "station" => station::read(&mut fields, station),
        "output" => output::read(&mut fields, &mut station.output),
        "quiet-hours" => quiet_hours::read(&mut fields, station),
        "amplifier" => amplifier::read(&mut fields, &mut station.amplifier),
        _ => department(&mut fields, station),
    }
    let (problems, mut places) = fields.finish();
    if section == "station" {
        reading.spans.station = places.remove("id").or(reading.spans.station.take());
    }
    reading.spans.settings.extend(places);
    reading.problems.extend(problems);
}

fn unknown_section(reading: &mut ParsedSchedule, file: usize, span: Range<usize>, name: String) {
    let hint = match closest_match(&name, SECTIONS.into_iter()) {
        Some(near) => Hint::DidYouMean { name: format!("[{near}]") },
        None => Hint::TablesHere { tables: TABLES.to_owned() },
    };
    reading.report_structural(file, span, Finding::UnknownTable { key: name }, hint);
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
