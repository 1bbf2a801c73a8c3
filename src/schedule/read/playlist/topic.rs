//! Reads `topic` of a segment or a draw.
use toml::de::DeValue;

use super::super::fields::TableReader;
use super::campaign::FileCampaign;
use crate::schedule::Campaign;
use crate::schedule::finding::Finding;
use crate::text::problem::{Hint, ProblemText};

/// Reads `topic`; reports a topic that the file's campaign does not have.
pub fn read_topic(fields: &mut TableReader<'_, '_>, file_campaign: &FileCampaign) -> Option<u16> {
    let value = fields.take("topic")?;
    let DeValue::Integer(number) = value.get_ref() else {
        fields.report_wrong_type("topic", value.span(), ProblemText::Number, "topic = 1");
        return None;
    };
    let number = i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(i64::MAX);
    let find_topic = |c: &Campaign| u16::try_from(number).ok().filter(|n| c.topics.contains_key(n));
    match file_campaign {
        FileCampaign::Invalid => None,
        FileCampaign::Absent => {
            fields.report_structural_problem(value.span(), Finding::TopicWithoutCampaign, Hint::RemoveTopic);
            None
        }
        FileCampaign::Valid(campaign) => {
            let topic = find_topic(campaign);
            if topic.is_none() {
                let finding = Finding::NoSuchTopic { topic: number };
                fields.report_structural_problem(value.span(), finding, Hint::DefineTopic { topic: number });
            }
            topic
        }
    }
}
