//! Reads `[station]`.
use super::super::durations::read_duration;
use super::super::fields::{TableReader, closest_match};
use super::super::values::{as_id, read_choice, read_title};
use crate::schedule::finding::Finding;
use crate::schedule::settings::Station;
use crate::text::Lang;
use crate::text::problem::Hint;

/// The maximum value of `preflight`, in seconds.
const MAX_PREFLIGHT_S: i64 = 2 * 3600;

/// Reads the keys of `[station]`.
pub fn read(fields: &mut TableReader<'_, '_>, station: &mut Station) {
    if let Some((text, span)) = fields.take_text("id", "id = \"dak-ndrung\"")
        && let Some(id) = as_id(fields, "id", &text, span)
    {
        station.id = id;
    }
    if let Some(name) = read_title(fields, "name") {
        station.name = name;
    }
    // `agency` is the only text that is allowed to be empty.
    let is_agency_empty = fields.take("agency").map(|value| value.get_ref().as_str() == Some(""));
    if is_agency_empty == Some(false)
        && let Some(agency) = read_title(fields, "agency")
    {
        station.agency = agency;
    }
    station.inbox = read_title(fields, "inbox");
    read_timezone(fields, station);
    read_language(fields, station);
    if let Some(preflight_us) = read_duration(fields, "preflight", 0, MAX_PREFLIGHT_S) {
        station.preflight_us = preflight_us;
    }
    if let Some(is_required) = read_choice(fields, "approval", &[("required", true), ("optional", false)]) {
        station.requires_approval = is_required;
    }
}

fn read_timezone(fields: &mut TableReader<'_, '_>, station: &mut Station) {
    let Some((text, span)) = fields.take_text("timezone", "timezone = \"Asia/Ho_Chi_Minh\"") else { return };
    if let Ok(zone) = text.parse() {
        station.timezone = zone;
        return;
    }
    let hint = match closest_match(&text.to_lowercase(), ["asia/ho_chi_minh", "asia/bangkok", "utc"].into_iter()) {
        Some(closest_name) if closest_name == "asia/ho_chi_minh" => {
            Hint::DidYouMean { name: "Asia/Ho_Chi_Minh".to_owned() }
        }
        _ => Hint::Write { example: "timezone = \"Asia/Ho_Chi_Minh\"".to_owned() },
    };
    fields.report_structural_problem(span, Finding::BadZone { text }, hint);
}

fn read_language(fields: &mut TableReader<'_, '_>, station: &mut Station) {
    let Some((text, span)) = fields.take_text("language", "language = \"vi\"") else { return };
    match Lang::from_code(&text) {
        Some(lang) => station.language = lang,
        None => {
            let hint = Hint::OneOf { values: "\"vi\", \"en\"".to_owned() };
            fields.report_structural_problem(span, Finding::BadMessageLanguage { text }, hint);
        }
    }
}
