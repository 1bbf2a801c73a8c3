//! `[[segment]]` of a playlist.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::base::id::Id;

/// `[[segment]]`: one audio item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// Its name in sessions and log entries.
    pub id: Id,
    /// NFC.
    pub title: String,
    /// File name in `audio/`; forward slashes, never absolute, never `..`.
    pub file: String,
    /// A topic number of its campaign.
    pub topic: Option<u16>,
    /// Language code as reported: `vi`, `cmo`, `rad`, ...; default: `vi`.
    pub language: String,
    /// Who made it.
    pub source: SegmentSource,
    /// Who approved it, NFC.
    pub approved_by: Option<String>,
    /// When it was approved.
    pub approved_on: Option<NaiveDate>,
    /// The pools that it is drawn from, beside its topic's.
    pub pools: Vec<Id>,
    /// First day on which it is drawn, inclusive.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which it may air, inclusive.
    pub valid_until: Option<NaiveDate>,
    /// SHA-256 that its file must have, lower-case hex: the bytes that were approved, and no others.
    pub sha256: Option<String>,
    /// The campaign of the file it stands in.
    pub campaign: Option<Id>,
}

impl Segment {
    /// Whether it may be drawn on this day, by a station that demands approval or does not.
    #[must_use]
    pub fn is_eligible(&self, day: NaiveDate, approval_required: bool) -> bool {
        self.valid_from.is_none_or(|first| first <= day)
            && self.valid_until.is_none_or(|last| day <= last)
            && (!approval_required || self.is_approved(day))
    }

    /// Whether somebody has approved it by this day.
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
    /// The nation.
    National,
}
