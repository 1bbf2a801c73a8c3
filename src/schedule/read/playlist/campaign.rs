//! Reads `[campaign]` of a playlist file.
use std::collections::BTreeMap;

use toml::de::DeValue;

use super::super::dates::{check_date_order, read_date};
use super::super::fields::TableReader;
use super::super::values::{as_title, read_title};
use super::common::{read_required_id, read_required_title};
use crate::schedule::Campaign;
use crate::schedule::finding::Finding;
use crate::schedule::parsed::ParsedSchedule;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::text::problem::{Hint, ProblemText};

/// The campaign of a file's segments and sessions.
pub enum FileCampaign {
    /// The file has no campaign.
    Absent,
    /// The file has this campaign.
    Valid(Campaign),
    /// The campaign has an error. Its days and topics are unknown, so nothing in the file can be used. Otherwise,
    /// sessions would air outside the campaign, and segments would be logged without a campaign.
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

    /// Returns true when a table of the file can be used. `problems` are the problems that were found in the table.
    pub fn is_usable(&self, problems: &[Problem]) -> bool {
        !matches!(self, Self::Invalid) && !problems.iter().any(|p| p.is_structural)
    }
}

/// Reads `[campaign]`; returns `None` when it has an error or its id is already used.
pub fn read(parsed: &mut ParsedSchedule, mut fields: TableReader<'_, '_>, file_index: usize) -> Option<Campaign> {
    let id = read_required_id(&mut fields, "id = \"giam-ngheo-2023\"");
    let reference = read_title(&mut fields, "reference");
    let title = read_required_title(&mut fields);
    let from = read_date(&mut fields, "from");
    let until = read_date(&mut fields, "until");
    let (topics, topic_spans) = read_topics(&mut fields);
    check_date_order(&mut fields, "from", from, until);
    let (problems, spans) = fields.finish();
    let is_valid = !problems.iter().any(|p| p.is_structural);
    parsed.problems.extend(problems);
    let campaign = Campaign { id: id?, title: title?, reference, from, until, topics };
    let campaign_spans = &mut parsed.spans.campaigns;
    if let Some(first_spans) = campaign_spans.get(&campaign.id) {
        let first_id_span = first_spans.get("id").cloned();
        let finding = Finding::DuplicateId { id: campaign.id.to_string() };
        let span = spans.get("id").cloned().unwrap_or(SourceSpan::start_of(file_index));
        parsed.problems.push(Problem::structural_error(span, finding, Hint::RenameOne).with_related(first_id_span));
        return None;
    }
    if !is_valid {
        return None;
    }
    campaign_spans.insert(campaign.id.clone(), spans);
    for (number, span) in topic_spans {
        parsed.spans.topics.insert((campaign.id.clone(), number), span);
    }
    parsed.schedule.campaigns.push(campaign.clone());
    Some(campaign)
}

fn read_topics(fields: &mut TableReader<'_, '_>) -> (BTreeMap<u16, String>, Vec<(u16, SourceSpan)>) {
    let (mut topics, mut spans) = (BTreeMap::new(), Vec::new());
    let Some(value) = fields.take("topics") else {
        return (topics, spans);
    };
    let DeValue::Table(table) = value.get_ref() else {
        fields.report_wrong_type("topics", value.span(), ProblemText::Table, "[campaign.topics]");
        return (topics, spans);
    };
    for (key, value) in table.iter() {
        let key_text = key.get_ref().to_string();
        let number = key_text.parse::<u16>().ok().filter(|n| (1..=999).contains(n) && key_text == n.to_string());
        let Some(number) = number else {
            let hint = Hint::Write { example: "1 = \"…\"".to_owned() };
            fields.report_structural_problem(key.span(), Finding::BadTopic { text: key_text }, hint);
            continue;
        };
        let mut title_reader = TableReader::new(table, fields.span_in_file(0..0).file_index, key.span());
        if let Some((title, span)) = title_reader.as_text(&key_text, value, "1 = \"…\"")
            && let Some(title) = as_title(&mut title_reader, &key_text, &title, span)
        {
            topics.insert(number, title);
            spans.push((number, fields.span_in_file(key.span())));
        }
        fields.problems.append(&mut title_reader.problems);
    }
    (topics, spans)
}
