//! Finds targets that contradict or repeat each other.
//!
//! Every target holds by itself, and an airing counts towards every target that it matches. Of two targets for the same
//! thing, the one that asks for more therefore decides.
use super::{Target, TargetAmount, TargetPlace, ValueSpans};
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::text::problem::Hint;

/// Returns the problems of targets that ask for the same thing on the same days.
pub(super) fn find_overlaps(targets: &[(Target, ValueSpans)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, (later, later_spans)) in targets.iter().enumerate() {
        for (earlier, earlier_spans) in &targets[..index] {
            problems.extend(overlap_problem((earlier, earlier_spans), (later, later_spans)));
        }
    }
    problems
}

fn overlap_problem(earlier: (&Target, &ValueSpans), later: (&Target, &ValueSpans)) -> Option<Problem> {
    let (earlier_amount, later_amount) = (amount(earlier.0.amount), amount(later.0.amount));
    let asks_same_thing = earlier.0.selection == later.0.selection && earlier_amount.0 == later_amount.0;
    if !asks_same_thing || !has_common_day(earlier.0, later.0) {
        return None;
    }
    let id_span =
        |(_, spans): (&Target, &ValueSpans)| spans.get("id").cloned().unwrap_or_else(|| SourceSpan::start_of(0));
    if earlier.0.place == later.0.place {
        let id = earlier.0.id.to_string();
        let problem = if earlier_amount.1 == later_amount.1 {
            Problem::warning(id_span(later), Finding::TargetRepeated { id }, Hint::KeepOneTarget)
        } else {
            Problem::error(id_span(later), Finding::TargetsContradict { id }, Hint::KeepOneTarget)
        };
        return Some(problem.with_related(Some(id_span(earlier))));
    }
    // A target for all stations includes every other place.
    let (wide, narrow) = match (&earlier.0.place, &later.0.place) {
        (TargetPlace::AllStations, _) => (earlier, later),
        (_, TargetPlace::AllStations) => (later, earlier),
        _ => return None,
    };
    let asks_less = amount(narrow.0.amount).1 <= amount(wide.0.amount).1;
    (asks_less && holds_throughout(wide.0, narrow.0)).then(|| {
        let finding = Finding::TargetWithoutEffect { id: wide.0.id.to_string() };
        Problem::warning(id_span(narrow), finding, Hint::KeepOneTarget).with_related(Some(id_span(wide)))
    })
}

/// Returns the unit of an amount, and its number.
fn amount(amount: TargetAmount) -> (u8, u32) {
    match amount {
        TargetAmount::MinutesPerWeek(number) => (0, number),
        TargetAmount::AiringsPerWeek(number) => (1, number),
        TargetAmount::AiringsPerDay(number) => (2, number),
    }
}

fn has_common_day(a: &Target, b: &Target) -> bool {
    let first = a.from.max(b.from);
    a.until.is_none_or(|until| first <= until) && b.until.is_none_or(|until| first <= until)
}

/// Returns whether `wide` holds on all days of `narrow`.
fn holds_throughout(wide: &Target, narrow: &Target) -> bool {
    let ends_later = match (wide.until, narrow.until) {
        (None, _) => true,
        (Some(wide_until), Some(narrow_until)) => narrow_until <= wide_until,
        (Some(_), None) => false,
    };
    wide.from <= narrow.from && ends_later
}
