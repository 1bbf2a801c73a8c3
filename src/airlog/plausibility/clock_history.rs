//! The state of both clocks according to the entries, and the current batch of entries.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::base::instant::SECOND_US;

/// Maximum time that a station needs after its start to write the outcomes of past dates, in microseconds. A clock step
/// larger than this is a leap.
pub const MAX_SETTLING_US: i64 = 3600 * SECOND_US;
/// Maximum time from a leap to the end of a session that was running during the leap, in microseconds. A machine that
/// wrote no entry for longer than this was asleep, which also counts as a leap.
pub const LEAP_WINDOW_US: i64 = 86_400 * SECOND_US;

/// The state of the clocks according to the entries.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ClockHistory {
    /// Boot id of the machine in the last entry.
    #[serde(rename = "boot")]
    pub boot_id: String,
    /// Wall clock of the last entry, in microseconds.
    #[serde(rename = "wall")]
    pub wall_us: i64,
    /// Boot clock of the last entry, in microseconds.
    #[serde(rename = "boottime")]
    pub boottime_us: i64,
    /// Wall clock of the last entry under a trusted clock, in microseconds.
    #[serde(rename = "believed")]
    pub trusted_wall_us: Option<i64>,
    /// True while the station trusts its clock.
    #[serde(rename = "trusted")]
    pub is_trusted: bool,
    /// True while that trust comes from the operator's confirmation.
    #[serde(rename = "confirmed")]
    pub is_confirmed: bool,
    /// Boot clock at the last start of the program, in microseconds.
    #[serde(rename = "began")]
    pub run_start_us: i64,
    /// Recent leaps since that start. Each has the boot clock after the leap (in microseconds) and the latest date that
    /// was planned before it. An airing may have continued during a leap.
    pub leaps: Vec<(i64, Option<NaiveDate>)>,
    /// Total running time under a trusted clock, in microseconds.
    #[serde(rename = "ran")]
    pub trusted_runtime_us: i64,
    /// The current batch, whose entries all have the same time. Its clock step is checked at its end, because the
    /// `clock-step` entry may come after entries that already have the new time.
    pub batch: EntryBatch,
    /// Size of an unexplained clock step in this run, in microseconds. After it, the entries have no reliable time
    /// until the next start of the program.
    #[serde(rename = "lost")]
    pub unexplained_step_us: Option<i64>,
}

/// Consecutive entries with the same time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EntryBatch {
    /// Number of the first entry.
    #[serde(rename = "first")]
    pub first_seq: u64,
    /// Step of the wall clock relative to the boot clock since the previous batch, minus the steps in this batch's
    /// `clock-step` entries, in microseconds.
    #[serde(rename = "moved")]
    pub unexplained_us: i64,
    /// Maximum plausible size of `unexplained_us`.
    #[serde(rename = "allowed")]
    pub max_unexplained_us: i64,
    /// True when the batch begins with the start of the program or the machine. Then the steps in its `clock-step`
    /// entries are ignored, because they happened before the batch.
    #[serde(rename = "begins")]
    pub begins_with_start: bool,
    /// Numbers and airing ids of the outcomes with sound in this batch.
    pub outcomes: Vec<(u64, String)>,
}
