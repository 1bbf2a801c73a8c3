//! The rows of topics that nobody aired, and of each commune with each topic.
use std::collections::{BTreeMap, BTreeSet};

use super::Tally;
use super::group_totals::{RowKey, TopicKey};
use super::keys::joined;
use crate::department::report::coverage::Coverage;
use crate::department::report::group_by::GroupBy;

impl Tally<'_> {
    /// Returns the topics of the report: those of its airings, and those that the department defines for the campaigns of
    /// its airings and for the campaign on which it is made.
    fn topics(&self) -> BTreeSet<TopicKey> {
        let mut topics: BTreeSet<TopicKey> = self.cells.keys().map(|cell| cell.topic).collect();
        let mut campaigns: BTreeSet<_> = topics.iter().map(|(campaign, _)| *campaign).collect();
        campaigns.extend(self.campaign.flatten());
        for campaign in campaigns {
            let defined = self.context.defined_topics.get(&campaign).into_iter().flatten();
            topics.extend(defined.map(|number| (campaign, u32::from(*number))));
        }
        topics
    }

    /// Returns the keys of the rows that a table by topic has even if nothing was aired.
    pub(super) fn topic_row_keys(&self) -> impl Iterator<Item = RowKey> + '_ {
        self.topics().into_iter().map(|topic| self.topic_key(topic))
    }

    /// Returns the second half of the keys in a table of communes and topics: each topic, in a table with languages once
    /// for each language of its airings, or once without a language if it has none.
    fn topic_columns(&self, by: GroupBy) -> Vec<RowKey> {
        if by == GroupBy::CommuneTopic {
            return self.topic_row_keys().collect();
        }
        let mut languages: BTreeMap<TopicKey, BTreeSet<_>> =
            self.topics().into_iter().map(|topic| (topic, BTreeSet::new())).collect();
        for cell in self.cells.keys() {
            languages.entry(cell.topic).or_default().insert(cell.language);
        }
        let mut keys = Vec::new();
        for (topic, languages) in languages {
            if languages.is_empty() {
                keys.push(joined(self.topic_key(topic), self.language_key(None)));
            }
            let language_key = |language| joined(self.topic_key(topic), self.language_key(Some(language)));
            keys.extend(languages.into_iter().map(language_key));
        }
        keys
    }

    /// Combines each commune with each topic. The station-days of a row are those of its commune.
    pub(super) fn product_coverages(
        &self,
        by: GroupBy,
        communes: BTreeMap<RowKey, Coverage>,
    ) -> BTreeMap<RowKey, Coverage> {
        let columns = self.topic_columns(by);
        let rows = communes.into_iter().flat_map(|(commune, coverage)| {
            columns.iter().map(move |column| (joined(commune.clone(), column.clone()), coverage))
        });
        rows.collect()
    }
}
