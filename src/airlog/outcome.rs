//! How airings end, and why: codes that never change.
use serde::{Deserialize, Serialize};

use crate::plan::IneligibleReason;

/// How an airing ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Every frame of the planned length was taken, started within 5 s of plan or by a `late` rule.
    Aired,
    /// Some frames were taken, or all of them at the wrong time.
    Partial,
    /// No frame was taken.
    Missed,
}

/// Why an airing was not whole. A closed list, `docs/reasons.md`; additions only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // the page says it
pub enum Reason {
    PowerOff,
    ClockUntrusted,
    QuietHours,
    FileMissing,
    FileDamaged,
    HashMismatch,
    NotApproved,
    Expired,
    NothingEligible,
    DeviceLost,
    Underrun,
    CutBy,
    Overrun,
    EndBy,
    Urgent,
    OperatorStop,
    OperatorSkip,
    Withdrawn,
    Late,
    Joined,
    Shutdown,
}

impl Reason {
    /// Every reason there is.
    pub const ALL: [Self; 21] = [
        Self::PowerOff,
        Self::ClockUntrusted,
        Self::QuietHours,
        Self::FileMissing,
        Self::FileDamaged,
        Self::HashMismatch,
        Self::NotApproved,
        Self::Expired,
        Self::NothingEligible,
        Self::DeviceLost,
        Self::Underrun,
        Self::CutBy,
        Self::Overrun,
        Self::EndBy,
        Self::Urgent,
        Self::OperatorStop,
        Self::OperatorSkip,
        Self::Withdrawn,
        Self::Late,
        Self::Joined,
        Self::Shutdown,
    ];
}

impl From<IneligibleReason> for Reason {
    fn from(reason: IneligibleReason) -> Self {
        match reason {
            IneligibleReason::NothingEligible => Self::NothingEligible,
            IneligibleReason::EndBy => Self::EndBy,
            IneligibleReason::Expired => Self::Expired,
            IneligibleReason::NotApproved => Self::NotApproved,
        }
    }
}

/// Why a clock is believed, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrustReason {
    /// Nothing speaks against it.
    NoDoubt,
    /// The system says that NTP or the like keeps it.
    Synchronised,
    /// The operator vouched for it.
    Confirmed,
    /// Earlier than the last entry of the log.
    BeforeLastEntry,
    /// Earlier than the day this program was built (or the start of a rehearsal).
    BeforeBuild,
    /// It stepped forward by more than 5 minutes, unsynchronised.
    ForwardStep,
    /// It stepped back by more than 5 minutes, unsynchronised.
    BackwardStep,
    /// Implausibly far ahead of the last sign of life, or of the build.
    FarAhead,
}
