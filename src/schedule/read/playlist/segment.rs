//! Reads `[[segment]]` of a playlist file.
mod labels;

use std::path::{Component, Path};

use super::super::dates::{check_date_order, date};
use super::super::fields::TableReader;
use super::super::values::{id, list, title};
use super::campaign::FileCampaign;
use super::common::{check_unique, required_id, required_title};
use super::topic::topic;
use crate::schedule::finding::Finding;
use crate::schedule::parsed::ParsedSchedule;
use crate::schedule::{Id, Segment};
use crate::text::problem::{Hint, ProblemText};
use labels::{language, source};

pub use labels::parse_source;

/// Most pools of one segment.
const MAX_POOLS: usize = 50;

/// Returns whether a file name stays inside its folder.
pub fn stays_inside_folder(file: &str) -> bool {
    let normal = Path::new(file).components().all(|part| matches!(part, Component::Normal(_)));
    !file.is_empty() && normal && !file.contains('\\') && !file.ends_with('/') && !file.chars().any(char::is_control)
}

/// Reads a segment. One with any error is left out: without a misspelt key it might air after its last day, or be
/// logged for the wrong topic.
pub fn read(reading: &mut ParsedSchedule, mut fields: TableReader<'_, '_>, file_campaign: &FileCampaign) {
    let campaign = file_campaign.campaign();
    let id = required_id(&mut fields, "id = \"tin-sang\"");
    let approved_by = title(&mut fields, "approved-by");
    let title = required_title(&mut fields);
    let file = file(&mut fields);
    let topic = topic(&mut fields, file_campaign);
    let language = language(&mut fields);
    let source = source(&mut fields);
    let approved_on = date(&mut fields, "approved-on");
    let valid_from = date(&mut fields, "valid-from");
    let valid_until = date(&mut fields, "valid-until");
    check_date_order(&mut fields, "valid-from", valid_from, valid_until);
    let pools = pools(&mut fields);
    let sha256 = sha256(&mut fields);
    let (problems, places) = fields.finish();
    let usable = file_campaign.is_usable(&problems);
    reading.problems.extend(problems);
    let (true, Some(id), Some(title), Some(file), Some(language), Some(source)) =
        (usable, id.clone(), title, file, language, source)
    else {
        reading.spans.broken_segments.extend(id);
        return;
    };
    if !check_unique(&mut reading.problems, &reading.spans.segments, &id, &places) {
        return;
    }
    reading.spans.segments.insert(id.clone(), places);
    reading.schedule.segments.push(Segment {
        id,
        title,
        file,
        topic,
        language,
        source,
        approved_by,
        approved_on,
        pools,
        valid_from,
        valid_until,
        sha256,
        campaign: campaign.map(|c| c.id.clone()),
    });
}

fn file(fields: &mut TableReader<'_, '_>) -> Option<String> {
    let example = "file = \"tin.mp3\"";
    let value = fields.require("file", example)?;
    let (text, span) = fields.as_text("file", value, example)?;
    let text: String = unicode_normalization::UnicodeNormalization::nfc(text.as_str()).collect();
    if !stays_inside_folder(&text) || text.len() > 200 {
        fields.report_structural(span, Finding::BadFile { text }, Hint::InAudio);
        return None;
    }
    if text.chars().any(|c| "?*:<>|\"".contains(c)) {
        fields.report_warning(span, Finding::FatName { file: text.clone() }, Hint::RenameFile);
    }
    Some(text)
}

/// Reads `pool`: the pools that it is drawn from in addition to its topic's.
fn pools(fields: &mut TableReader<'_, '_>) -> Vec<Id> {
    let example = "pool = \"tin-vui\"";
    let Some(value) = fields.take("pool") else { return Vec::new() };
    let mut pools = Vec::new();
    let items = list(value);
    if items.len() > MAX_POOLS {
        let finding = Finding::TooMany { what: ProblemText::Pools, limit: MAX_POOLS };
        fields.report_structural(value.span(), finding, Hint::FewerOrFiles);
        return pools;
    }
    for item in items {
        if let Some((text, span)) = fields.as_text("pool", item, example)
            && let Some(pool) = id(fields, "pool", &text, span)
        {
            pools.push(pool);
        }
    }
    pools
}

/// Reads `sha256`: the hash of the approved file.
fn sha256(fields: &mut TableReader<'_, '_>) -> Option<String> {
    let (text, span) = fields.text("sha256", "sha256 = \"…\"")?;
    let lower = text.trim().to_ascii_lowercase();
    if lower.len() == 64 && lower.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Some(lower);
    }
    fields.report_structural(span, Finding::BadHash, Hint::AddAgain);
    None
}
