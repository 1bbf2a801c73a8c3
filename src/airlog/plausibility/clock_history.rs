//! The clocks as the entries tell them, and the batch that is being taken.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::base::instant::SECOND_US;

/// Time in which a station that was started writes the outcomes of past dates, in microseconds. A larger clock step is
/// a leap.
pub const SETTLING_US: i64 = 3600 * SECOND_US;
/// Time within which the airing that sounds during a leap, and the rest of its session, end, in microseconds. A machine
/// that writes nothing for so long was asleep: that is a leap, too.
pub const LEAP_WINDOW_US: i64 = 86_400 * SECOND_US;

/// State of the clocks according to the entries.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ClockHistory {
    pub boot: String,
    /// Wall clock of the last entry, in microseconds.
    pub wall: i64,
    /// Boot clock of the last entry, in microseconds.
    pub boottime: i64,
    /// Latest time under a trusted clock.
    pub believed: Option<i64>,
    pub trusted: bool,
    pub confirmed: bool,
    /// Boot clock at the last start of the program.
    pub began: i64,
    /// Leaps since then during which an airing may have continued: the boot clock after each, and the latest date
    /// planned before it.
    pub leaps: Vec<(i64, Option<NaiveDate>)>,
    /// Total running time under a trusted clock, in microseconds.
    pub ran: i64,
    /// Batch that is being taken. Its entries have one time, and a `clock-step` may come after the entries that it
    /// explains.
    pub batch: EntryBatch,
    /// Unexplained clock step, in microseconds: entries after it have no reliable time until the next start.
    pub lost: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EntryBatch {
    pub first: u64,
    /// Movement of the wall clock against the boot clock before the batch, less its `clock-step` entries.
    pub moved: i64,
    pub allowed: i64,
    /// Whether it begins with a start, or is the first batch: then a step that its entries tell was made before it.
    pub begins: bool,
    pub outcomes: Vec<(u64, String)>,
}
