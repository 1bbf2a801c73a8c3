//! `[[segment]]` of a playlist.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::session::SegmentPool;
use crate::base::id::Id;

/// `[[segment]]`: one audio item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// The name of the segment in sessions and log entries.
    pub id: Id,
    /// The title, in Unicode NFC.
    pub title: String,
    /// The path of its file in `audio/`: with forward slashes, never absolute, without `..`.
    pub file: String,
    /// The number of a topic of its campaign.
    pub topic: Option<u16>,
    /// The language code for reports: `vi`, `cmo`, `rad`, ...; default `vi`.
    pub language: String,
    /// The level of the office that made it.
    pub source: SegmentSource,
    /// The person who approved it, in Unicode NFC.
    pub approved_by: Option<String>,
    /// The day on which it was approved.
    pub approved_on: Option<NaiveDate>,
    /// The pools that it is drawn from, in addition to the pool of its topic.
    pub pools: Vec<Id>,
    /// The first day on which it may be drawn, inclusive; `None`: no bound.
    pub valid_from: Option<NaiveDate>,
    /// The last day on which it may air, inclusive; `None`: no bound.
    pub valid_until: Option<NaiveDate>,
    /// The lower-case hexadecimal SHA-256 of the approved file; a file with other bytes does not air. `None`: any file
    /// airs.
    pub sha256: Option<String>,
    /// The campaign of the playlist that defines it.
    pub campaign: Option<Id>,
}

impl Segment {
    /// Returns true when the segment may be drawn on this day. `requires_approval` is the setting of the station.
    #[must_use]
    pub fn is_eligible(&self, day: NaiveDate, requires_approval: bool) -> bool {
        self.valid_from.is_none_or(|first| first <= day)
            && self.valid_until.is_none_or(|last| day <= last)
            && (!requires_approval || self.is_approved(day))
    }

    /// Returns the pools that the segment is drawn from: the pool of its topic, and those that it names.
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

/// `source` of a segment: the level of the office that made it.
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
