//! Reads `[[log]]` and `[[exposed]]`.
use super::parsed::ParsedRegistry;
use crate::department::registry::log_key::{EnrolledLog, station_of_key};
use crate::proof::note::VerifierKey;
use crate::schedule::finding::Finding;
use crate::schedule::problem::Problem;
use crate::schedule::read::fields::TableReader;
use crate::text::problem::Hint;

/// Reads an enrolled log.
pub(super) fn read_log(mut fields: TableReader<'_, '_>, parsed: &mut ParsedRegistry, problems: &mut Vec<Problem>) {
    let station = fields.require("station", "station = \"thuan-an\"");
    let station = station.and_then(|value| fields.as_text("station", value, "station = \"thuan-an\""));
    let key = require_key(&mut fields);
    let enrolled_at = require_time(&mut fields, "enrolled-at");
    if let (Some((station, station_span)), Some((key, key_span)), Some(enrolled_at)) = (station, key, enrolled_at) {
        let station_of_log = station_of_key(&key).map(String::from).unwrap_or_default();
        if parsed.logs.contains_key(&key.name) {
            fields.report_structural_problem(key_span, Finding::LogTwice, Hint::RemoveOne);
        } else if station_of_log != station {
            let finding = Finding::KeyOfOtherStation { station: station_of_log };
            fields.report_structural_problem(station_span, finding, Hint::CopyKeyAgain);
        } else {
            parsed.logs.insert(key.name.clone(), EnrolledLog { key, enrolled_at, exposed_since: None });
        }
    }
    problems.extend(fields.finish().0);
}

/// Reads the time from which others are known to have the keys of an enrolled log. All logs must have been read.
pub(super) fn read_exposure(mut fields: TableReader<'_, '_>, parsed: &mut ParsedRegistry, problems: &mut Vec<Problem>) {
    let key = require_key(&mut fields);
    let at = require_time(&mut fields, "at");
    if let (Some((key, key_span)), Some(at)) = (key, at) {
        match parsed.logs.get_mut(&key.name).filter(|log| log.key == key) {
            Some(log) => log.exposed_since = Some(at),
            None => fields.report_structural_problem(key_span, Finding::KeyNotEnrolled, Hint::CopyKeyAgain),
        }
    }
    problems.extend(fields.finish().0);
}

/// Takes the key of a station's log; reports any other value.
fn require_key(fields: &mut TableReader<'_, '_>) -> Option<(VerifierKey, std::ops::Range<usize>)> {
    const EXAMPLE: &str = "key = \"loa/thuan-an/...\"";
    let value = fields.require("key", EXAMPLE)?;
    let (text, span) = fields.as_text("key", value, EXAMPLE)?;
    let key = VerifierKey::parse(&text).filter(|key| station_of_key(key).is_some());
    if key.is_none() {
        fields.report_structural_problem(span.clone(), Finding::NotALogKey, Hint::CopyKeyAgain);
    }
    Some((key?, span))
}

/// Takes a time. loa wrote it; a report that cannot read it does not use it.
fn require_time(fields: &mut TableReader<'_, '_>, key: &'static str) -> Option<String> {
    let example = format!("{key} = \"2023-03-20T08:00:00Z\"");
    let value = fields.require(key, &example)?;
    fields.as_text(key, value, &example).map(|(text, _)| text)
}
