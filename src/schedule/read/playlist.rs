//! `playlists/*.toml`: a campaign, segments, sessions.
mod holiday;
mod items;
mod resolve;
mod session;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::ParsedSchedule;
use super::fields::{SpannedValue, TableReader, closest_match};
use super::settings::stays_inside_folder;
use super::values::{as_title, date, id, list, title};
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::{Campaign, Id, Segment, SegmentSource};
use crate::text::problem::{Hint, ProblemText};
pub use resolve::resolve;

/// Codes of languages that reports know.
const LANGUAGES: [&str; 8] = ["vi", "cmo", "rad", "cma", "hmn", "tyz", "nut", "en"];
const SOURCES: [(&str, SegmentSource); 4] = [
    ("own", SegmentSource::Own),
    ("district", SegmentSource::District),
    ("province", SegmentSource::Province),
    ("national", SegmentSource::National),
];
const TABLES: &str = "[campaign], [[segment]], [[session]], [[holiday]]";
/// Tables of which a file may hold many.
const REPEATED_TABLES: [&str; 3] = ["segment", "session", "holiday"];

/// Pools of one segment.
const MAX_POOLS: usize = 50;

/// What a file's segments and sessions belong to.
enum FileCampaign {
    /// The file has no campaign.
    Absent,
    /// The file's campaign.
    Valid(Campaign),
    /// It has one that is broken. Its days and topics are not known, so nothing of the file can be used: its sessions
    /// would air outside of the campaign, its segments be logged for none.
    Invalid,
}

impl FileCampaign {
    fn campaign(&self) -> Option<&Campaign> {
        match self {
            Self::Valid(campaign) => Some(campaign),
            Self::Absent | Self::Invalid => None,
        }
    }

    /// Whether what stands in the file can be used, if it has no errors of its own.
    fn is_usable(&self, problems: &[Problem]) -> bool {
        !matches!(self, Self::Invalid) && !problems.iter().any(|p| p.structural)
    }
}

/// Reads one playlist file.
pub fn read(reading: &mut ParsedSchedule, file: usize, table: &DeTable<'_>) {
    let campaign = match table.get("campaign").map(|value| (value, value.get_ref())) {
        None => FileCampaign::Absent,
        Some((value, DeValue::Table(inner))) => {
            let key = table.get_key_value("campaign").map_or(value.span(), |(key, _)| key.span());
            read_campaign(reading, TableReader::new(inner, file, key), file)
                .map_or(FileCampaign::Invalid, FileCampaign::Valid)
        }
        // Told below.
        Some(_) => FileCampaign::Invalid,
    };
    for (key, value) in table.iter() {
        let name = key.get_ref().to_string();
        match (name.as_str(), value.get_ref()) {
            ("campaign", DeValue::Table(_)) => {}
            (many, DeValue::Array(items)) if REPEATED_TABLES.contains(&many) => {
                for item in items {
                    let DeValue::Table(inner) = item.get_ref() else {
                        let finding = Finding::WrongType { key: name.clone(), wants: ProblemText::Table };
                        structural(reading, file, item.span(), finding, Hint::WriteTwice { key: name.clone() });
                        continue;
                    };
                    let fields = TableReader::new(inner, file, heading(item));
                    match name.as_str() {
                        "segment" => read_segment(reading, fields, &campaign),
                        "holiday" => holiday::read(reading, fields),
                        _ => session::read(reading, fields, &campaign),
                    }
                }
            }
            (many, DeValue::Table(_)) if REPEATED_TABLES.contains(&many) => {
                let finding = Finding::OneTable { key: name.clone() };
                structural(reading, file, key.span(), finding, Hint::WriteTwice { key: name });
            }
            ("campaign", DeValue::Array(_)) => {
                let finding = Finding::ManyTables { key: name.clone() };
                structural(reading, file, key.span(), finding, Hint::WriteOnce { key: name });
            }
            ("campaign" | "segment" | "session" | "holiday", _) => {
                let finding = Finding::WrongType { key: name.clone(), wants: ProblemText::Table };
                let once = name == "campaign";
                let hint = if once { Hint::WriteOnce { key: name } } else { Hint::WriteTwice { key: name } };
                structural(reading, file, key.span(), finding, hint);
            }
            (_, DeValue::Table(_) | DeValue::Array(_)) => {
                let hint = match closest_match(&name, ["campaign", "segment", "session", "holiday"].into_iter()) {
                    Some(near) if near == "campaign" => Hint::DidYouMean { name: "[campaign]".to_owned() },
                    Some(near) => Hint::DidYouMean { name: format!("[[{near}]]") },
                    None => Hint::TablesHere { tables: TABLES.to_owned() },
                };
                structural(reading, file, key.span(), Finding::UnknownTable { key: name }, hint);
            }
            _ => {
                let hint = Hint::TablesHere { tables: TABLES.to_owned() };
                structural(reading, file, key.span(), Finding::KeyOutside { key: name }, hint);
            }
        }
    }
}

