//! A schedule together with the files it was read with.
use crate::airlog::entry::ScheduleEntry;
use crate::library::Library;
use crate::schedule::Schedule;

/// A schedule with everything needed to plan by it and to keep it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleRevision {
    /// The operator's schedule.
    pub schedule: Schedule,
    /// The state of its audio files.
    pub library: Library,
    /// Its `schedule` entry.
    pub note: ScheduleEntry,
    /// The files to keep: name in `airlog/`, bytes.
    pub kept: Vec<(String, Vec<u8>)>,
}
