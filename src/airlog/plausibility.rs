//! Could it have been so? One fold over the entries of a log, for `loa verify`, `loa collect`, the index and the report
//! (pure).
//!
//! A signature says who wrote a line and that nobody has changed it since. It does not say that the line is true: the
//! owner of a station can shape with a clock, a file manager or an old copy what reaches the signer. The fold compares
//! the entries with each other and with physics: time, the boot clock, the one line, the plans. A [`Finding`] names an
//! entry that cannot have been so; an airing that it names is no proof. A [`Remark`] is worth knowing and takes nothing
//! away. A key that an older entry does not have is never a reason.
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

/// An entry that is later than the reader's clock by more than this has not happened yet.
pub const FUTURE_US: i64 = 86_400 * SECOND_US;

/// Who stood for the clock when an outcome was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockVoucher {
    /// The kernel called it synchronised.
    Synchronised,
    /// A person did, with `loa clock confirm`.
    Confirmed,
    /// Nobody.
    Nobody,
}

/// What one entry is, to who folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldedEntry {
    /// The outcome of an airing.
    Outcome {
        /// Who stood for the clock; none where the entry does not tell.
        vouched: Option<ClockVoucher>,
        /// Whether something of it sounded.
        sounded: bool,
    },
    /// Anything else.
    Other,
}

/// Gives the bytes of a kept plan by its SHA-256, when they are there and have that hash.
pub type PlanLookup<'a> = dyn FnMut(&str) -> Option<Arc<Vec<u8>>> + 'a;

/// Whether a station can plan this date. Only a hostile log has others; the judge does not calculate with them.
#[must_use]
pub fn is_plannable_date(date: NaiveDate) -> bool {
    (1..=9999).contains(&date.year())
}

/// Whether an entry of this time has not happened yet by the reader's clock. Ask only when that clock is synchronised.
#[must_use]
pub fn is_future(at: WallTime, now: WallTime) -> bool {
    at.since(now) > FUTURE_US
}

/// The fold. Kept by a program that knew other fields, it is not read: the log is judged again. It takes every entry once, in order, and needs memory for a few days of plans. It can be kept as JSON and
/// gone on with: findings that were taken out of it are not in it any more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlausibilityFold {
    /// The number of the next entry.
    next: u64,
    /// Whether entries before the first that it took are unknown.
    /// When the first entry was written.
    begins: Option<WallTime>,
    time: ClockHistory,
    line: LineOccupancy,
    days: PlannedDates,
    /// Of the latest days on which entries were written under a believed clock: the first entry.
    ahead: BTreeMap<i64, (u64, i64)>,
    /// Outcomes so far of which something sounded, and of these, those by a clock that nobody vouched for.
    sounded: (u64, u64),
    /// The log before it.
    follows: Option<PredecessorRef>,
    /// When a department first countersigned it, seconds since 1970, as far as who folds has said so.
    cosigned: Option<i64>,
    /// Findings so far.
    count: u64,
    /// Bytes of plans that were read.
    plan_bytes: u64,
    /// The finding [`Why::TooMuch`] has been reported.
    told_beyond: bool,
    #[serde(skip)]
    findings: Vec<PlausibilityFinding>,
    #[serde(skip)]
    remarks: Vec<PlausibilityRemark>,
}

impl PlausibilityFold {
    /// The number of the entry that it takes next.
    #[must_use]
    pub fn next_seq(&self) -> u64 {
        self.next
    }

    /// When the first entry was written, as the station's clock said.
    #[must_use]
    pub fn first_entry_at(&self) -> Option<WallTime> {
        self.begins
    }

    /// How many outcomes there are of which something sounded, and how many of these by a clock that nobody vouched for.
    #[must_use]
    pub fn sounded(&self) -> (u64, u64) {
        self.sounded
    }

    /// How many findings there were in all, those included that were taken out.
    #[must_use]
    pub fn finding_count(&self) -> u64 {
        self.count
    }

    /// The log that went before, if `genesis` names one.
    #[must_use]
    pub fn follows(&self) -> Option<&PredecessorRef> {
        self.follows.as_ref()
    }

    /// A department has countersigned the log at this time (seconds since 1970); the first time counts.
    pub fn add_cosigned_time(&mut self, time: i64) {
        self.cosigned = Some(self.cosigned.map_or(time, |first| first.min(time)));
    }

    /// When that was first, as far as it is known.
    #[must_use]
    pub fn first_cosigned(&self) -> Option<i64> {
        self.cosigned
    }

    /// The remark on how long the log is older than its first countersignature, as far as that is known.
    #[must_use]
    pub fn older_than_witness(&self) -> Option<PlausibilityRemark> {
        older_than_witness(self.begins?.0.div_euclid(SECOND_US), self.cosigned?)
    }

    /// The findings since the last call, in the order in which they were made. At the end of the log call
    /// [`Self::end`] before.
    pub fn take_findings(&mut self) -> Vec<PlausibilityFinding> {
        std::mem::take(&mut self.findings)
    }

    /// The remarks since the last call.
    pub fn take_remarks(&mut self) -> Vec<PlausibilityRemark> {
        std::mem::take(&mut self.remarks)
    }

    /// The first entry that has not happened yet by the reader's clock, if there is one. Ask only when that clock is
    /// synchronised.
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

    /// The log ends here, at a signed head. It may go on later.
    pub fn finish(&mut self) {
        self.close_batch();
    }
}
