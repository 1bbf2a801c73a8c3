//! Checks whether the entries of a log can be true, in one pass over them. Used by `loa verify`, `loa collect`, the
//! index and the report (pure).
//!
//! A signature proves who wrote a line and that nobody changed it. It does not prove that the line is true: with a
//! clock, a file manager or an old copy, the owner of a station can influence the entries before they are signed. The
//! check compares the entries with each other and with physical limits: the passage of time, the boot clock, the single
//! line and the plans. A [`PlausibilityFinding`] names an entry that cannot be true; if the finding names an airing,
//! that airing proves nothing. A [`PlausibilityRemark`] informs the reader and does not affect what an airing proves. A
//! key that is missing because an older program wrote the entry never causes a finding.
mod clock_history;
mod clocks;
mod date_ranges;
mod entries;
mod entry_view;
mod finding;
pub mod finding_text;
mod header_offsets;
mod missing_outcomes;
mod occupancy;
mod plan_rows;
mod planned_dates;
mod station_format;
mod station_json;
mod timestamp;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::base::instant::{SECOND_US, WallTime};
use clock_history::ClockHistory;
pub use entry_view::EntryView;
pub use finding::{Implausibility, PlausibilityFinding, PlausibilityRemark, PredecessorRef, age_remark};
pub use header_offsets::HeaderOffsets;
use occupancy::LineOccupancy;
use planned_dates::PlannedDates;

/// Maximum time by which an entry can be ahead of the reader's clock, in microseconds. An entry that is further ahead
/// counts as being in the future.
pub const MAX_LEAD_US: i64 = 86_400 * SECOND_US;

/// The source that confirmed the clock at the time of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockVoucher {
    /// The kernel, which reported the clock as synchronised.
    Synchronised,
    /// The operator, with `loa clock confirm`.
    Confirmed,
    /// No source: the clock was neither synchronised nor confirmed.
    Nobody,
}

/// The result of the check for one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldedEntry {
    /// The outcome of an airing.
    Outcome {
        /// The source that confirmed the clock; `None` if the entry does not name the state of the clock.
        vouched: Option<ClockVoucher>,
        /// True when a part of the airing sounded, according to the entry.
        sounded: bool,
    },
    /// Any other entry.
    Other,
}

/// Function that returns the bytes of the kept plan with this SHA-256. `None` means that no plan with this hash is
/// available.
pub type PlanLookup<'a> = dyn FnMut(&str) -> Option<Arc<Vec<u8>>> + 'a;

/// True when a station can plan this date. Only a hostile log has other dates. The check does no date arithmetic with
/// them.
#[must_use]
pub fn is_plannable_date(date: NaiveDate) -> bool {
    (1..=9999).contains(&date.year())
}

/// True when an entry with this time lies in the future according to the reader's clock. Call it only when the reader's
/// clock is synchronised.
#[must_use]
pub fn is_future(at: WallTime, now: WallTime) -> bool {
    at.since(now) > MAX_LEAD_US
}

/// Version of the plausibility rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct RulesVersion(u32);

impl RulesVersion {
    /// Returns the version for a stored state without a version.
    fn of_unversioned_state() -> Self {
        Self(0)
    }
}

impl Default for RulesVersion {
    /// Returns the current version. Increase it with every new or changed rule or field, so that collected entries are
    /// judged again.
    fn default() -> Self {
        Self(1)
    }
}

/// The state of the plausibility check of a log. It takes every entry once, in order, and remembers the plans of a few
/// days. It can be stored as JSON and continued later; the JSON does not contain findings or remarks. If the JSON has a
/// field that this program does not know, or another rules version ([`Self::is_current_at`]), the caller checks the log
/// again from its beginning.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlausibilityFold {
    /// Version of the rules by which the entries were checked; older JSON does not contain it.
    #[serde(rename = "rules", default = "RulesVersion::of_unversioned_state")]
    rules_version: RulesVersion,
    /// Number of the next entry.
    #[serde(rename = "next")]
    next_seq: u64,
    /// Time of the first entry.
    #[serde(rename = "begins")]
    first_entry_at: Option<WallTime>,
    /// The state of the clocks.
    #[serde(rename = "time")]
    clocks: ClockHistory,
    /// The use of the single line.
    line: LineOccupancy,
    /// The planned dates with their outcomes.
    #[serde(rename = "days")]
    planned_dates: PlannedDates,
    /// The latest days with entries under a trusted clock, in days since 1970, each with the number and the time (in
    /// microseconds) of its first such entry.
    #[serde(rename = "ahead")]
    recent_days: BTreeMap<i64, (u64, i64)>,
    /// Number of outcomes of airings that sounded, and the number of those whose clock was not confirmed.
    #[serde(rename = "sounded")]
    sounded_counts: (u64, u64),
    /// The previous log.
    #[serde(rename = "follows")]
    predecessor: Option<PredecessorRef>,
    /// Earliest countersignature time that the caller has added, in seconds since 1970.
    #[serde(rename = "cosigned")]
    first_cosigned_s: Option<i64>,
    /// Number of findings so far.
    #[serde(rename = "count")]
    finding_count: u64,
    /// Size of the plans read so far, in bytes.
    #[serde(rename = "plan_bytes")]
    plan_bytes_read: u64,
    /// True once the finding [`Implausibility::TooMuch`] has been reported.
    #[serde(rename = "told_beyond")]
    has_reported_too_much: bool,
    /// Findings since the last call of [`Self::take_findings`].
    #[serde(skip)]
    findings: Vec<PlausibilityFinding>,
    /// Remarks since the last call of [`Self::take_remarks`].
    #[serde(skip)]
    remarks: Vec<PlausibilityRemark>,
}

