//! Checks the rules that involve several values, the audio files, or a date.
mod audio;
mod checker;
mod clash;
mod days;
mod expired;
mod identity;
mod items;
mod segments;
mod sessions;
mod station;

use chrono::NaiveDate;

use crate::library::Library;
use crate::schedule::ParsedSchedule;
use crate::schedule::problem::Problem;
use checker::ScheduleChecker;

pub use identity::check_identity;

/// Returns the problems that cannot be found by looking at a single value, in the order of their spans.
#[must_use]
pub fn check(parsed: &ParsedSchedule, library: &Library, today: NaiveDate) -> Vec<Problem> {
    let mut checker = ScheduleChecker::new(parsed, library, today);
    checker.check_station();
    checker.check_campaigns();
    checker.check_segments();
    checker.check_recordings();
    checker.check_sessions();
    checker.check_days();
    checker.problems.sort_by_key(|p| (p.span.file_index, p.span.range.start));
    checker.problems
}
