//! Reads `playlists/*.toml`: a campaign, segments, sessions and holidays.
mod campaign;
mod common;
mod holiday;
mod items;
mod resolve;
mod segment;
mod session;
mod topic;

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::ParsedSchedule;
use super::fields::{SpannedValue, TableReader, closest_match};
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};
use campaign::FileCampaign;
pub use resolve::resolve;
pub use segment::{parse_source, stays_inside_folder};

const TABLES: &str = "[campaign], [[segment]], [[session]], [[holiday]]";
/// The tables of which a file may have many.
const REPEATED_TABLES: [&str; 3] = ["segment", "session", "holiday"];

/// Reads one playlist file.
pub fn read(reading: &mut ParsedSchedule, file: usize, table: &DeTable<'_>) {
    let campaign = read_campaign(reading, file, table);
    for (key, value) in table.iter() {
        let name = key.get_ref().to_string();
        match (name.as_str(), value.get_ref()) {
            ("campaign", DeValue::Table(_)) => {}
            (many, DeValue::Array(items)) if REPEATED_TABLES.contains(&many) => {
                for item in items {
                    read_repeated(reading, file, &name, item, &campaign);
                }
            }
            (many, DeValue::Table(_)) if REPEATED_TABLES.contains(&many) => {
                let finding = Finding::OneTable { key: name.clone() };
                reading.report_structural(file, key.span(), finding, Hint::WriteTwice { key: name });
            }
            ("campaign", DeValue::Array(_)) => {
                let finding = Finding::ManyTables { key: name.clone() };
                reading.report_structural(file, key.span(), finding, Hint::WriteOnce { key: name });
            }
            ("campaign" | "segment" | "session" | "holiday", _) => {
                let finding = Finding::WrongType { key: name.clone(), wants: ProblemText::Table };
                let once = name == "campaign";
                let hint = if once { Hint::WriteOnce { key: name } } else { Hint::WriteTwice { key: name } };
                reading.report_structural(file, key.span(), finding, hint);
            }
            (_, DeValue::Table(_) | DeValue::Array(_)) => {
                let hint = match closest_match(&name, ["campaign", "segment", "session", "holiday"].into_iter()) {
                    Some(near) if near == "campaign" => Hint::DidYouMean { name: "[campaign]".to_owned() },
                    Some(near) => Hint::DidYouMean { name: format!("[[{near}]]") },
                    None => Hint::TablesHere { tables: TABLES.to_owned() },
                };
                reading.report_structural(file, key.span(), Finding::UnknownTable { key: name }, hint);
            }
            _ => {
                let hint = Hint::TablesHere { tables: TABLES.to_owned() };
                reading.report_structural(file, key.span(), Finding::KeyOutside { key: name }, hint);
            }
        }
    }
}

fn read_campaign(reading: &mut ParsedSchedule, file: usize, table: &DeTable<'_>) -> FileCampaign {
    match table.get("campaign").map(|value| (value, value.get_ref())) {
        None => FileCampaign::Absent,
        Some((value, DeValue::Table(inner))) => {
            let key = table.get_key_value("campaign").map_or(value.span(), |(key, _)| key.span());
            campaign::read(reading, TableReader::new(inner, file, key), file)
                .map_or(FileCampaign::Invalid, FileCampaign::Valid)
        }
        // Reported with the other tables.
        Some(_) => FileCampaign::Invalid,
    }
}

/// Reads one of the tables of which a file may have many.
fn read_repeated(
    reading: &mut ParsedSchedule,
    file: usize,
    name: &str,
    item: SpannedValue<'_, '_>,
    campaign: &FileCampaign,
) {
    let DeValue::Table(inner) = item.get_ref() else {
        let finding = Finding::WrongType { key: name.to_owned(), wants: ProblemText::Table };
        reading.report_structural(file, item.span(), finding, Hint::WriteTwice { key: name.to_owned() });
        return;
    };
    let fields = TableReader::new(inner, file, heading(item));
    match name {
        "segment" => segment::read(reading, fields, campaign),
        "holiday" => holiday::read(reading, fields),
        _ => session::read(reading, fields, campaign),
    }
}

/// Returns the span of a table's heading: the table's span starts there and may be longer.
fn heading(item: SpannedValue<'_, '_>) -> Range<usize> {
    let span = item.span();
    span.start..span.end.min(span.start + "[[segment]]".len())
}
