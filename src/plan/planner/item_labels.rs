//! The fields of an airing that come from its item: a segment, a relay slot, or a draw that found no segment.
use std::sync::Arc;

use chrono::NaiveDate;

use super::Planner;
use crate::plan::AiringKind;
use crate::plan::expand::{PlannedContent, PlannedItem};
use crate::schedule::{Id, SegmentPool, SegmentSource};

/// The fields of an [`Airing`](crate::plan::Airing) that come from its item.
pub(super) struct ItemLabels {
    pub(super) segment: Id,
    pub(super) title: Arc<str>,
    pub(super) campaign: Option<Id>,
    pub(super) topic: Option<u16>,
    pub(super) language: Arc<str>,
    pub(super) source: SegmentSource,
    pub(super) file: Arc<str>,
    pub(super) valid_until: Option<NaiveDate>,
    pub(super) required_sha256: Option<Arc<str>>,
    pub(super) scanned_sha256: Option<Arc<str>>,
    pub(super) kind: AiringKind,
}

impl<'a> Planner<'a> {
    /// Returns the fields of an airing that come from its item.
    pub(super) fn item_labels(&self, item: &PlannedItem<'a>, date: NaiveDate) -> ItemLabels {
        match &item.content {
            PlannedContent::Segment(info) => {
                let segment = info.segment;
                ItemLabels {
                    segment: segment.id.clone(),
                    title: info.title.clone(),
                    campaign: segment.campaign.clone(),
                    topic: segment.topic,
                    language: info.language.clone(),
                    source: segment.source,
                    file: info.file.clone(),
                    valid_until: segment.valid_until,
                    required_sha256: info.required_sha256.clone(),
                    scanned_sha256: info.scanned_sha256.clone(),
                    kind: if self.schedule.station.requires_approval && !segment.is_approved(date) {
                        AiringKind::UnapprovedSegment
                    } else {
                        AiringKind::Segment
                    },
                }
            }
            PlannedContent::Relay(relay) => {
                ItemLabels { kind: AiringKind::Relay, ..self.labels_without_file("relay", &relay.title) }
            }
            PlannedContent::Empty(draw) => self.empty_draw_labels(&draw.pool),
        }
    }

    /// Returns the labels of an airing that plays no file. The kind is that of an empty draw; for a relay slot, the
    /// caller replaces it.
    fn labels_without_file(&self, segment: &str, title: &str) -> ItemLabels {
        ItemLabels {
            segment: Id::new(segment).unwrap_or_else(|| unreachable!("the caller passes a valid id")),
            title: title.into(),
            campaign: None,
            topic: None,
            language: "vi".into(),
            source: SegmentSource::default(),
            file: self.empty_text.clone(),
            valid_until: None,
            required_sha256: None,
            scanned_sha256: None,
            kind: AiringKind::EmptyDraw,
        }
    }

    /// Returns the labels of a draw that found no segment. The airing still counts towards the topic.
    fn empty_draw_labels(&self, pool: &SegmentPool) -> ItemLabels {
        match pool {
            SegmentPool::Named(id) => self.labels_without_file(id.as_str(), id.as_str()),
            SegmentPool::Topic { campaign, topic } => {
                let pool_campaign = self.schedule.campaigns.iter().find(|c| c.id == *campaign);
                let title = pool_campaign.and_then(|c| c.topics.get(topic)).map_or("", String::as_str);
                let labels = self.labels_without_file(&format!("topic-{topic}"), title);
                ItemLabels { campaign: Some(campaign.clone()), topic: Some(*topic), ..labels }
            }
        }
    }
}
