//! Step 1 of the flow: TOML -> [`Schedule`], every value's span kept while reading.
//!
//! [`read()`] takes the station's files as text and gives back what could be understood together with
//! *every* problem found; [`check`] adds the rules that need several values, the audio library or a date.
pub mod calendar;
pub mod check;
#[cfg(feature = "playout")]
pub mod edit;
pub mod problem;
pub mod read;

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::station::Station;
use calendar::Days;

pub use crate::id::Id;
pub use read::{Reading, SourceFile, read};

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
    pub source: Source,
    /// Who approved it, NFC.
    pub approved_by: Option<String>,
    /// When it was approved.
    pub approved_on: Option<NaiveDate>,
    /// Last day on which it may air, inclusive.
    pub valid_until: Option<NaiveDate>,
    /// SHA-256 that its file must have, lower-case hex: the bytes that were approved, and no others.
    pub sha256: Option<String>,
    /// The campaign of the file it stands in.
    pub campaign: Option<Id>,
}

impl Segment {
    /// Whether somebody has approved it by this day.
    #[must_use]
    pub fn approved(&self, day: NaiveDate) -> bool {
        self.approved_by.is_some() && self.approved_on.is_some_and(|on| on <= day)
    }
}

/// `source` of a segment: the level of the office that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
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

/// `[[session]]`: an ordered list of segments that starts at clock times.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Its name in planned ids.
    pub id: Id,
    /// NFC.
    pub title: String,
    /// Nominal starts, local time, ascending, no doubles.
    pub at: Vec<NaiveTime>,
    /// The days on which it airs.
    pub days: Days,
    /// First day, inclusive: the later of its own and its campaign's.
    pub from: Option<NaiveDate>,
    /// Last day, inclusive: the earlier of its own and its campaign's.
    pub until: Option<NaiveDate>,
    /// What it plays, in order; every id names a segment.
    pub play: Vec<Id>,
    /// What happens when it cannot start on time.
    pub late: Late,
    /// The campaign of the file it stands in.
    pub campaign: Option<Id>,
}

/// `late` of a session. A start within 5 s of plan is not late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Late {
    /// `"skip"`: what could not start at its time is missed.
    #[default]
    Skip,
    /// `"play"`: plays whole, however late.
    Play,
    /// `"until HH:MM"`: plays whole if it can start before this local time of its day, or of the next day for a start
    /// shortly before midnight (see [`crate::plan::until`]); else as `skip`.
    Until(NaiveTime),
    /// `"join"`: comes in where it would be by now.
    Join,
}
