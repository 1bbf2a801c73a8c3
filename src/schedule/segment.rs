//! `[[segment]]` of a playlist.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::session::SegmentPool;
use crate::base::id::Id;

/// `[[segment]]`: one audio item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its name in sessions and log entries.
    pub id: Id,
    /// NFC.
    pub title: String,
    /// Name of its file in `audio/`: forward slashes, never absolute, never `..`.
    pub file: String,
    /// A topic number of its campaign.
    pub topic: Option<u16>,
    /// Language code for reports: `vi`, `cmo`, `rad`, ...; default `vi`.
    pub language: String,
    /// The office that made it.
    pub source: SegmentSource,
    /// The person who approved it, NFC.
    pub approved_by: Option<String>,
    /// The day it was approved.
    pub approved_on: Option<NaiveDate>,
    /// The pools it is drawn from, in addition to its topic's.
    pub pools: Vec<Id>,
    /// First day on which it may be drawn, inclusive.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which it may air, inclusive.
    pub valid_until: Option<NaiveDate>,
    /// Lower-case hexadecimal SHA-256 of the approved file; a file with other bytes does not air.
    pub sha256: Option<String>,
    /// The campaign of its file.
    pub campaign: Option<Id>,
}

impl Segment {
    /// Returns whether it may be drawn on this day, given whether the station requires approval.
    #[must_use]
    pub fn is_eligible(&self, day: NaiveDate, approval_required: bool) -> bool {
        self.valid_from.is_none_or(|first| first <= day)
            && self.valid_until.is_none_or(|last| day <= last)
            && (!approval_required || self.is_approved(day))
    }

    /// Returns the pools it is drawn from: its topic's, and those it names.
    pub fn pools_drawn_from(&self) -> impl Iterator<Item = SegmentPool> {
        let topic = self.campaign.clone().zip(self.topic);
        let topic = topic.map(|(campaign, topic)| SegmentPool::Topic { campaign, topic });
        topic.into_iter().chain(self.pools.iter().cloned().map(SegmentPool::Named))
    }

    /// Returns whether somebody has approved it by this day.
    #[must_use]
    pub fn is_approved(&self, day: NaiveDate) -> bool {
        self.approved_by.is_some() && self.approved_on.is_some_and(|on| on <= day)
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
