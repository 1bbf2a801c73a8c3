//! The delta of a log: new rows for the index, and the log's new state.
use std::collections::BTreeMap;

use super::kept_plan::ParsedPlan;
use super::kept_topics::LoggedCampaign;
use super::rows::{NewRows, PlanRow};
use crate::airlog::moved_airings::FormerPlace;
use crate::airlog::plausibility::{Implausibility, PlausibilityFinding, PlausibilityFold};
use crate::proof::tree::CompactRange;

/// The changes of a log since the index was last updated. The writer applies them to the index.
pub struct LogDelta {
    /// The origin of the log.
    pub origin: String,
    /// The tree over all entries of the log.
    pub tree: CompactRange,
    /// The head of the log as a signed note, with the witness's signature if the store has it.
    pub head: String,
    /// The time at which this machine's witness countersigned that head, in seconds since 1970; `None` if it has not.
    pub cosigned_at: Option<i64>,
    /// The rows of the new entries.
    pub rows: NewRows,
    /// The new plans.
    pub plans: Vec<NewPlan>,
    /// The withdrawn ids whose segment the session still airs, according to the new plans alone, by day number. A date
    /// is listed if it has several new plans.
    pub former_places: BTreeMap<i32, BTreeMap<String, FormerPlace>>,
    /// The heads of the log that are in its new entries and have this machine's countersignature: the size of each
    /// head, and the time of its countersignature in seconds since 1970.
    pub cosigned_heads: Vec<(i64, i64)>,
    /// The campaigns of new schedules, and the time at which each schedule was adopted, in microseconds since 1970.
    pub campaigns: Vec<(LoggedCampaign, i64)>,
    /// True when the delta replaces all rows of the log in the index.
    pub replaces_all_rows: bool,
    /// The plausibility fold over all entries of the log. The next update continues from it.
    pub fold: PlausibilityFold,
    /// The outcomes that are not plausible.
    pub implausible_rows: Vec<ImplausibleRow>,
    /// The findings that do not belong to a single airing.
    pub findings: Vec<PlausibilityFinding>,
}

/// Returns the code of an implausibility, as `loa verify --format json` prints it.
pub(super) fn implausibility_code(cause: &Implausibility) -> String {
    let value = serde_json::to_value(cause).unwrap_or_default();
    value["code"].as_str().unwrap_or("other").to_owned()
}

/// An outcome that is not plausible, as a row of the table `airing`.
pub struct ImplausibleRow {
    /// The date of its airing, as a day number.
    pub date: i32,
    /// The sequence number of its entry.
    pub seq: u64,
    /// The code of the implausibility.
    pub code: String,
}

impl ImplausibleRow {
    /// Returns the implausible outcome that a finding concerns; `None` if it concerns no airing, or its entry has no
    /// row. The date is taken from the entry's row, because a forged entry can make the finding name a different
    /// airing.
    pub(super) fn from_finding(finding: &PlausibilityFinding, rows: &NewRows) -> Option<Self> {
        finding.airing.as_ref()?;
        let index = rows.airings.binary_search_by_key(&finding.seq, |airing| airing.seq).ok()?;
        Some(Self {
            date: rows.airings[index].columns.date,
            seq: finding.seq,
            code: implausibility_code(&finding.cause),
        })
    }
}

/// A plan that a new `plan` entry of the log announces.
pub struct NewPlan {
    /// The planned date, as a day number.
    pub date: i32,
    /// The row of the `plan` entry.
    pub row: PlanRow,
    /// The planned airtime, and the airings that have no outcome among the new entries; `None` if the kept file of the
    /// plan is missing.
    pub contents: Option<ParsedPlan>,
}
