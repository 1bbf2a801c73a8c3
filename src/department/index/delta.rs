//! The news of a log: new rows for the index, and the log's new state.
use super::rows::{AiringColumns, NewRows, PlanRow};
use crate::airlog::plausibility::{Implausibility, PlausibilityFinding, PlausibilityFold};
use crate::proof::tree::CompactRange;

/// The news of a log, to be written into the index.
pub struct LogDelta {
    /// The log's name.
    pub origin: String,
    /// The tree over its entries.
    pub range: CompactRange,
    /// Its head as a signed note, with all signatures.
    pub head: String,
    /// When this machine's witness countersigned that head, seconds since 1970.
    pub cosigned_at: Option<i64>,
    /// Rows of its new entries.
    pub rows: NewRows,
    /// Its new plans.
    pub plans: Vec<NewPlan>,
    /// Sizes of heads that came back to the log with this machine's countersignature, and the times of those, seconds
    /// since 1970.
    pub seen_sizes: Vec<(i64, i64)>,
    /// Titles of topics: campaign, number, title, and when it was adopted, microseconds since 1970.
    pub topics: Vec<(String, u16, String, i64)>,
    /// Whether to drop everything that the index has of the log first.
    pub rebuild: bool,
    /// The plausibility of all its entries, from which the next reading goes on.
    pub fold: PlausibilityFold,
    /// Outcomes that are not plausible.
    pub doubted_rows: Vec<DoubtedRow>,
    /// Findings that do not belong to a single airing.
    pub findings: Vec<PlausibilityFinding>,
}

/// Returns the code of an implausibility.
pub(super) fn reason_code(why: &Implausibility) -> String {
    let value = serde_json::to_value(why).unwrap_or_default();
    value["code"].as_str().unwrap_or("other").to_owned()
}

/// An outcome that is not plausible.
pub struct DoubtedRow {
    /// The date of its airing.
    pub date: i32,
    /// The number of its entry.
    pub seq: u64,
    /// The code of the implausibility.
    pub code: String,
}

impl DoubtedRow {
    /// Returns the row of a finding; none when the finding concerns no airing, or its entry has no row. The date is the
    /// row's: the finding may have read another id from a hostile entry.
    pub(super) fn of(finding: &PlausibilityFinding, rows: &NewRows) -> Option<Self> {
        finding.airing.as_ref()?;
        let at = rows.airings.binary_search_by_key(&finding.seq, |airing| airing.seq).ok()?;
        Some(Self { date: rows.airings[at].columns.date, seq: finding.seq, code: reason_code(&finding.why) })
    }
}

/// A plan that the log reports.
pub struct NewPlan {
    /// The date it plans, as a day number.
    pub date: i32,
    /// Its entry.
    pub row: PlanRow,
    /// Its airings that have no outcome among the new entries, and the airtime it plans in milliseconds; none when its
    /// kept file is missing.
    pub unsettled: Option<(Vec<AiringColumns>, i64)>,
}
