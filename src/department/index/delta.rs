//! The news of a log: rows to write into the index, and everything about the log itself.
use super::rows::{AiringColumns, NewRows, PlanRow};
use crate::airlog::plausibility::{Implausibility, PlausibilityFinding, PlausibilityFold};
use crate::proof::tree::CompactRange;

/// What is to be written of a log.
pub struct LogDelta {
    /// Its name.
    pub origin: String,
    /// The tree over its entries.
    pub range: CompactRange,
    /// Its head, with all signatures.
    pub head: String,
    /// When this machine's witness countersigned it.
    pub cosigned_at: Option<i64>,
    /// Its new entries.
    pub rows: NewRows,
    /// The new plans.
    pub plans: Vec<NewPlan>,
    /// Sizes of heads that this machine's witness had countersigned by a time, seconds since 1970: the log says it itself.
    pub seen_sizes: Vec<(i64, i64)>,
    /// Titles of topics, with when they were adopted.
    pub topics: Vec<(String, u16, String, i64)>,
    /// Everything that the index has of it is to be thrown away before.
    pub rebuild: bool,
    /// What must be known of its entries to judge the next.
    pub fold: PlausibilityFold,
    /// Outcomes that cannot have been so.
    pub doubted_rows: Vec<DoubtedRow>,
    /// What else cannot have been so, and is no single airing's affair.
    pub findings: Vec<PlausibilityFinding>,
}

/// The code of a doubt.
pub(super) fn reason_code(why: &Implausibility) -> String {
    let value = serde_json::to_value(why).unwrap_or_default();
    value["code"].as_str().unwrap_or("other").to_owned()
}

/// An outcome that cannot have been so.
pub struct DoubtedRow {
    /// The date of its airing.
    pub date: i32,
    /// Its entry.
    pub seq: u64,
    /// The code of why.
    pub code: String,
}

impl DoubtedRow {
    /// None where it concerns no airing, or the entry has no row. The date is the row's: the finding may have read another
    /// id out of a hostile entry.
    pub(super) fn of(finding: &PlausibilityFinding, rows: &NewRows) -> Option<Self> {
        finding.airing.as_ref()?;
        let at = rows.airings.binary_search_by_key(&finding.seq, |airing| airing.seq).ok()?;
        Some(Self { date: rows.airings[at].columns.date, seq: finding.seq, code: reason_code(&finding.why) })
    }
}

/// A plan that the log has told of.
pub struct NewPlan {
    /// Its date.
    pub date: i32,
    /// Its entry.
    pub row: PlanRow,
    /// Its airings without an outcome among the new ones, and what it plans; none when its kept file is lacking.
    pub unsettled: Option<(Vec<AiringColumns>, i64)>,
}
