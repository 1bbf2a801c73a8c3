//! The state of both clocks according to the entries, and the current batch of entries.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::base::instant::SECOND_US;

/// Maximum time that a station needs after its start to write the outcomes of past dates, in microseconds. A clock step
/// larger than this is a leap.
pub const SETTLING_US: i64 = 3600 * SECOND_US;
/// Maximum time from a leap to the end of the session that sounded during it, in microseconds. A machine that writes no
/// entry for longer than this was asleep, which also counts as a leap.
pub const LEAP_WINDOW_US: i64 = 86_400 * SECOND_US;

/// The state of the clocks according to the entries.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ClockHistory {
    /// Boot id of the machine in the last entry.
    pub boot: String,
    /// Wall clock of the last entry, in microseconds.
    pub wall: i64,
    /// Boot clock of the last entry, in microseconds.
    pub boottime: i64,
    /// Wall clock of the last entry under a trusted clock, in microseconds.
    pub believed: Option<i64>,
    /// True while the station trusts its clock.
    pub trusted: bool,
    /// True while that trust comes from a person's confirmation.
    pub confirmed: bool,
    /// Boot clock at the last start of the program, in microseconds.
    pub began: i64,
    /// Recent leaps since that start. Each has the boot clock after the leap (in microseconds) and the latest date that
    /// was planned before it. An airing may have continued during a leap.
    pub leaps: Vec<(i64, Option<NaiveDate>)>,
    /// Total running time under a trusted clock, in microseconds.
    pub ran: i64,
    /// The current batch. All its entries have the same time. Its clock step is checked at its end, because the
    /// `clock-step` entry may come after entries that already have the new time.
    pub batch: EntryBatch,
    /// Size of an unexplained clock step, in microseconds. Until the next start of the program, later entries have no
    /// reliable time.
    pub lost: Option<i64>,
}

/// Consecutive entries with the same time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EntryBatch {
    /// Number of the first entry.
    pub first: u64,
    /// Movement of the wall clock against the boot clock before the batch, minus the steps in its `clock-step` entries,
    /// in microseconds.
    pub moved: i64,
    /// Allowed size of `moved`, in microseconds.
    pub allowed: i64,
    /// True when the batch begins with a start of the program or of the machine. Then the steps in its `clock-step`
    /// entries do not count, because they happened before the batch.
    pub begins: bool,
    /// Numbers and airing ids of the outcomes with sound in this batch.
    pub outcomes: Vec<(u64, String)>,
}
