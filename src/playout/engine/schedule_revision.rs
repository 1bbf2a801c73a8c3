//! A version of the schedule, with its audio library and its kept files.
use crate::airlog::entry::ScheduleEntry;
use crate::library::Library;
use crate::schedule::Schedule;

/// A schedule with everything that is needed to plan its airings and to store its kept files.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleRevision {
    /// The operator's schedule.
    pub schedule: Schedule,
    /// The state of its audio files.
    pub library: Library,
    /// The `schedule` entry for the log.
    pub entry: ScheduleEntry,
    /// The files to keep, each as its name relative to `airlog/` and its content.
    pub kept_files: Vec<(String, Vec<u8>)>,
}
