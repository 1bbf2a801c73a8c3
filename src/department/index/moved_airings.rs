//! The airings that an edit moved to another position of their session, in the plans of a log. No report counts them:
//! neither their outcomes, which are `missed` with the reason `withdrawn`, nor those without an outcome. An id that
//! stands for a withdrawn recording is counted with the labels of that recording.
use std::collections::BTreeMap;
use std::sync::Arc;

use super::IndexError;
use super::rows::date_of_day_number;
use crate::airlog::moved_airings::{FormerPlace, MAX_COMPARED_PLANS, PlanComparison};
use crate::airlog::outcome::Reason;

/// The SQL condition that a row of `pending` is a moved airing.
pub const IS_MOVED_PENDING: &str = "EXISTS (SELECT 1 FROM moved WHERE moved.log = pending.log
     AND moved.date = pending.date AND moved.id = pending.id)";

/// Returns the SQL condition that a row of `airing` only closes the former place of a moved airing.
pub fn is_moved_outcome_sql() -> String {
    // `IS` instead of `=`, because the condition must be false, not null, for an outcome without a reason.
    format!(
        "(airing.result = 2 AND airing.reason IS {} AND NOT airing.repeat AND EXISTS (SELECT 1 FROM moved
         WHERE moved.log = airing.log AND moved.date = airing.date AND moved.id = airing.id))",
        Reason::Withdrawn.index()
    )
}

/// Compares the plans of a date, which are given by their hashes in the order of the log, and returns the withdrawn ids
/// whose segment the session still airs. `read_plan` reads a kept plan; a missing plan is skipped.
///
/// # Errors
/// Those of `read_plan`.
pub fn read_former_places(
    date: i32,
    plans: &[&str],
    mut read_plan: impl FnMut(&str) -> Result<Option<Arc<Vec<u8>>>, IndexError>,
) -> Result<BTreeMap<String, FormerPlace>, IndexError> {
    let mut comparison = PlanComparison::new(date_of_day_number(date));
    for sha256 in &plans[plans.len().saturating_sub(MAX_COMPARED_PLANS)..] {
        if let Some(plan) = read_plan(sha256)? {
            comparison.add_plan(&plan);
        }
    }
    Ok(comparison.into_former_places())
}
