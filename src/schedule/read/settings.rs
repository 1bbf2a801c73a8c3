//! Reads `station.toml`.
mod quiet_hours;
mod station;

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::durations::read_days;
use super::fields::{TableReader, closest_match};
use super::{ParsedSchedule, alarm, amplifier, output, page};
use crate::proof::note::{SignatureType, VerifierKey};
use crate::schedule::finding::Finding;
use crate::schedule::problem::SourceSpan;
use crate::schedule::settings::Station;
use crate::text::problem::{Hint, ProblemText};

/// The maximum value of `hand-in`, in days.
const MAX_HAND_IN_DAYS: i64 = 400;
const TABLE_HEADINGS: &str = "[station], [output], [quiet-hours], [amplifier], [alarm], [department], [page]";
const SECTIONS: [&str; 7] = ["station", "output", "quiet-hours", "amplifier", "alarm", "department", "page"];
/// The keys of each section, without the weekdays of `[quiet-hours]`, which `settings/quiet_hours.rs` reads. For a key
/// outside all sections, this table gives the section to which it belongs.
pub const KEYS: [(&str, &[&str]); 7] = [
    ("station", &["id", "name", "agency", "timezone", "language", "approval", "preflight", "inbox"]),
    ("output", &["device", "buffer", "volume", "volume-at", "loudness", "channels"]),
    ("quiet-hours", &["from", "until"]),
    ("amplifier", &["on", "off", "warm-up", "tail", "min-off"]),
    ("alarm", &["command", "webhook", "smtp", "from", "to", "secrets", "heartbeat", "metrics"]),
    ("department", &["push", "key", "hand-in"]),
    ("page", &["network"]),
];

/// Reads `station.toml` into the schedule's station.
pub fn read(parsed: &mut ParsedSchedule, file_index: usize, table: &DeTable<'_>) {
    parsed.spans.station = Some(SourceSpan::start_of(file_index));
    for (key, value) in table.iter() {
        let name = key.get_ref().to_string();
        let section = SECTIONS.iter().find(|s| **s == name);
        match (section, value.get_ref()) {
            (Some(section), DeValue::Table(section_table)) => {
                read_section(parsed, section, TableReader::new(section_table, file_index, key.span()));
            }
            (Some(section), DeValue::Array(_)) => {
                let key_name = (*section).to_owned();
                let finding = Finding::NeedsSingleBrackets { key: key_name.clone() };
                parsed.report_structural_problem(
                    file_index,
                    key.span(),
                    finding,
                    Hint::UseSingleBrackets { key: key_name },
                );
            }
            (Some(section), _) => {
                let finding = Finding::WrongType { key: name, wants: ProblemText::Table };
                parsed.report_structural_problem(
                    file_index,
                    key.span(),
                    finding,
                    Hint::UseSingleBrackets { key: (*section).to_owned() },
                );
            }
            (None, DeValue::Table(_)) => report_unknown_section(parsed, file_index, key.span(), name),
            (None, _) => {
                let section_with_key = KEYS.iter().find(|(_, keys)| keys.contains(&name.as_str()));
                let hint = match section_with_key {
                    Some((section, _)) => Hint::PutUnder { table: (*section).to_owned() },
                    None => Hint::TablesHere { tables: TABLE_HEADINGS.to_owned() },
                };
                parsed.report_structural_problem(file_index, key.span(), Finding::KeyOutside { key: name }, hint);
            }
        }
    }
}

fn read_section(parsed: &mut ParsedSchedule, section: &str, mut fields: TableReader<'_, '_>) {
    let station = &mut parsed.schedule.station;
    match section {
        "station" => station::read(&mut fields, station),
        "output" => output::read(&mut fields, &mut station.output),
        "quiet-hours" => quiet_hours::read(&mut fields, station),
        "amplifier" => amplifier::read(&mut fields, &mut station.amplifier),
        "alarm" => alarm::read(&mut fields, &mut station.alarm),
        "page" => page::read(&mut fields, &mut station.page),
        _ => read_department(&mut fields, station),
    }
    let (problems, mut spans) = fields.finish();
    if section == "station" {
        parsed.spans.station = spans.remove("id").or(parsed.spans.station.take());
    }
    parsed.spans.settings.extend(spans);
    parsed.problems.extend(problems);
}

fn report_unknown_section(parsed: &mut ParsedSchedule, file_index: usize, span: Range<usize>, name: String) {
    let hint = match closest_match(&name, SECTIONS.into_iter()) {
        Some(closest_name) => Hint::DidYouMean { name: format!("[{closest_name}]") },
        None => Hint::TablesHere { tables: TABLE_HEADINGS.to_owned() },
    };
    parsed.report_structural_problem(file_index, span, Finding::UnknownTable { key: name }, hint);
}

/// Reads the keys of `[department]`.
fn read_department(fields: &mut TableReader<'_, '_>, station: &mut Station) {
    if let Some((text, _)) = fields.take_text("push", "push = \"s3://nhat-ky/dai\"") {
        station.push_destination = Some(text).filter(|text| !text.is_empty());
    }
    let example = "key = \"loa-witness/...\"";
    if let Some((text, span)) = fields.take_text("key", example) {
        if VerifierKey::parse(&text).is_some_and(|key| key.signature_type == SignatureType::Cosignature) {
            station.department_key = Some(text);
        } else {
            fields.report_structural_problem(span, Finding::BadDepartmentKey {}, Hint::AskDepartment {});
        }
    }
    if let Some(days) = read_days(fields, "hand-in", MAX_HAND_IN_DAYS) {
        station.hand_in_days = days;
    }
}
