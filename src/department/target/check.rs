//! Compares targets with the registry, and with the words that the collected logs use.
use std::collections::BTreeSet;

use super::read::ParsedTargets;
use super::{TargetPlace, ValueSpans};
use crate::department::registry::{AdminUnit, Registry};
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::read::fields::closest_match;
use crate::text::problem::Hint;

/// The campaigns, topics and languages that the collected logs name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoggedLabels {
    /// The ids of the campaigns.
    pub campaigns: BTreeSet<String>,
    /// The campaigns and numbers of the topics.
    pub topics: BTreeSet<(String, u16)>,
    /// The language codes.
    pub languages: BTreeSet<String>,
}

/// Returns the problems of targets for places, stations, topics or languages that nobody knows. `labels` is `None` if
/// the collected logs were not read.
#[must_use]
pub fn check_targets(parsed: &ParsedTargets, registry: &Registry, labels: Option<&LoggedLabels>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (campaign, spans) in &parsed.campaigns {
        let id = campaign.id.to_string();
        if labels.is_some_and(|labels| !labels.campaigns.contains(&id)) {
            let finding = Finding::CampaignNeverLogged { campaign: id };
            problems.push(Problem::warning(span_of(spans, "id"), finding, Hint::WaitForLogs));
        }
    }
    for (target, spans) in &parsed.targets {
        problems.extend(place_problem(&target.place, spans, registry));
        let Some(labels) = labels else { continue };
        let warn = |key, finding| Problem::warning(span_of(spans, key), finding, Hint::WaitForLogs);
        let selection = &target.selection;
        if let Some(campaign) = selection.campaign.as_ref().map(ToString::to_string) {
            if !labels.campaigns.contains(&campaign) {
                problems.push(warn("campaign", Finding::CampaignNeverLogged { campaign }));
            } else if let Some(topic) = selection.topic
                && !labels.topics.contains(&(campaign.clone(), topic))
            {
                problems.push(warn("topic", Finding::TopicNeverLogged { campaign, topic }));
            }
        }
        if let Some(language) = selection.language.clone().filter(|code| !labels.languages.contains(code)) {
            problems.push(warn("language", Finding::LanguageNeverLogged { language }));
        }
    }
    problems
}

fn span_of(spans: &ValueSpans, key: &str) -> SourceSpan {
    spans.get(key).cloned().unwrap_or_else(|| SourceSpan::start_of(0))
}

/// Returns the problem of a place that the registry does not have.
fn place_problem(place: &TargetPlace, spans: &ValueSpans, registry: &Registry) -> Option<Problem> {
    let areas = || registry.stations.values().flat_map(|station| &station.areas);
    let (key, code, units): (_, _, Vec<&AdminUnit>) = match place {
        TargetPlace::AllStations => return None,
        TargetPlace::District(code) => ("district", code, areas().map(|area| &area.district).collect()),
        TargetPlace::Commune(code) => ("commune", code, areas().map(|area| &area.commune).collect()),
        TargetPlace::Station(id) => {
            let ids = || registry.stations.keys().map(crate::base::id::Id::as_str);
            if registry.stations.contains_key(id) {
                return None;
            }
            let hint =
                closest_match(id.as_str(), ids()).map_or(Hint::CodesInRegistry, |name| Hint::DidYouMean { name });
            let finding = Finding::UnregisteredStation { id: id.to_string() };
            return Some(Problem::error(span_of(spans, "station"), finding, hint));
        }
    };
    if units.iter().any(|unit| unit.code == *code) {
        return None;
    }
    // People write the name. It does not identify a place, because names are not unique.
    let named = units.iter().find(|unit| unit.name == *code && !unit.code.is_empty());
    let hint = match named {
        Some(unit) => Hint::WriteCode { code: unit.code.clone(), name: unit.name.clone() },
        None => Hint::CodesInRegistry,
    };
    let finding = Finding::NoStationInPlace { key: key.to_owned(), code: code.clone() };
    Some(Problem::error(span_of(spans, key), finding, hint))
}
