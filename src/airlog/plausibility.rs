//! Checks whether the entries of a log can be true, in one fold over them. For `loa verify`, `loa collect`, the index
//! and the report (pure).
//!
//! A signature proves who wrote a line and that nobody changed it. It does not prove that the line is true: with a
//! clock, a file manager or an old copy, the owner of a station can influence the entries before they are signed. The
//! fold compares the entries with each other and with physical limits: the passage of time, the boot clock, the single
//! line and the plans. A [`PlausibilityFinding`] names an entry that cannot be true; if the finding names an airing,
//! that airing proves nothing. A [`PlausibilityRemark`] informs the reader and does not affect what an airing proves. A
//! key that older entries do not have never causes a finding.
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
mod station_form;
mod station_json;
mod timestamp;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::base::instant::{SECOND_US, WallTime};
use clock_history::ClockHistory;
pub use entry_view::EntryView;
pub use finding::{Implausibility, PlausibilityFinding, PlausibilityRemark, PredecessorRef, older_than_witness};
pub use header_offsets::HeaderOffsets;
use occupancy::LineOccupancy;
use planned_dates::PlannedDates;

/// An entry lies in the future when it is later than the reader's clock by more than this, in microseconds.
pub const FUTURE_US: i64 = 86_400 * SECOND_US;

/// The voucher for the clock at the time of an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockVoucher {
    /// The kernel: it reported the clock as synchronised.
    Synchronised,
    /// A person, with `loa clock confirm`.
    Confirmed,
    /// Nobody.
    Nobody,
}

/// The fold's answer to its caller about one entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldedEntry {
    /// The outcome of an airing.
    Outcome {
        /// The voucher for the clock; `None` if the entry does not tell.
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

/// True when a station can plan this date. Only a hostile log has other dates, and the fold does not calculate with
/// them.
#[must_use]
pub fn is_plannable_date(date: NaiveDate) -> bool {
    (1..=9999).contains(&date.year())
}

/// True when an entry of this time lies in the future by the reader's clock. Call it only when the reader's clock is
/// synchronised.
#[must_use]
pub fn is_future(at: WallTime, now: WallTime) -> bool {
    at.since(now) > FUTURE_US
}

/// A version of the rules of the fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct RulesVersion(u32);

impl RulesVersion {
    /// The version of a stored fold that does not say by which rules it judged.
    fn unknown() -> Self {
        Self(0)
    }
}

impl Default for RulesVersion {
    /// Returns the version of the present rules. Increase it with every new or changed rule or field, so that collected
    /// entries are judged again.
    fn default() -> Self {
        Self(1)
    }
}

/// The fold. It takes every entry once, in order, and remembers a few days of plans. It can be stored as JSON and
/// continued later; the JSON does not contain findings and remarks. The caller checks the log again from its beginning
/// if the JSON has a field that this program does not know, or if it is from other rules ([`Self::is_current_at`]).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlausibilityFold {
    /// Version of the rules by which the entries were judged. JSON without it is from before there were versions.
    #[serde(default = "RulesVersion::unknown")]
    rules: RulesVersion,
    /// Number of the next entry.
    next: u64,
    /// Time of the first entry.
    begins: Option<WallTime>,
    /// The state of the clocks.
    time: ClockHistory,
    /// The use of the single line.
    line: LineOccupancy,
    /// The planned dates with their outcomes.
    days: PlannedDates,
    /// The latest days with entries under a trusted clock, in days since 1970. The value is the number and the time (in
    /// microseconds) of the first such entry of the day.
    ahead: BTreeMap<i64, (u64, i64)>,
    /// Number of outcomes of airings that sounded, and number of those for whose clock nobody vouched.
    sounded: (u64, u64),
    /// The previous log.
    follows: Option<PredecessorRef>,
    /// Earliest time of a countersignature that the caller has added, in seconds since 1970.
    cosigned: Option<i64>,
    /// Number of findings so far.
    count: u64,
    /// Bytes of plans read so far.
    plan_bytes: u64,
    /// True once [`Implausibility::TooMuch`] has been reported.
    told_beyond: bool,
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
        self.next
    }

    /// Returns true when the fold covers the first `size` entries, and has judged them by the present rules. If not, the
    /// caller checks the log again from its beginning.
    #[must_use]
    pub fn is_current_at(&self, size: u64) -> bool {
        self.next == size && self.rules == RulesVersion::default()
    }

    /// Returns the time of the first entry, by the station's clock.
    #[must_use]
    pub fn first_entry_at(&self) -> Option<WallTime> {
        self.begins
    }

    /// Returns the number of outcomes of airings that sounded, and the number of those for whose clock nobody vouched.
    #[must_use]
    pub fn sounded_counts(&self) -> (u64, u64) {
        self.sounded
    }

    /// Returns the number of all findings so far, including those already taken.
    #[must_use]
    pub fn finding_count(&self) -> u64 {
        self.count
    }

    /// Returns the previous log, if `genesis` names one.
    #[must_use]
    pub fn follows(&self) -> Option<&PredecessorRef> {
        self.follows.as_ref()
    }

    /// Adds the time of a department's countersignature on the log, in seconds since 1970. The earliest time counts.
    pub fn add_cosigned_time(&mut self, time: i64) {
        self.cosigned = Some(self.cosigned.map_or(time, |earliest| earliest.min(time)));
    }

    /// Returns the earliest time of a countersignature, in seconds since 1970.
    #[must_use]
    pub fn first_cosigned(&self) -> Option<i64> {
        self.cosigned
    }

    /// Returns a remark if the log is at least a day older than its first countersignature.
    #[must_use]
    pub fn older_than_witness(&self) -> Option<PlausibilityRemark> {
        older_than_witness(self.begins?.0.div_euclid(SECOND_US), self.cosigned?)
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

    /// Returns a finding for the first entry that lies in the future by the reader's clock, if any. Call it only when
    /// the reader's clock is synchronised.
    #[must_use]
    pub fn future_finding(&self, now: WallTime) -> Option<PlausibilityFinding> {
        let (first_seq, _) = *self.ahead.values().filter(|(_, at)| is_future(WallTime(*at), now)).min()?;
        let latest = self.ahead.values().map(|(_, at)| *at).max()?;
        let cause = Implausibility::InFuture { by_us: latest.saturating_sub(now.0) };
        Some(PlausibilityFinding { seq: first_seq, airing: None, cause })
    }

    fn add_finding(&mut self, seq: u64, airing: Option<&str>, cause: Implausibility) {
        self.count += 1;
        self.findings.push(PlausibilityFinding { seq, airing: airing.map(str::to_owned), cause });
    }

    /// Checks the last batch. Call it at the end of the log, which must be at a signed head.
    pub fn finish(&mut self) {
        self.close_batch();
    }
}
