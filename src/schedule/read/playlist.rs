//! `playlists/*.toml`: a campaign, segments, sessions.
mod holiday;
mod items;
mod resolve;
mod session;

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::Reading;
use super::fields::{Fields, Value, nearest};
use super::settings::inside;
use super::values::{as_title, date, id, list, title};
use crate::schedule::problem::{Place, Problem};
use crate::schedule::{Campaign, Id, Segment, Source};
use crate::text::problem::{Around, Finding, Hint};
pub use resolve::resolve;

/// Codes of languages that reports know.
const LANGUAGES: [&str; 8] = ["vi", "cmo", "rad", "cma", "hmn", "tyz", "nut", "en"];
const SOURCES: [(&str, Source); 4] = [
    ("own", Source::Own),
    ("district", Source::District),
    ("province", Source::Province),
    ("national", Source::National),
];
const TABLES: &str = "[campaign], [[segment]], [[session]], [[holiday]]";
/// Tables of which a file may hold many.
const MANY: [&str; 3] = ["segment", "session", "holiday"];

/// Pools of one segment.
const MAX_POOLS: usize = 50;

/// What a file's segments and sessions belong to.
enum Belongs {
    /// The file has no campaign.
    ToNone,
    /// The file's campaign.
    To(Campaign),
    /// It has one that is broken. Its days and topics are not known, so nothing of the file can be used: its sessions
    /// would air outside of the campaign, its segments be logged for none.
    Broken,
}

impl Belongs {
    fn campaign(&self) -> Option<&Campaign> {
        match self {
            Self::To(campaign) => Some(campaign),
            Self::ToNone | Self::Broken => None,
        }
    }

    /// Whether what stands in the file can be used, if it has no errors of its own.
    fn usable(&self, problems: &[Problem]) -> bool {
        !matches!(self, Self::Broken) && !problems.iter().any(|p| p.structural)
    }
}

