//! `[[segment]]` of a playlist.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::session::SegmentPool;
use crate::base::id::Id;

/// `[[segment]]`: one audio item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The id by which sessions and log entries refer to the segment.
    pub id: Id,
    /// The title, in Unicode NFC.
    pub title: String,
    /// The path of the file in `audio/`: with forward slashes, never absolute, without `..`.
    pub file: String,
    /// The number of the topic in the campaign.
    pub topic: Option<u16>,
    /// The language code for reports: `vi`, `cmo`, `rad`, ...; default `vi`.
    pub language: String,
    /// The level of the office that made the segment.
    pub source: SegmentSource,
    /// The person who approved the segment, in Unicode NFC.
    pub approved_by: Option<String>,
    /// The day on which the segment was approved.
    pub approved_on: Option<NaiveDate>,
    /// The pools from which the segment is drawn, in addition to the pool of its topic.
    pub pools: Vec<Id>,
    /// The first day on which the segment can be drawn, inclusive; `None`: no bound.
    pub valid_from: Option<NaiveDate>,
    /// The last day on which the segment is allowed to air, inclusive; `None`: no bound.
    pub valid_until: Option<NaiveDate>,
    /// The lower-case hexadecimal SHA-256 of the approved file; a file with other bytes does not air. `None`: any file
    /// airs.
    pub sha256: Option<String>,
    /// The campaign of the playlist that defines the segment.
    pub campaign: Option<Id>,
}

impl Segment {
    /// Returns true when the segment can be drawn on this day. `requires_approval` is the setting of the station.
    #[must_use]
    pub fn is_eligible(&self, day: NaiveDate, requires_approval: bool) -> bool {
        self.valid_from.is_none_or(|first| first <= day)
            && self.valid_until.is_none_or(|last| day <= last)
            && (!requires_approval || self.is_approved(day))
    }

    /// Returns the pools from which the segment is drawn: the pool of its topic, and the pools in `pool`.
    pub fn pools_drawn_from(&self) -> impl Iterator<Item = SegmentPool> {
        let topic_pool = self.campaign.clone().zip(self.topic);
        let topic_pool = topic_pool.map(|(campaign, topic)| SegmentPool::Topic { campaign, topic });
        topic_pool.into_iter().chain(self.pools.iter().cloned().map(SegmentPool::Named))
    }

    /// Returns true when the segment was approved on or before this day.
    #[must_use]
    pub fn is_approved(&self, day: NaiveDate) -> bool {
        self.approved_by.is_some() && self.approved_on.is_some_and(|approval_day| approval_day <= day)
    }
}

/// `source` of a segment: the level of the office that made the segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SegmentSource {
    /// The station itself.
    #[default]
    Own,
    /// The district.
    District,
    /// The province.
    Province,
    /// The national level.
    National,
}
