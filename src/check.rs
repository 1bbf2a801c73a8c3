//! Rules that involve several values, the audio files, or a date.
mod audio;
mod checker;
mod clash;
mod days;
mod expired;
mod segments;
mod sessions;
mod station;

use chrono::NaiveDate;

use crate::library::Library;
use crate::schedule::ParsedSchedule;
use crate::schedule::problem::Problem;
use checker::ScheduleChecker;

/// Returns the findings that no single file shows, in the order of their places.
#[must_use]
pub fn check(reading: &ParsedSchedule, library: &Library, today: NaiveDate) -> Vec<Problem> {
    let mut check = ScheduleChecker::new(reading, library, today);
    check.check_station();
    check.check_campaigns();
    check.check_segments();
    check.check_recordings();
    check.check_sessions();
    check.check_days();
    check.problems.sort_by_key(|p| (p.span.file, p.span.range.start));
    check.problems
}
