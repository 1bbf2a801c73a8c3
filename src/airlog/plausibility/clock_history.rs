//! The clocks as the entries tell them, and the batch that is being taken.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::base::instant::SECOND_US;

/// A station that was started needs so long to say what became of dates that are over; a step of the clock by more than
/// that is a leap.
pub const SETTLING_US: i64 = 3600 * SECOND_US;
/// What sounds when the clock leaps by days, and the rest of its session, has its end within a day. A station that runs and
/// writes nothing for so long was asleep: that is a leap, too.
pub const LEAP_WINDOW_US: i64 = 86_400 * SECOND_US;

/// The clocks, as the entries tell them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ClockHistory {
    pub boot: String,
    /// Wall and boot clock of the last entry.
    pub wall: i64,
    pub boottime: i64,
    /// The latest time under a believed clock.
    pub believed: Option<i64>,
    pub trusted: bool,
    pub confirmed: bool,
    /// Boot clock at the last start of the program.
    pub began: i64,
    /// Since then: leaps over which what sounded may have gone on, the boot clock behind each, and the latest date that was
    /// planned before it.
    pub leaps: Vec<(i64, Option<NaiveDate>)>,
    /// How long the program has run in all under a believed clock, microseconds.
    pub ran: i64,
    /// Entries of one batch have one time, and a step of the clock may stand behind what it explains.
    pub batch: EntryBatch,
    /// The clock moved and nobody knows why: nothing after it has a time, up to the next start.
    pub lost: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct EntryBatch {
    pub first: u64,
    /// How far the wall clock moved against the boot clock before it, less what `clock-step` entries of it explain.
    pub moved: i64,
    pub allowed: i64,
    /// It begins with a start, or with what is read first: a step that its entries tell was made before it.
    pub begins: bool,
    pub outcomes: Vec<(u64, String)>,
}
