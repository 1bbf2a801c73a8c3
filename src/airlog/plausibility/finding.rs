//! Findings and remarks about the entries of a log.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Why an entry cannot have been so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Implausibility {
    /// The wall clock moved against the boot clock, and no `clock-step` says so. An airing after it, up to the next start
    /// of the program, has no time that could be believed.
    ClockMoved {
        /// How far, microseconds; negative when back.
        by_us: i64,
    },
    /// The boot clock, which only runs forward, ran back.
    BootClockBack {
        /// How far, microseconds.
        by_us: i64,
    },
    /// The station believed a clock that had gone back since the start of the machine before, and that nobody kept.
    WentBack {
        /// How far, microseconds.
        by_us: i64,
    },
    /// Another airing sounded at the same time on the one line.
    Overlaps {
        /// Its id.
        other: String,
    },
    /// It lasted longer than the time that passed on the boot clock.
    TooLong {
        /// What it says that was played, milliseconds.
        played_ms: i64,
        /// What passed, milliseconds.
        passed_ms: i64,
    },
    /// It lasted longer than was planned.
    OverPlan {
        /// What it says that was played, milliseconds.
        played_ms: i64,
        /// What was planned, milliseconds.
        planned_ms: i64,
    },
    /// It is later than the clock of who reads it by more than a day. Judged anew at each reading.
    InFuture {
        /// By how much, microseconds.
        by_us: i64,
    },
    /// It is not written as a station writes entries: readers could find different values in it.
    NotAsWritten,
    /// Something sounded, and nothing tells of its start.
    NeverStarted,
    /// This airing had its outcome before.
    Again,
    /// No plan of its date names it.
    NeverPlanned,
    /// A later plan of the date leaves out airings that have no outcome: an edit would have withdrawn them.
    PlanShrunk {
        /// The date.
        date: NaiveDate,
        /// How many.
        count: u64,
        /// One of them.
        example: String,
    },
    /// It plans a date that no calendar of a station has.
    NoSuchDate {
        /// The date.
        date: NaiveDate,
    },
    /// The log names more dates or airings than any station has. What goes beyond is not remembered, and cannot be judged.
    TooMuch,
    /// Airings of a date that is long over have no outcome.
    NoOutcome {
        /// The date.
        date: NaiveDate,
        /// How many.
        count: u64,
        /// One of them.
        example: String,
    },
}

/// An entry that cannot have been so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlausibilityFinding {
    /// Which entry.
    pub seq: u64,
    /// The airing whose outcome that entry is: it is no proof. None where the finding concerns no single airing.
    pub airing: Option<String>,
    /// Why.
    #[serde(flatten)]
    pub why: Implausibility,
}

/// What is worth knowing of a log, and takes nothing away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum PlausibilityRemark {
    /// While the program was off, and the machine on, the wall clock was moved against the boot clock.
    MovedWhileOff {
        /// The entry of the next start.
        seq: u64,
        /// How far, microseconds; negative when back.
        by_us: i64,
    },
    /// The log begins before a department first countersigned it.
    OlderThanWitness {
        /// By how many days.
        days: i64,
    },
    /// Another log went before it.
    Follows(PredecessorRef),
}

/// The log that went before, as `genesis` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PredecessorRef {
    /// Where the station keeps it, in `airlog/`.
    pub kept_as: String,
    /// Its whole entries.
    pub entries: u64,
    /// Its newest signed head, if one was there.
    #[serde(default)]
    pub head: Option<String>,
}

/// The remark on a log that begins before a department first countersigned it; both in seconds since 1970.
#[must_use]
pub fn older_than_witness(first_entry: i64, first_cosigned: i64) -> Option<PlausibilityRemark> {
    let days = first_cosigned.saturating_sub(first_entry) / 86_400;
    (days > 0).then_some(PlausibilityRemark::OlderThanWitness { days })
}
