//! Reads `[campaign]` of a playlist file.
use std::collections::BTreeMap;

use toml::de::DeValue;

use super::super::dates::{check_date_order, date};
use super::super::fields::TableReader;
use super::super::values::{as_title, title};
use super::common::{required_id, required_title};
use crate::schedule::Campaign;
use crate::schedule::finding::Finding;
use crate::schedule::parsed::ParsedSchedule;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::text::problem::{Hint, ProblemText};

/// The campaign of a file's segments and sessions.
pub enum FileCampaign {
    /// The file has no campaign.
    Absent,
    /// The file's campaign.
    Valid(Campaign),
    /// The file's campaign has an error. Its days and topics are unknown, so nothing in the file can be used: sessions
    /// would air outside the campaign, and segments would be logged without one.
    Invalid,
}

impl FileCampaign {
    /// Returns the campaign, if it is valid.
    pub fn campaign(&self) -> Option<&Campaign> {
        match self {
            Self::Valid(campaign) => Some(campaign),
            Self::Absent | Self::Invalid => None,
        }
    }

    /// Returns whether an item of the file with these problems can be used.
    pub fn is_usable(&self, problems: &[Problem]) -> bool {
        !matches!(self, Self::Invalid) && !problems.iter().any(|p| p.structural)
    }
}

/// Reads `[campaign]`; returns `None` when it has an error or its id is already used.
pub fn read(reading: &mut ParsedSchedule, mut fields: TableReader<'_, '_>, file: usize) -> Option<Campaign> {
    let id = required_id(&mut fields, "id = \"giam-ngheo-2023\"");
    let reference = title(&mut fields, "reference");
    let title = required_title(&mut fields);
    let from = date(&mut fields, "from");
    let until = date(&mut fields, "until");
    let (topics, topic_places) = topics(&mut fields);
    check_date_order(&mut fields, "from", from, until);
    let (problems, places) = fields.finish();
    let whole = !problems.iter().any(|p| p.structural);
    reading.problems.extend(problems);
    let campaign = Campaign { id: id?, title: title?, reference, from, until, topics };
    let known = &mut reading.spans.campaigns;
    if let Some(first) = known.get(&campaign.id) {
        let also = first.get("id").cloned();
        let finding = Finding::DuplicateId { id: campaign.id.to_string() };
        let place = places.get("id").cloned().unwrap_or(SourceSpan::start_of(file));
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
