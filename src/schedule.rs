//! Step 1 of the flow: TOML -> [`Schedule`], every value's span kept while reading.
//!
//! [`read()`] takes the station's files as text and gives back what could be understood together with
//! *every* problem found; [`crate::check`] adds the rules that need several values, the audio library or a date.
pub mod calendar;
#[cfg(feature = "playout")]
pub mod edit;
pub mod finding;
pub mod parsed;
pub mod problem;
pub mod read;
pub mod session;
pub mod settings;
pub mod source_file;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use calendar::Holiday;
use settings::Station;

pub use crate::base::id::Id;
pub use parsed::ParsedSchedule;
pub use read::{read, read_station};
pub use session::{
    DrawOrder, InterruptPolicy, LateSetting, PoolDraw, Priority, RelaySlot, SegmentPool, Session, SessionItem,
    StartRule,
};
pub use source_file::SourceFile;

/// All that the operator wrote: the station and the contents of every playlist file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schedule {
    /// `station.toml`.
    pub station: Station,
    /// At most one a file.
    pub campaigns: Vec<Campaign>,
    /// Ids are unique in the station.
    pub segments: Vec<Segment>,
    /// Ids are unique in the station.
    pub sessions: Vec<Session>,
    /// Built in and written, ids without doubles.
    pub holidays: Vec<Holiday>,
}

impl Schedule {
    /// The segment with this id.
    #[must_use]
    pub fn segment(&self, id: &Id) -> Option<&Segment> {
        self.segments.iter().find(|s| s.id == *id)
    }
}

/// `[campaign]`: what the segments and sessions of its file count towards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Its name in log entries.
    pub id: Id,
    /// NFC.
    pub title: String,
    /// The document that ordered it, NFC.
    pub reference: Option<String>,
    /// First day, inclusive.
    pub from: Option<NaiveDate>,
    /// Last day, inclusive.
    pub until: Option<NaiveDate>,
    /// Number -> title.
    pub topics: BTreeMap<u16, String>,
}

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
