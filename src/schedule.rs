//! Reads TOML into a [`Schedule`] and keeps the span of every value.
//!
//! [`read()`] takes the text of the station's files and returns everything that it understands, and *every* problem
//! that it finds. [`crate::check`] then checks the rules that need several values, the audio library or a date.
pub mod calendar;
mod campaign;
#[cfg(feature = "playout")]
pub mod edit;
pub mod finding;
pub mod link_command;
pub mod named;
pub mod parsed;
pub mod problem;
pub mod read;
pub mod sample;
mod segment;
pub mod session;
pub mod settings;
pub mod source_file;
pub mod station_name;

use calendar::Holiday;
use settings::Station;

pub use crate::base::id::Id;
pub use campaign::Campaign;
pub use parsed::ParsedSchedule;
pub use read::{read, read_station, without_copies};
pub use segment::{Segment, SegmentSource};
pub use session::{
    DrawOrder, InterruptPolicy, ItemContent, ItemDates, LateSetting, PoolDraw, Priority, RelaySlot, SegmentPool,
    Session, SessionItem, StartRule,
};
pub use source_file::{Seniority, SourceFile};

/// Everything that the operator wrote: the station's settings and the contents of all playlists.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schedule {
    /// The settings in `station.toml`.
    pub station: Station,
    /// The campaigns of all playlists, at most one per file.
    pub campaigns: Vec<Campaign>,
    /// The segments of all playlists; their ids are unique in the station.
    pub segments: Vec<Segment>,
    /// The sessions of all playlists; their ids are unique in the station.
    pub sessions: Vec<Session>,
    /// The built-in holidays and those that the operator defined, with unique ids.
    pub holidays: Vec<Holiday>,
}

impl Schedule {
    /// Returns the segment with this id.
    #[must_use]
    pub fn segment(&self, id: &Id) -> Option<&Segment> {
        self.segments.iter().find(|s| s.id == *id)
    }
}