fn structural(reading: &mut ParsedSchedule, file: usize, span: Range<usize>, finding: Finding, hint: Hint) {
    reading.problems.push(Problem::structural(SourceSpan { file, range: span }, finding, hint));
}

/// The heading of a table: its span begins there and may hold more.
fn heading(item: SpannedValue<'_, '_>) -> Range<usize> {
    let span = item.span();
    span.start..span.end.min(span.start + "[[segment]]".len())
}

fn read_campaign(reading: &mut ParsedSchedule, mut fields: TableReader<'_, '_>, file: usize) -> Option<Campaign> {
    let id = required_id(&mut fields, "id = \"giam-ngheo-2023\"");
    let reference = title(&mut fields, "reference");
    let title = required_title(&mut fields);
    let from = date(&mut fields, "from");
    let until = date(&mut fields, "until");
    let (topics, topic_places) = topics(&mut fields);
    if let (Some(first), Some(last)) = (from, until)
        && first > last
    {
        let span = fields.spans["from"].range.clone();
        fields.report_structural(span, Finding::FromAfterUntil, Hint::SwapDates);
    }
    let (problems, places) = fields.finish();
    let whole = !problems.iter().any(|p| p.structural);
    reading.problems.extend(problems);
    let campaign = Campaign { id: id?, title: title?, reference, from, until, topics };
    let known = &mut reading.spans.campaigns;
    if let Some(first) = known.get(&campaign.id) {
        let also = first.get("id").cloned();
        let finding = Finding::DuplicateId { id: campaign.id.to_string() };
        let place = places.get("id").cloned().unwrap_or(SourceSpan { file, range: 0..0 });
        reading.problems.push(Problem::structural(place, finding, Hint::RenameOne).with_related(also));
        return None;
    }
    if !whole {
        return None;
    }
    known.insert(campaign.id.clone(), places);
    for (number, place) in topic_places {
        reading.spans.topics.insert((campaign.id.clone(), number), place);
    }
    reading.schedule.campaigns.push(campaign.clone());
    Some(campaign)
}

fn topics(fields: &mut TableReader<'_, '_>) -> (BTreeMap<u16, String>, Vec<(u16, SourceSpan)>) {
    let (mut topics, mut places) = (BTreeMap::new(), Vec::new());
    let Some(value) = fields.take("topics") else {
        return (topics, places);
    };
    let DeValue::Table(table) = value.get_ref() else {
        fields.report_wrong_type("topics", value.span(), ProblemText::Table, "[campaign.topics]");
        return (topics, places);
    };
    for (key, value) in table.iter() {
        let text = key.get_ref().to_string();
        let number = text.parse::<u16>().ok().filter(|n| (1..=999).contains(n) && text == n.to_string());
        let Some(number) = number else {
            let hint = Hint::Write { example: "1 = \"…\"".to_owned() };
            fields.report_structural(key.span(), Finding::BadTopic { text }, hint);
            continue;
        };
        let mut one = TableReader::new(table, fields.span_in_file(0..0).file, key.span());
        if let Some((title, span)) = one.as_text(&text, value, "1 = \"…\"")
            && let Some(title) = as_title(&mut one, &text, &title, span)
        {
            topics.insert(number, title);
            places.push((number, fields.span_in_file(key.span())));
        }
        fields.problems.append(&mut one.problems);
    }
    (topics, places)
}

fn required_id(fields: &mut TableReader<'_, '_>, example: &str) -> Option<Id> {
    let value = fields.require("id", example)?;
    let (text, span) = fields.as_text("id", value, example)?;
    id(fields, "id", &text, span)
}

fn required_title(fields: &mut TableReader<'_, '_>) -> Option<String> {
    fields.require("title", "title = \"…\"")?;
    title(fields, "title")
}

