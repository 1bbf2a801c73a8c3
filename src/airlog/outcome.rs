//! The results of airings, the reasons for them, and the reasons for clock trust. Their codes never change.
use serde::{Deserialize, Serialize};

use crate::plan::IneligibleReason;

/// Result of an airing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The device took every frame of the planned length. The airing began within 5 s of the planned start, or as late
    /// as the `late` setting of the session allows.
    Aired,
    /// The device took some frames, or all of them at the wrong time.
    Partial,
    /// The device took no frame.
    Missed,
}

/// Returns the played length that counts in totals, in milliseconds: at most the planned length. A planned length of 0
/// means that the length is unknown, and sets no limit.
#[must_use]
pub fn counted_ms(planned_ms: i64, played_ms: i64) -> i64 {
    if planned_ms > 0 { played_ms.min(planned_ms) } else { played_ms }
}

/// The reason why an airing was not aired in full. The list is in `docs/reasons.md`; reasons may only be added to it.
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
    /// Every reason. The position of a reason here is its number in the department's index.
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

    /// Returns the position of the reason in [`Self::ALL`], which is its number in the department's index.
    #[must_use]
    pub fn index(self) -> usize {
        Self::ALL.iter().position(|reason| *reason == self).unwrap_or(Self::ALL.len())
    }

    /// Returns the code of the reason in the log.
    #[must_use]
    pub fn code(self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        value.as_str().unwrap_or_default().to_owned()
    }

    /// True when the session of an airing with this reason has begun, so that the session's other airings keep their
    /// own times. With any other reason, the session may not have begun.
    #[must_use]
    pub fn implies_session_begun(self) -> bool {
        match self {
            Self::PowerOff
            | Self::ClockUntrusted
            | Self::QuietHours
            | Self::Withdrawn
            | Self::Late
            | Self::Shutdown => false,
            Self::FileMissing
            | Self::FileDamaged
            | Self::HashMismatch
            | Self::NotApproved
            | Self::Expired
            | Self::NothingEligible
            | Self::DeviceLost
            | Self::Underrun
            | Self::CutBy
            | Self::Overrun
            | Self::EndBy
            | Self::Urgent
            | Self::OperatorStop
            | Self::OperatorSkip
            | Self::Joined => true,
        }
    }

    /// True when this reason cuts an airing even if the airing is an urgent message. Only the operator and the end of
    /// the run end urgent messages.
    #[must_use]
    pub fn ends_urgent_messages(self) -> bool {
        match self {
            Self::OperatorStop | Self::OperatorSkip | Self::Shutdown => true,
            Self::PowerOff
            | Self::ClockUntrusted
            | Self::QuietHours
            | Self::FileMissing
            | Self::FileDamaged
            | Self::HashMismatch
            | Self::NotApproved
            | Self::Expired
            | Self::NothingEligible
            | Self::DeviceLost
            | Self::Underrun
            | Self::CutBy
            | Self::Overrun
            | Self::EndBy
            | Self::Urgent
            | Self::Withdrawn
            | Self::Late
            | Self::Joined => false,
        }
    }

    /// True when an airing that is cut for this reason continues later, unless its session has `interrupted = "drop"`.
    #[must_use]
    pub fn lets_airing_continue(self) -> bool {
        match self {
            Self::Urgent => true,
            Self::PowerOff
            | Self::ClockUntrusted
            | Self::QuietHours
            | Self::FileMissing
            | Self::FileDamaged
            | Self::HashMismatch
            | Self::NotApproved
            | Self::Expired
            | Self::NothingEligible
            | Self::DeviceLost
            | Self::Underrun
            | Self::CutBy
            | Self::Overrun
            | Self::EndBy
            | Self::OperatorStop
            | Self::OperatorSkip
            | Self::Withdrawn
            | Self::Late
            | Self::Joined
            | Self::Shutdown => false,
        }
    }

    /// Returns the reason with this code; `None` if this version does not know the code.
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

/// The reason why the clock is trusted or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TrustReason {
    /// Trusted: nothing contradicts the clock.
    NoDoubt,
    /// Trusted: the kernel reports that the clock is synchronised.
    Synchronised,
    /// Trusted: the operator confirmed the clock.
    Confirmed,
    /// Untrusted: the clock is earlier than the last entry of the log.
    BeforeLastEntry,
    /// Untrusted: the clock is earlier than the build date of this program, or than the start of a rehearsal.
    BeforeBuild,
    /// Untrusted: the clock stepped forward by more than 5 minutes while it was not synchronised.
    ForwardStep,
    /// Untrusted: the clock stepped back by more than 5 minutes while it was not synchronised.
    BackwardStep,
    /// Untrusted: the clock is implausibly far ahead of the last heartbeat, or of the build date.
    FarAhead,
}

#[cfg(test)]
mod tests {
    use super::Reason;

    #[test]
    fn all_contains_every_reason_in_the_order_of_the_enum() {
        // The parser's error for an unknown code lists all known codes.
        let error = serde_json::from_str::<Reason>("\"unknown\"").expect_err("the code is unknown").to_string();
        let known_codes: Vec<&str> = error.split('`').skip(1).step_by(2).skip(1).collect();
        let codes: Vec<String> = Reason::ALL
            .iter()
            .map(|reason| serde_json::to_value(reason).expect("write the code"))
            .map(|code| code.as_str().expect("the code is a string").to_owned())
            .collect();
        assert_eq!(codes, known_codes);
    }
}
