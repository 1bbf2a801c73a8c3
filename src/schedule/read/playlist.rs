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

const TABLE_HEADINGS: &str = "[campaign], [[segment]], [[session]], [[holiday]]";
/// The tables that a file may contain several times.
const REPEATED_TABLES: [&str; 3] = ["segment", "session", "holiday"];

/// Reads one playlist file.
pub fn read(parsed: &mut ParsedSchedule, file_index: usize, table: &DeTable<'_>) {
    let campaign = read_campaign(parsed, file_index, table);
    for (key, value) in table.iter() {
        let name = key.get_ref().to_string();
        match (name.as_str(), value.get_ref()) {
            ("campaign", DeValue::Table(_)) => {}
            (repeated, DeValue::Array(items)) if REPEATED_TABLES.contains(&repeated) => {
                for item in items {
                    read_repeated_table(parsed, file_index, &name, item, &campaign);
                }
            }
            (repeated, DeValue::Table(_)) if REPEATED_TABLES.contains(&repeated) => {
                let finding = Finding::NeedsDoubleBrackets { key: name.clone() };
                parsed.report_structural_problem(
                    file_index,
                    key.span(),
                    finding,
                    Hint::UseDoubleBrackets { key: name },
                );
            }
            ("campaign", DeValue::Array(_)) => {
                let finding = Finding::NeedsSingleBrackets { key: name.clone() };
                parsed.report_structural_problem(
                    file_index,
                    key.span(),
                    finding,
                    Hint::UseSingleBrackets { key: name },
                );
            }
            ("campaign" | "segment" | "session" | "holiday", _) => {
                let finding = Finding::WrongType { key: name.clone(), wants: ProblemText::Table };
                let is_campaign = name == "campaign";
                let hint = if is_campaign {
                    Hint::UseSingleBrackets { key: name }
                } else {
                    Hint::UseDoubleBrackets { key: name }
                };
                parsed.report_structural_problem(file_index, key.span(), finding, hint);
            }
            (_, DeValue::Table(_) | DeValue::Array(_)) => {
                let hint = match closest_match(&name, ["campaign", "segment", "session", "holiday"].into_iter()) {
                    Some(closest_name) if closest_name == "campaign" => {
                        Hint::DidYouMean { name: "[campaign]".to_owned() }
                    }
                    Some(closest_name) => Hint::DidYouMean { name: format!("[[{closest_name}]]") },
                    None => Hint::TablesHere { tables: TABLE_HEADINGS.to_owned() },
                };
                parsed.report_structural_problem(file_index, key.span(), Finding::UnknownTable { key: name }, hint);
            }
            _ => {
                let hint = Hint::TablesHere { tables: TABLE_HEADINGS.to_owned() };
                parsed.report_structural_problem(file_index, key.span(), Finding::KeyOutside { key: name }, hint);
            }
        }
    }
}

fn read_campaign(parsed: &mut ParsedSchedule, file_index: usize, table: &DeTable<'_>) -> FileCampaign {
    match table.get("campaign").map(|value| (value, value.get_ref())) {
        None => FileCampaign::Absent,
        Some((value, DeValue::Table(campaign_table))) => {
            let heading = table.get_key_value("campaign").map_or(value.span(), |(key, _)| key.span());
            campaign::read(parsed, TableReader::new(campaign_table, file_index, heading), file_index)
                .map_or(FileCampaign::Invalid, FileCampaign::Valid)
        }
        // `read` reports the error.
        Some(_) => FileCampaign::Invalid,
    }
}

/// Reads one of the tables that a file may contain several times.
fn read_repeated_table(
    parsed: &mut ParsedSchedule,
    file_index: usize,
    name: &str,
    item: SpannedValue<'_, '_>,
    campaign: &FileCampaign,
) {
    let DeValue::Table(item_table) = item.get_ref() else {
        let finding = Finding::WrongType { key: name.to_owned(), wants: ProblemText::Table };
        parsed.report_structural_problem(
            file_index,
            item.span(),
            finding,
            Hint::UseDoubleBrackets { key: name.to_owned() },
        );
        return;
    };
    let fields = TableReader::new(item_table, file_index, heading_range(item));
    match name {
        "segment" => segment::read(parsed, fields, campaign),
        "holiday" => holiday::read(parsed, fields),
        _ => session::read(parsed, fields, campaign),
    }
}

/// Returns the byte range of a table's heading: the beginning of the table, at most as long as `[[segment]]`.
fn heading_range(item: SpannedValue<'_, '_>) -> Range<usize> {
    let span = item.span();
    span.start..span.end.min(span.start + "[[segment]]".len())
}
