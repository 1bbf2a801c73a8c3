//! Findings and remarks about the entries of a log.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The reason why an entry cannot be true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Implausibility {
    /// The wall clock moved relative to the boot clock without a `clock-step` entry. Until the next start of the
    /// program, the times of later airings cannot be trusted.
    ClockMoved {
        /// Size of the step, in microseconds; negative when the clock went back.
        by_us: i64,
    },
    /// The boot clock went back, which is impossible.
    BootClockBack {
        /// Size of the step, in microseconds.
        by_us: i64,
    },
    /// The station trusted a clock that had gone back since the previous machine boot and was not synchronised.
    WentBack {
        /// Size of the step, in microseconds.
        by_us: i64,
    },
    /// A different airing sounded at the same time on the single line.
    Overlaps {
        /// Id of that airing.
        other: String,
    },
    /// The airing lasted longer than the time that elapsed on the boot clock.
    TooLong {
        /// Played length according to the entry, in milliseconds.
        played_ms: i64,
        /// Time that elapsed on the boot clock, in milliseconds.
        passed_ms: i64,
    },
    /// The airing lasted longer than planned.
    OverPlan {
        /// Played length according to the entry, in milliseconds.
        played_ms: i64,
        /// Planned length, in milliseconds.
        planned_ms: i64,
    },
    /// The entry is more than a day later than the reader's clock. This is checked again each time the log is read.
    InFuture {
        /// Time by which the entry is later, in microseconds.
        by_us: i64,
    },
    /// The line is not written as a station writes entries, so different JSON readers could read different values from
    /// it.
    NotAsWritten,
    /// The airing sounded without a `start` entry.
    NeverStarted,
    /// The airing has an earlier outcome.
    Again,
    /// No plan of its date names the airing.
    NeverPlanned,
    /// A later plan of the date omits airings that have no outcome. An honest edit keeps such airings as withdrawn.
    PlanShrunk {
        /// Date of the plan.
        date: NaiveDate,
        /// Number of such airings.
        count: u64,
        /// Id of one of them.
        example: String,
    },
    /// The entry plans a date that a station cannot plan.
    NoSuchDate {
        /// Date of the plan.
        date: NaiveDate,
    },
    /// The log names more dates or airings than any station has. Dates and airings beyond the bounds are not remembered
    /// and cannot be checked.
    TooMuch,
    /// Airings of a date that passed long ago have no outcome.
    NoOutcome {
        /// Date of the plan.
        date: NaiveDate,
        /// Number of such airings.
        count: u64,
        /// Id of one of them.
        example: String,
    },
}

/// An entry that cannot be true.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlausibilityFinding {
    /// Number of the entry.
    pub seq: u64,
    /// Id of the airing, if the entry is the outcome of an airing; that airing then proves nothing. `None` if the
    /// finding is not about one airing.
    pub airing: Option<String>,
    /// The reason why the entry cannot be true.
    #[serde(flatten)]
    pub cause: Implausibility,
}

/// A fact about a log that informs the reader. It does not affect what an airing proves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum PlausibilityRemark {
    /// The wall clock moved relative to the boot clock while the machine ran without the program.
    MovedWhileOff {
        /// Number of the `boot` entry of the next start.
        seq: u64,
        /// Size of the step, in microseconds; negative when the clock went back.
        by_us: i64,
    },
    /// The log begins at least a day before a department first countersigned it.
    OlderThanWitness {
        /// Time by which the log began earlier, in days.
        days: i64,
    },
    /// The log replaces a previous log.
    Follows(PredecessorRef),
}

/// The previous log, as named in the `genesis` entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PredecessorRef {
    /// Folder in `airlog/` to which the station moved it.
    #[serde(rename = "kept_as")]
    pub set_aside_as: String,
    /// Number of its complete entries.
    pub entries: u64,
    /// Its newest signed head, if it had one.
    #[serde(default, rename = "head")]
    pub signed_head: Option<String>,
}

/// Returns a remark if the log begins at least a day before its first countersignature. Both times are in seconds since
/// 1970.
#[must_use]
pub fn age_remark(first_entry_s: i64, first_cosigned_s: i64) -> Option<PlausibilityRemark> {
    let days = first_cosigned_s.saturating_sub(first_entry_s) / 86_400;
    (days > 0).then_some(PlausibilityRemark::OlderThanWitness { days })
}
