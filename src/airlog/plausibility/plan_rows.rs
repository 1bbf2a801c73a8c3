//! The ids of the airings in a kept plan.
use std::borrow::Cow;

use memchr::memmem;
use serde::Deserialize;

use super::station_json::row_ids;
use crate::airlog::airing_id::is_valid_id;

/// Maximum number of rows in a plan, including withdrawn airings.
const MAX_ROWS: usize = 10_000;

#[derive(Deserialize)]
struct PlanRowId<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

/// Returns the ids in a kept plan; `None` if it is not a plan, or has more than [`MAX_ROWS`] rows. Invalid ids are
/// skipped.
pub(super) fn airing_ids(plan: &[u8]) -> Option<Vec<Cow<'_, str>>> {
    // Count the rows first, so that no memory is allocated for too many.
    if memmem::find_iter(plan, b"\"id\"").nth(MAX_ROWS).is_some() {
        return None;
    }
    let mut ids: Vec<Cow<'_, str>> = match row_ids(plan) {
        Some(ids) => ids.into_iter().map(Cow::Borrowed).collect(),
        None => serde_json::from_slice::<Vec<PlanRowId<'_>>>(plan).ok()?.into_iter().map(|row| row.id).collect(),
    };
    ids.retain(|id| is_valid_id(id));
    Some(ids)
}
