//! Reads the campaigns in `targets.toml`.
use std::collections::BTreeMap;

use toml::de::DeValue;

use super::titles::read_required_title;
use crate::department::target::campaign::{DefinedCampaign, ReadCampaigns};
use crate::department::target::{Target, ValueSpans};
use crate::schedule::finding::Finding;
use crate::schedule::problem::Problem;
use crate::schedule::read::fields::{SpannedValue, TableReader};
use crate::schedule::read::values::{as_id, read_number};
use crate::text::problem::{Hint, ProblemText};

/// The maximum number of campaigns of a department.
pub const MAX_CAMPAIGNS: usize = 50;
/// The maximum number of topics of a campaign.
const MAX_TOPICS: usize = 100;
const TOPIC_HEADING: &str = "[[campaign.topic]]";

/// Reads a campaign. Returns `None`, with a problem in `fields`, if it has an error.
pub(in crate::department::target) fn read_campaign(fields: &mut TableReader<'_, '_>) -> Option<DefinedCampaign> {
    let example = "id = \"giam-ngheo-2023\"";
    let id = fields.require("id", example).and_then(|value| fields.as_text("id", value, example));
    let id = id.and_then(|(text, span)| as_id(fields, "id", &text, span));
    let title = read_required_title(fields, "title", "title = \"Truyền thông giảm nghèo\"");
    let reference = if fields.take("reference").is_some() {
        read_required_title(fields, "reference", "reference = \"Kế hoạch 147/KH-UBND\"")
    } else {
        Some(String::new())
    };
    let topics = read_topics(fields);
    Some(DefinedCampaign { id: id?, title: title?, reference: reference?, topics })
}

fn read_topics(fields: &mut TableReader<'_, '_>) -> BTreeMap<u16, String> {
    let mut topics = BTreeMap::new();
    let Some(value) = fields.take("topic") else { return topics };
    let DeValue::Array(items) = value.get_ref() else {
        let hint = Hint::UseDoubleBrackets { key: "campaign.topic".to_owned() };
        fields.report_structural_problem(value.span(), Finding::NeedsDoubleBrackets { key: "topic".to_owned() }, hint);
        return topics;
    };
    if items.len() > MAX_TOPICS {
        let finding = Finding::TooMany { what: ProblemText::Topics, limit: MAX_TOPICS };
        fields.report_structural_problem(value.span(), finding, Hint::RemoveSome);
    }
    for item in items.iter().take(MAX_TOPICS) {
        read_topic(fields, item, &mut topics);
    }
    topics
}

/// Reads one `[[campaign.topic]]`. Its problems become problems of the campaign.
fn read_topic(fields: &mut TableReader<'_, '_>, item: SpannedValue<'_, '_>, topics: &mut BTreeMap<u16, String>) {
    let span = item.span();
    let DeValue::Table(table) = item.get_ref() else {
        fields.report_wrong_type("topic", span, ProblemText::Table, TOPIC_HEADING);
        return;
    };
    let heading = span.start..span.end.min(span.start + TOPIC_HEADING.len());
    let mut topic = TableReader::new(table, 0, heading);
    topic.require("number", "number = 1");
    let number = read_number(&mut topic, "number", 1, 999).and_then(|number| u16::try_from(number).ok());
    let title = read_required_title(&mut topic, "title", "title = \"Chính sách giảm nghèo\"");
    if let Some(number) = number.filter(|number| topics.contains_key(number)) {
        let span = topic.spans["number"].range.clone();
        topic.report_structural_problem(span, Finding::TopicTwice { number }, Hint::RenumberOne);
    } else {
        topics.extend(number.zip(title));
    }
    fields.problems.extend(topic.finish().0);
}

/// Returns the problems of targets for topics that the file does not list for their campaign.
pub(in crate::department::target) fn undefined_topics(
    targets: &[(Target, ValueSpans)],
    campaigns: &ReadCampaigns,
) -> Vec<Problem> {
    targets.iter().filter_map(|(target, spans)| undefined_topic_problem(target, spans, campaigns)).collect()
}

fn undefined_topic_problem(target: &Target, spans: &ValueSpans, campaigns: &ReadCampaigns) -> Option<Problem> {
    let (id, topic) = target.selection.campaign.as_ref().zip(target.selection.topic)?;
    let (campaign, _) = campaigns.iter().find(|(campaign, _)| campaign.id == *id)?;
    if campaign.topics.contains_key(&topic) {
        return None;
    }
    let finding = Finding::TopicNotInCampaign { campaign: id.to_string(), topic };
    Some(Problem::error(spans.get("topic").cloned()?, finding, Hint::ListTopic))
}