/// Reads one playlist file.
pub fn read(reading: &mut Reading, file: usize, table: &DeTable<'_>) {
    let campaign = match table.get("campaign").map(|value| (value, value.get_ref())) {
        None => Belongs::ToNone,
        Some((value, DeValue::Table(inner))) => {
            let key = table.get_key_value("campaign").map_or(value.span(), |(key, _)| key.span());
            read_campaign(reading, Fields::new(inner, file, key), file).map_or(Belongs::Broken, Belongs::To)
        }
        // Told below.
        Some(_) => Belongs::Broken,
    };
    for (key, value) in table.iter() {
        let name = key.get_ref().to_string();
        match (name.as_str(), value.get_ref()) {
            ("campaign", DeValue::Table(_)) => {}
            (many, DeValue::Array(items)) if MANY.contains(&many) => {
                for item in items {
                    let DeValue::Table(inner) = item.get_ref() else {
                        let finding = Finding::WrongType { key: name.clone(), wants: Around::Table };
                        structural(reading, file, item.span(), finding, Hint::WriteTwice { key: name.clone() });
                        continue;
                    };
                    let fields = Fields::new(inner, file, heading(item));
                    match name.as_str() {
                        "segment" => read_segment(reading, fields, &campaign),
                        "holiday" => holiday::read(reading, fields),
                        _ => session::read(reading, fields, &campaign),
                    }
                }
            }
            (many, DeValue::Table(_)) if MANY.contains(&many) => {
                let finding = Finding::OneTable { key: name.clone() };
                structural(reading, file, key.span(), finding, Hint::WriteTwice { key: name });
            }
            ("campaign", DeValue::Array(_)) => {
                let finding = Finding::ManyTables { key: name.clone() };
                structural(reading, file, key.span(), finding, Hint::WriteOnce { key: name });
            }
            ("campaign" | "segment" | "session" | "holiday", _) => {
                let finding = Finding::WrongType { key: name.clone(), wants: Around::Table };
                let once = name == "campaign";
                let hint = if once { Hint::WriteOnce { key: name } } else { Hint::WriteTwice { key: name } };
                structural(reading, file, key.span(), finding, hint);
            }
            (_, DeValue::Table(_) | DeValue::Array(_)) => {
                let hint = match nearest(&name, ["campaign", "segment", "session", "holiday"].into_iter()) {
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

fn structural(reading: &mut Reading, file: usize, span: Range<usize>, finding: Finding, hint: Hint) {
    reading.problems.push(Problem::structural(Place { file, span }, finding, hint));
}

/// The heading of a table: its span begins there and may hold more.
fn heading(item: Value<'_, '_>) -> Range<usize> {
    let span = item.span();
    span.start..span.end.min(span.start + "[[segment]]".len())
}

fn read_campaign(reading: &mut Reading, mut fields: Fields<'_, '_>, file: usize) -> Option<Campaign> {
    let id = required_id(&mut fields, "id = \"giam-ngheo-2023\"");
    let reference = title(&mut fields, "reference");
    let title = required_title(&mut fields);
    let from = date(&mut fields, "from");
    let until = date(&mut fields, "until");
    let (topics, topic_places) = topics(&mut fields);
    if let (Some(first), Some(last)) = (from, until)
        && first > last
    {
        let span = fields.places["from"].span.clone();
        fields.structural(span, Finding::FromAfterUntil, Hint::SwapDates);
    }
    let (problems, places) = fields.finish();
    let whole = !problems.iter().any(|p| p.structural);
    reading.problems.extend(problems);
    let campaign = Campaign { id: id?, title: title?, reference, from, until, topics };
    let known = &mut reading.places.campaigns;
    if let Some(first) = known.get(&campaign.id) {
        let also = first.get("id").cloned();
        let finding = Finding::DuplicateId { id: campaign.id.to_string() };
        let place = places.get("id").cloned().unwrap_or(Place { file, span: 0..0 });
        reading.problems.push(Problem::structural(place, finding, Hint::RenameOne).also(also));
        return None;
    }
    if !whole {
        return None;
    }
    known.insert(campaign.id.clone(), places);
    for (number, place) in topic_places {
        reading.places.topics.insert((campaign.id.clone(), number), place);
    }
    reading.schedule.campaigns.push(campaign.clone());
    Some(campaign)
}

fn topics(fields: &mut Fields<'_, '_>) -> (BTreeMap<u16, String>, Vec<(u16, Place)>) {
    let (mut topics, mut places) = (BTreeMap::new(), Vec::new());
    let Some(value) = fields.take("topics") else {
        return (topics, places);
    };
    let DeValue::Table(table) = value.get_ref() else {
        fields.wrong("topics", value.span(), Around::Table, "[campaign.topics]");
        return (topics, places);
    };
    for (key, value) in table.iter() {
        let text = key.get_ref().to_string();
        let number = text.parse::<u16>().ok().filter(|n| (1..=999).contains(n) && text == n.to_string());
        let Some(number) = number else {
            let hint = Hint::Write { example: "1 = \"…\"".to_owned() };
            fields.structural(key.span(), Finding::BadTopic { text }, hint);
            continue;
        };
        let mut one = Fields::new(table, fields.place(0..0).file, key.span());
        if let Some((title, span)) = one.as_text(&text, value, "1 = \"…\"")
            && let Some(title) = as_title(&mut one, &text, &title, span)
        {
            topics.insert(number, title);
            places.push((number, fields.place(key.span())));
        }
        fields.problems.append(&mut one.problems);
    }
    (topics, places)
}

fn required_id(fields: &mut Fields<'_, '_>, example: &str) -> Option<Id> {
    let value = fields.need("id", example)?;
    let (text, span) = fields.as_text("id", value, example)?;
    id(fields, "id", &text, span)
}

fn required_title(fields: &mut Fields<'_, '_>) -> Option<String> {
    fields.need("title", "title = \"…\"")?;
    title(fields, "title")
}

/// Reads a segment. One that has an error anywhere is left out: without the key that is misspelt it might air after
/// its last day, or be logged for the wrong topic.
fn read_segment(reading: &mut Reading, mut fields: Fields<'_, '_>, belongs: &Belongs) {
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
        let span = fields.places["valid-from"].span.clone();
        fields.structural(span, Finding::FromAfterUntil, Hint::SwapDates);
    }
    let pools = pools(&mut fields);
    let sha256 = sha256(&mut fields);
    let (problems, places) = fields.finish();
    let usable = belongs.usable(&problems);
    reading.problems.extend(problems);
    let (true, Some(id), Some(title), Some(file), Some(language), Some(source)) =
        (usable, id.clone(), title, file, language, source)
    else {
        reading.places.unreadable.extend(id);
        return;
    };
    if !unique(&mut reading.problems, &reading.places.segments, &id, &places) {
        return;
    }
    reading.places.segments.insert(id.clone(), places);
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

fn unique(
    problems: &mut Vec<Problem>,
    known: &HashMap<Id, BTreeMap<&'static str, Place>>,
    id: &Id,
    places: &BTreeMap<&'static str, Place>,
) -> bool {
    let Some(first) = known.get(id) else {
        return true;
    };
    let finding = Finding::DuplicateId { id: id.to_string() };
    problems.push(Problem::structural(places["id"].clone(), finding, Hint::RenameOne).also(first.get("id").cloned()));
    false
}

fn file(fields: &mut Fields<'_, '_>) -> Option<String> {
    let example = "file = \"tin.mp3\"";
    let value = fields.need("file", example)?;
    let (text, span) = fields.as_text("file", value, example)?;
    let text: String = unicode_normalization::UnicodeNormalization::nfc(text.as_str()).collect();
    if !inside(&text) || text.len() > 200 {
        fields.structural(span, Finding::BadFile { text }, Hint::InAudio);
        return None;
    }
    if text.chars().any(|c| "?*:<>|\"".contains(c)) {
        fields.warning(span, Finding::FatName { file: text.clone() }, Hint::RenameFile);
    }
    Some(text)
}

/// `pool`: where it is drawn from, beside its topic.
fn pools(fields: &mut Fields<'_, '_>) -> Vec<Id> {
    let example = "pool = \"tin-vui\"";
    let Some(value) = fields.take("pool") else { return Vec::new() };
    let mut pools = Vec::new();
    let items = list(value);
    if items.len() > MAX_POOLS {
        let finding = Finding::TooMany { what: Around::Pools, limit: MAX_POOLS };
        fields.structural(value.span(), finding, Hint::FewerOrFiles);
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
fn sha256(fields: &mut Fields<'_, '_>) -> Option<String> {
    let (text, span) = fields.text("sha256", "sha256 = \"…\"")?;
    let lower = text.trim().to_ascii_lowercase();
    if lower.len() == 64 && lower.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Some(lower);
    }
    fields.structural(span, Finding::BadHash, Hint::AddAgain);
    None
}

/// `topic`: one of the file's campaign.
fn topic(fields: &mut Fields<'_, '_>, belongs: &Belongs) -> Option<u16> {
    let value = fields.take("topic")?;
    let DeValue::Integer(number) = value.get_ref() else {
        fields.wrong("topic", value.span(), Around::Number, "topic = 1");
        return None;
    };
    let number = i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(i64::MAX);
    let known = |c: &Campaign| u16::try_from(number).ok().filter(|n| c.topics.contains_key(n));
    match belongs {
        Belongs::Broken => None,
        Belongs::ToNone => {
            fields.structural(value.span(), Finding::TopicNoCampaign, Hint::RemoveTopic);
            None
        }
        Belongs::To(campaign) => {
            let topic = known(campaign);
            if topic.is_none() {
                let finding = Finding::NoSuchTopic { topic: number };
                fields.structural(value.span(), finding, Hint::DefineTopic { topic: number });
            }
            topic
        }
    }
}

fn language(fields: &mut Fields<'_, '_>) -> Option<String> {
    let Some((text, span)) = fields.text("language", "language = \"vi\"") else {
        return if fields.places.contains_key("language") { None } else { Some("vi".to_owned()) };
    };
    let known = LANGUAGES.join(", ");
    if !(2..=3).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_lowercase()) {
        fields.structural(span, Finding::BadLanguage { text }, Hint::OneOf { values: known });
        return None;
    }
    if !LANGUAGES.contains(&text.as_str()) {
        fields.warning(span, Finding::RareLanguage { text: text.clone() }, Hint::OneOf { values: known });
    }
    Some(text)
}

/// The source of this name.
#[must_use]
pub fn source_named(name: &str) -> Option<Source> {
    SOURCES.iter().find(|(known, _)| *known == name).map(|(_, source)| *source)
}

fn source(fields: &mut Fields<'_, '_>) -> Option<Source> {
    let Some((text, span)) = fields.text("source", "source = \"own\"") else {
        return if fields.places.contains_key("source") { None } else { Some(Source::default()) };
    };
    let found = source_named(&text);
    if found.is_none() {
        let names = SOURCES.iter().map(|(name, _)| *name);
        let hint = match nearest(&text, names.clone()) {
            Some(name) => Hint::DidYouMean { name },
            None => Hint::OneOf { values: names.collect::<Vec<_>>().join(", ") },
        };
        fields.structural(span, Finding::BadSource { text }, hint);
    }
    found
}
