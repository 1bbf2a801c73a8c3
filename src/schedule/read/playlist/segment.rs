//! Reads `[[segment]]` of a playlist file.
mod labels;

use std::path::{Component, Path};

use super::super::dates::{check_date_order, read_date};
use super::super::fields::TableReader;
use super::super::values::{as_id, as_list, read_title};
use super::campaign::FileCampaign;
use super::common::{check_unique, read_required_id, read_required_title};
use super::topic::read_topic;
use crate::schedule::finding::Finding;
use crate::schedule::parsed::ParsedSchedule;
use crate::schedule::{Id, Segment};
use crate::text::problem::{Hint, ProblemText};
use labels::{read_language, read_source};

pub use labels::parse_source;

/// The maximum number of pools of one segment.
const MAX_POOLS_PER_SEGMENT: usize = 50;

/// Returns true when a relative path stays inside its folder and can name a file.
pub fn stays_inside_folder(file: &str) -> bool {
    let has_normal_parts = Path::new(file).components().all(|part| matches!(part, Component::Normal(_)));
    !file.is_empty()
        && has_normal_parts
        && !file.contains('\\')
        && !file.ends_with('/')
        && !file.chars().any(char::is_control)
}

/// The maximum length of `file`, in bytes.
const MAX_FILE_NAME_BYTES: usize = 200;

/// Reads a segment. A segment with any error is rejected: if a misspelt key were ignored, the segment could air after
/// its last day, or be logged for the wrong topic.
pub fn read(parsed: &mut ParsedSchedule, mut fields: TableReader<'_, '_>, file_campaign: &FileCampaign) {
    let campaign = file_campaign.campaign();
    let id = read_required_id(&mut fields, "id = \"tin-sang\"");
    let approved_by = read_title(&mut fields, "approved-by");
    let title = read_required_title(&mut fields);
    let file = read_file_name(&mut fields);
    let topic = read_topic(&mut fields, file_campaign);
    let language = read_language(&mut fields);
    let source = read_source(&mut fields);
    let approved_on = read_date(&mut fields, "approved-on");
    let valid_from = read_date(&mut fields, "valid-from");
    let valid_until = read_date(&mut fields, "valid-until");
    check_date_order(&mut fields, "valid-from", valid_from, valid_until);
    let pools = read_pools(&mut fields);
    let sha256 = read_sha256(&mut fields);
    let (problems, spans) = fields.finish();
    let is_usable = file_campaign.is_usable(&problems);
    parsed.problems.extend(problems);
    let (true, Some(id), Some(title), Some(file), Some(language), Some(source)) =
        (is_usable, id.clone(), title, file, language, source)
    else {
        parsed.spans.broken_segments.extend(id);
        return;
    };
    if !check_unique(&mut parsed.problems, &parsed.spans.segments, &id, &spans) {
        return;
    }
    parsed.spans.segments.insert(id.clone(), spans);
    parsed.schedule.segments.push(Segment {
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

/// Reads the required `file`: a path in `audio/`.
fn read_file_name(fields: &mut TableReader<'_, '_>) -> Option<String> {
    let example = "file = \"tin.mp3\"";
    let value = fields.require("file", example)?;
    let (text, span) = fields.as_text("file", value, example)?;
    let text: String = unicode_normalization::UnicodeNormalization::nfc(text.as_str()).collect();
    if text.len() > MAX_FILE_NAME_BYTES {
        fields.report_structural_problem(
            span,
            Finding::LongFileName { limit: MAX_FILE_NAME_BYTES },
            Hint::ShortenFileName,
        );
        return None;
    }
    if !stays_inside_folder(&text) {
        fields.report_structural_problem(span, Finding::BadFile { text }, Hint::InAudio);
        return None;
    }
    if text.chars().any(|c| "?*:<>|\"".contains(c)) || text.split('/').any(is_refused_by_windows) {
        fields.report_warning(span, Finding::NameRefusedByWindows { file: text.clone() }, Hint::RenameFile);
    }
    Some(text)
}

/// Returns true for a name that Windows refuses, even on a USB stick: it ends with a space or a dot, or it is the name
/// of a device.
fn is_refused_by_windows(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let is_numbered_port = |prefix: &str| {
        let digits = stem.strip_prefix(prefix);
        digits.is_some_and(|digits| digits.len() == 1 && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    name.ends_with([' ', '.'])
        || matches!(&*stem, "con" | "prn" | "aux" | "nul")
        || is_numbered_port("com")
        || is_numbered_port("lpt")
}

/// Reads `pool`: the pools from which the segment is drawn, in addition to the pool of its topic.
fn read_pools(fields: &mut TableReader<'_, '_>) -> Vec<Id> {
    let example = "pool = \"tin-vui\"";
    let Some(value) = fields.take("pool") else { return Vec::new() };
    let mut pools = Vec::new();
    let items = as_list(value);
    if items.len() > MAX_POOLS_PER_SEGMENT {
        let finding = Finding::TooMany { what: ProblemText::Pools, limit: MAX_POOLS_PER_SEGMENT };
        fields.report_structural_problem(value.span(), finding, Hint::RemoveSome);
        return pools;
    }
    for item in items {
        if let Some((text, span)) = fields.as_text("pool", item, example)
            && let Some(pool) = as_id(fields, "pool", &text, span)
        {
            pools.push(pool);
        }
    }
    pools
}

/// Reads `sha256`: the hash of the approved file.
fn read_sha256(fields: &mut TableReader<'_, '_>) -> Option<String> {
    let (text, span) = fields.take_text("sha256", "sha256 = \"…\"")?;
    let hash = text.trim().to_ascii_lowercase();
    if hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Some(hash);
    }
    fields.report_structural_problem(span, Finding::BadHash, Hint::AddAgain);
    None
}