impl PlausibilityFold {
    /// Returns the number of the next entry.
    #[must_use]
    pub fn next_seq(&self) -> u64 {
        self.next_seq
    }

    /// True when the state covers exactly the first `size` entries, and has checked them by the current rules. If it is
    /// false, the caller checks the log again from its beginning.
    #[must_use]
    pub fn is_current_at(&self, size: u64) -> bool {
        self.next_seq == size && self.rules_version == RulesVersion::default()
    }

    /// Returns the time of the first entry, according to the station's clock.
    #[must_use]
    pub fn first_entry_at(&self) -> Option<WallTime> {
        self.first_entry_at
    }

    /// Returns the number of outcomes of airings that sounded, and the number of those whose clock was not confirmed.
    #[must_use]
    pub fn sounded_counts(&self) -> (u64, u64) {
        self.sounded_counts
    }

    /// Returns the number of all findings so far, including those already taken.
    #[must_use]
    pub fn finding_count(&self) -> u64 {
        self.finding_count
    }

    /// Returns the previous log, if `genesis` names one.
    #[must_use]
    pub fn follows(&self) -> Option<&PredecessorRef> {
        self.predecessor.as_ref()
    }

    /// Adds the time of a department's countersignature on the log, in seconds since 1970. Only the earliest time is
    /// kept.
    pub fn add_cosigned_time(&mut self, time_s: i64) {
        self.first_cosigned_s = Some(self.first_cosigned_s.map_or(time_s, |earliest| earliest.min(time_s)));
    }

    /// Returns the earliest time of a countersignature, in seconds since 1970.
    #[must_use]
    pub fn first_cosigned_s(&self) -> Option<i64> {
        self.first_cosigned_s
    }

    /// Returns a remark if the log is at least a day older than its first countersignature.
    #[must_use]
    pub fn age_remark(&self) -> Option<PlausibilityRemark> {
        age_remark(self.first_entry_at?.0.div_euclid(SECOND_US), self.first_cosigned_s?)
    }

    /// Returns the findings since the last call, in the order of the entries. At the end of the log, call
    /// [`Self::finish`] first.
    pub fn take_findings(&mut self) -> Vec<PlausibilityFinding> {
        std::mem::take(&mut self.findings)
    }

    /// Returns the remarks since the last call.
    pub fn take_remarks(&mut self) -> Vec<PlausibilityRemark> {
        std::mem::take(&mut self.remarks)
    }

    /// Returns a finding for the first entry that lies in the future according to the reader's clock, if any. Call it
    /// only when the reader's clock is synchronised.
    #[must_use]
    pub fn future_entry_finding(&self, now: WallTime) -> Option<PlausibilityFinding> {
        let (first_seq, _) = *self.recent_days.values().filter(|(_, at)| is_future(WallTime(*at), now)).min()?;
        let latest = self.recent_days.values().map(|(_, at)| *at).max()?;
        let cause = Implausibility::InFuture { by_us: latest.saturating_sub(now.0) };
        Some(PlausibilityFinding { seq: first_seq, airing: None, cause })
    }

    fn add_finding(&mut self, seq: u64, airing: Option<&str>, cause: Implausibility) {
        self.finding_count += 1;
        self.findings.push(PlausibilityFinding { seq, airing: airing.map(str::to_owned), cause });
    }

    /// Checks the last batch. Call it after the last entry under a signed head.
    pub fn finish(&mut self) {
        self.close_batch();
    }
}
