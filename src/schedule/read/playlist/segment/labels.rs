//! Reads the labels of a segment: its language, and the office that made it.
use super::super::super::fields::{TableReader, closest_match};
use crate::schedule::SegmentSource;
use crate::schedule::finding::Finding;
use crate::text::languages::{BROADCAST_LANGUAGES, broadcast_language};
use crate::text::problem::Hint;

const SOURCES: [(&str, SegmentSource); 4] = [
    ("own", SegmentSource::Own),
    ("district", SegmentSource::District),
    ("province", SegmentSource::Province),
    ("national", SegmentSource::National),
];

/// Reads `language`; a missing key means `vi`. `None` when the value has an error.
pub fn read_language(fields: &mut TableReader<'_, '_>) -> Option<String> {
    let Some((text, span)) = fields.take_text("language", "language = \"vi\"") else {
        return if fields.spans.contains_key("language") { None } else { Some("vi".to_owned()) };
    };
    let known_codes = BROADCAST_LANGUAGES.map(|language| language.code).join(", ");
    if !(2..=3).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_lowercase()) {
        fields.report_structural_problem(span, Finding::BadLanguage { text }, Hint::OneOf { values: known_codes });
        return None;
    }
    if broadcast_language(&text).is_none() {
        fields.report_warning(span, Finding::RareLanguage { text: text.clone() }, Hint::OneOf { values: known_codes });
    }
    Some(text)
}

/// Returns the source with this name.
#[must_use]
pub fn parse_source(name: &str) -> Option<SegmentSource> {
    SOURCES.iter().find(|(source_name, _)| *source_name == name).map(|(_, source)| *source)
}

/// Reads `source`; a missing key means the default. `None` when the value has an error.
pub fn read_source(fields: &mut TableReader<'_, '_>) -> Option<SegmentSource> {
    let Some((text, span)) = fields.take_text("source", "source = \"own\"") else {
        return if fields.spans.contains_key("source") { None } else { Some(SegmentSource::default()) };
    };
    let source = parse_source(&text);
    if source.is_none() {
        let names = SOURCES.iter().map(|(name, _)| *name);
        let hint = match closest_match(&text, names.clone()) {
            Some(name) => Hint::DidYouMean { name },
            None => Hint::OneOf { values: names.collect::<Vec<_>>().join(", ") },
        };
        fields.report_structural_problem(span, Finding::BadSource { text }, hint);
    }
    source
}
