//! Whether the entries of a log can be true: one fold over them, for `loa verify`, `loa collect`, the index and the
//! report (pure).
//!
//! A signature proves who wrote a line and that nobody changed it. It does not prove that the line is true: with a
//! clock, a file manager or an old copy, the owner of a station can shape what reaches the signer. The fold compares
//! the entries with each other and with physics: time, the boot clock, the single line, the plans. A
//! [`PlausibilityFinding`] names an entry that cannot be true; an airing named by it proves nothing. A
//! [`PlausibilityRemark`] is worth knowing and discounts nothing. A key that older entries do not have never causes a
//! finding.
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

/// Who vouched for the clock when an outcome was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockVoucher {
    /// The kernel: it reported the clock as synchronised.
    Synchronised,
    /// A person, with `loa clock confirm`.
    Confirmed,
    /// Nobody.
    Nobody,
}

/// Facts about an entry for the caller of the fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldedEntry {
    /// The outcome of an airing.
    Outcome {
        /// Who vouched for the clock; none when the entry does not tell.
        vouched: Option<ClockVoucher>,
        /// Whether any of it sounded.
        sounded: bool,
    },
    /// Anything else.
    Other,
}

/// Returns the bytes of a kept plan by its SHA-256, if they are there and have that hash.
pub type PlanLookup<'a> = dyn FnMut(&str) -> Option<Arc<Vec<u8>>> + 'a;

/// Whether a station can plan this date. Only a hostile log has other dates; the fold does not calculate with them.
#[must_use]
pub fn is_plannable_date(date: NaiveDate) -> bool {
    (1..=9999).contains(&date.year())
}

/// Whether an entry of this time lies in the future by the reader's clock. Call it only when that clock is
/// synchronised.
#[must_use]
pub fn is_future(at: WallTime, now: WallTime) -> bool {
    at.since(now) > FUTURE_US
}

/// The fold. It takes every entry once, in order, and holds a few days of plans. It can be stored as JSON and continued
/// later, without the findings that were taken out of it. The JSON of a program with other fields is refused; then the
/// log is judged again.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlausibilityFold {
    /// Number of the next entry.
    next: u64,
    /// Time of the first entry.
    begins: Option<WallTime>,
    time: ClockHistory,
    line: LineOccupancy,
    days: PlannedDates,
    /// Latest days on which entries were written under a trusted clock, with the number and time of the first entry.
    ahead: BTreeMap<i64, (u64, i64)>,
    /// Outcomes of airings that sounded, and how many of them lack a vouched clock.
    sounded: (u64, u64),
    /// The previous log.
    follows: Option<PredecessorRef>,
    /// Time of the first countersignature that the caller has reported, in seconds since 1970.
    cosigned: Option<i64>,
    /// Number of findings so far.
    count: u64,
    /// Bytes of plans read so far.
    plan_bytes: u64,
    /// Whether [`Implausibility::TooMuch`] has been reported.
    told_beyond: bool,
    #[serde(skip)]
    findings: Vec<PlausibilityFinding>,
    #[serde(skip)]
    remarks: Vec<PlausibilityRemark>,
}

impl PlausibilityFold {
    /// Returns the number of the entry that it takes next.
    #[must_use]
    pub fn next_seq(&self) -> u64 {
        self.next
    }

    /// Returns the time of the first entry, by the station's clock.
    #[must_use]
    pub fn first_entry_at(&self) -> Option<WallTime> {
        self.begins
    }

    /// Returns the number of outcomes of airings that sounded, and how many of them lack a vouched clock.
    #[must_use]
    pub fn sounded(&self) -> (u64, u64) {
        self.sounded
    }

    /// Returns the number of all findings, including those that were taken out.
    #[must_use]
    pub fn finding_count(&self) -> u64 {
        self.count
    }

    /// Returns the previous log, if `genesis` names one.
    #[must_use]
    pub fn follows(&self) -> Option<&PredecessorRef> {
        self.follows.as_ref()
    }

    /// Reports that a department countersigned the log at this time, in seconds since 1970. The earliest time counts.
    pub fn add_cosigned_time(&mut self, time: i64) {
        self.cosigned = Some(self.cosigned.map_or(time, |first| first.min(time)));
    }

    /// Returns the time of the first reported countersignature.
    #[must_use]
    pub fn first_cosigned(&self) -> Option<i64> {
        self.cosigned
    }

    /// Returns the remark on a log that is older than its first countersignature, if that applies.
    #[must_use]
    pub fn older_than_witness(&self) -> Option<PlausibilityRemark> {
        older_than_witness(self.begins?.0.div_euclid(SECOND_US), self.cosigned?)
    }

    /// Takes the findings since the last call, in their order. At the end of the log, call [`Self::finish`] first.
    pub fn take_findings(&mut self) -> Vec<PlausibilityFinding> {
        std::mem::take(&mut self.findings)
    }

    /// Takes the remarks since the last call.
    pub fn take_remarks(&mut self) -> Vec<PlausibilityRemark> {
        std::mem::take(&mut self.remarks)
    }

    /// Returns a finding for the first entry that lies in the future by the reader's clock, if any. Call it only when
    /// that clock is synchronised.
    #[must_use]
    pub fn future_finding(&self, now: WallTime) -> Option<PlausibilityFinding> {
        let first = self.ahead.values().filter(|(_, at)| is_future(WallTime(*at), now)).min()?;
        let latest = self.ahead.values().map(|(_, at)| *at).max()?;
        let why = Implausibility::InFuture { by_us: latest.saturating_sub(now.0) };
        Some(PlausibilityFinding { seq: first.0, airing: None, why })
    }

    fn add_finding(&mut self, seq: u64, airing: Option<&str>, why: Implausibility) {
        self.count += 1;
        self.findings.push(PlausibilityFinding { seq, airing: airing.map(str::to_owned), why });
    }

    /// Judges the last batch: the log ends here for now, at a signed head.
    pub fn finish(&mut self) {
        self.close_batch();
    }
}