/// Reads a segment. One that has an error anywhere is left out: without the key that is misspelt it might air after
/// its last day, or be logged for the wrong topic.
fn read_segment(reading: &mut ParsedSchedule, mut fields: TableReader<'_, '_>, belongs: &FileCampaign) {
    let campaign = belongs.campaign();
    let id = required_id(&mut fields, "id = \"tin-sang\"");
    let approved_by = title(&mut fields, "approved-by");
    let title = required_title(&mut fields);
    let file = file(&mut fields);
    let topic = topic(&mut fields, belongs);
    let language = language(&mut fields);
    let source = source(&mut fields);
    let approved_on = date(&mut fields, "approved-on");
    let valid_from = date(&mut fields, "valid-from");
    let valid_until = date(&mut fields, "valid-until");
    if let (Some(first), Some(last)) = (valid_from, valid_until)
        && first > last
    {
        let span = fields.spans["valid-from"].range.clone();
        fields.report_structural(span, Finding::FromAfterUntil, Hint::SwapDates);
    }
    let pools = pools(&mut fields);
    let sha256 = sha256(&mut fields);
    let (problems, places) = fields.finish();
    let usable = belongs.is_usable(&problems);
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

fn check_unique(
    problems: &mut Vec<Problem>,
    known: &HashMap<Id, BTreeMap<&'static str, SourceSpan>>,
    id: &Id,
    places: &BTreeMap<&'static str, SourceSpan>,
) -> bool {
    let Some(first) = known.get(id) else {
        return true;
    };
    let finding = Finding::DuplicateId { id: id.to_string() };
    problems.push(
        Problem::structural(places["id"].clone(), finding, Hint::RenameOne).with_related(first.get("id").cloned()),
    );
    false
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

/// `pool`: where it is drawn from, beside its topic.
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

/// `sha256`: the file that was approved.
fn sha256(fields: &mut TableReader<'_, '_>) -> Option<String> {
    let (text, span) = fields.text("sha256", "sha256 = \"…\"")?;
    let lower = text.trim().to_ascii_lowercase();
    if lower.len() == 64 && lower.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Some(lower);
    }
    fields.report_structural(span, Finding::BadHash, Hint::AddAgain);
    None
}

/// `topic`: one of the file's campaign.
fn topic(fields: &mut TableReader<'_, '_>, belongs: &FileCampaign) -> Option<u16> {
    let value = fields.take("topic")?;
    let DeValue::Integer(number) = value.get_ref() else {
        fields.report_wrong_type("topic", value.span(), ProblemText::Number, "topic = 1");
        return None;
    };
    let number = i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(i64::MAX);
    let known = |c: &Campaign| u16::try_from(number).ok().filter(|n| c.topics.contains_key(n));
    match belongs {
        FileCampaign::Invalid => None,
        FileCampaign::Absent => {
            fields.report_structural(value.span(), Finding::TopicNoCampaign, Hint::RemoveTopic);
            None
        }
        FileCampaign::Valid(campaign) => {
            let topic = known(campaign);
            if topic.is_none() {
                let finding = Finding::NoSuchTopic { topic: number };
                fields.report_structural(value.span(), finding, Hint::DefineTopic { topic: number });
            }
            topic
        }
    }
}

fn language(fields: &mut TableReader<'_, '_>) -> Option<String> {
    let Some((text, span)) = fields.text("language", "language = \"vi\"") else {
        return if fields.spans.contains_key("language") { None } else { Some("vi".to_owned()) };
    };
    let known = LANGUAGES.join(", ");
    if !(2..=3).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_lowercase()) {
        fields.report_structural(span, Finding::BadLanguage { text }, Hint::OneOf { values: known });
        return None;
    }
    if !LANGUAGES.contains(&text.as_str()) {
        fields.report_warning(span, Finding::RareLanguage { text: text.clone() }, Hint::OneOf { values: known });
    }
    Some(text)
}

/// The source of this name.
#[must_use]
pub fn parse_source(name: &str) -> Option<SegmentSource> {
    SOURCES.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}

fn source(fields: &mut TableReader<'_, '_>) -> Option<SegmentSource> {
    let Some((text, span)) = fields.text("source", "source = \"own\"") else {
        return if fields.spans.contains_key("source") { None } else { Some(SegmentSource::default()) };
    };
    let found = parse_source(&text);
    if found.is_none() {
        let names = SOURCES.iter().map(|(name, _)| *name);
        let hint = match closest_match(&text, names.clone()) {
            Some(name) => Hint::DidYouMean { name },
            None => Hint::OneOf { values: names.collect::<Vec<_>>().join(", ") },
        };
        fields.report_structural(span, Finding::BadSource { text }, hint);
    }
    found
}
