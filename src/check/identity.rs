//! Findings about the station's id, which its log records permanently.
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::sample::is_sample_id;
use crate::schedule::{Id, ParsedSchedule};
use crate::text::problem::Hint;

/// Returns the problems with the station's id. `log_id` is the id of the station's log; `None` if it has no log yet.
///
/// [`super::check()`] does not report them: a running station takes its id from its log, and reports a wrong id as a
/// concern.
#[must_use]
pub fn check_identity(parsed: &ParsedSchedule, log_id: Option<&Id>) -> Vec<Problem> {
    let span = parsed.spans.station.clone().unwrap_or(SourceSpan::start_of(0));
    let is_id_unclear = parsed.problems.iter().any(|p| p.is_structural && p.span.file_index == span.file_index);
    // If `station.toml` was not understood, its id is unknown.
    if is_id_unclear {
        return Vec::new();
    }
    let station = &parsed.schedule.station;
    if let Some(log) = log_id.filter(|log| **log != station.id) {
        let log = log.to_string();
        return vec![Problem::error(span, Finding::IdOfAnotherLog { log: log.clone() }, Hint::RestoreId { log })];
    }
    if is_sample_id(&station.id) && station.output.device.is_real() {
        return vec![Problem::warning(span, Finding::SampleId { id: station.id.to_string() }, Hint::GiveOwnId)];
    }
    Vec::new()
}
