//! Results and reasons: codes that never change.
use serde::{Deserialize, Serialize};

use crate::plan::IneligibleReason;

/// Result of an airing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The device took every frame of the planned length, from within 5 s of the planned start or by a `late` rule.
    Aired,
    /// The device took some frames, or all of them at the wrong time.
    Partial,
    /// The device took no frame.
    Missed,
}

/// Returns the milliseconds an airing counts for: at most the planned length. A planned length of 0 means unknown.
#[must_use]
pub fn counted_ms(planned_ms: i64, played_ms: i64) -> i64 {
    if planned_ms > 0 { played_ms.min(planned_ms) } else { played_ms }
}

/// Why an airing was not aired in full. A closed list, see `docs/reasons.md`; additions only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // explained in docs/reasons.md
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
    /// Every reason. Its position here is its number in the department's index.
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

    /// Returns its place in [`Self::ALL`], which is its number in the department's index.
    #[must_use]
    pub fn index(self) -> usize {
        Self::ALL.iter().position(|one| *one == self).unwrap_or(Self::ALL.len())
    }

    /// Returns the code that the log writes for it.
    #[must_use]
    pub fn code(self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Returns the reason of a code; none for a code that this version does not know.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::from(code)).ok()
    }
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

/// Why the clock is trusted or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrustReason {
    /// Nothing contradicts it.
    NoDoubt,
    /// The kernel reports that it is synchronised.
    Synchronised,
    /// The operator vouched for it.
    Confirmed,
    /// Earlier than the last entry of the log.
    BeforeLastEntry,
    /// Earlier than the build date of this program (or the start of a rehearsal).
    BeforeBuild,
    /// It stepped forward by more than 5 minutes, unsynchronised.
    ForwardStep,
    /// It stepped back by more than 5 minutes, unsynchronised.
    BackwardStep,
    /// Implausibly far ahead of the last sign of life, or of the build.
    FarAhead,
}

#[cfg(test)]
mod tests {
    use super::Reason;

    #[test]
    fn all_holds_every_reason_in_the_order_of_the_list() {
        // A parser that meets an unknown code names all that it knows.
        let error = serde_json::from_str::<Reason>("\"unknown\"").expect_err("no such code").to_string();
        let known: Vec<&str> = error.split('`').skip(1).step_by(2).skip(1).collect();
        let codes: Vec<String> = Reason::ALL
            .iter()
            .map(|code| serde_json::to_value(code).expect("a code"))
            .map(|code| code.as_str().expect("a text").to_owned())
            .collect();
        assert_eq!(codes, known);
    }
}
