//! Step 1 of the flow: TOML -> [`Schedule`], every value's span kept while reading.
//!
//! [`read()`] takes the station's files as text and gives back what could be understood together with
//! *every* problem found; [`crate::check`] adds the rules that need several values, the audio library or a date.
pub mod calendar;
mod campaign;
#[cfg(feature = "playout")]
pub mod edit;
pub mod finding;
pub mod link_command;
pub mod parsed;
pub mod problem;
pub mod read;
mod segment;
pub mod session;
pub mod settings;
pub mod source_file;

use calendar::Holiday;
use settings::Station;

pub use crate::base::id::Id;
pub use campaign::Campaign;
pub use parsed::ParsedSchedule;
pub use read::{read, read_station};
pub use segment::{Segment, SegmentSource};
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
