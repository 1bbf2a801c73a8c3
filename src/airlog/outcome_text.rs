//! The printed words for results and reasons.
use std::fmt;

use super::outcome::{Outcome, Reason, TrustReason};
use crate::text::log::TableText;
use crate::text::run::RunText;
use crate::text::{Lang, Localize};

impl Localize for TrustReason {
    fn write(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        trust_text(*self).write(lang, f)
    }
}

/// Returns the words for the reason why a clock is trusted or not.
#[must_use]
pub fn trust_text(reason: TrustReason) -> RunText {
    match reason {
        TrustReason::NoDoubt => RunText::NoDoubt {},
        TrustReason::Synchronised => RunText::Synchronised {},
        TrustReason::Confirmed => RunText::Confirmed {},
        TrustReason::BeforeLastEntry => RunText::BeforeLastEntry {},
        TrustReason::BeforeBuild => RunText::BeforeBuild {},
        TrustReason::ForwardStep => RunText::ForwardStep {},
        TrustReason::BackwardStep => RunText::BackwardStep {},
        TrustReason::FarAhead => RunText::FarAhead {},
    }
}

/// Returns the word for a result.
#[must_use]
pub fn outcome_text(result: Outcome) -> TableText {
    match result {
        Outcome::Aired => TableText::Aired {},
        Outcome::Partial => TableText::Partial {},
        Outcome::Missed => TableText::Missed {},
    }
}

/// Returns the words for a reason.
#[must_use]
pub fn reason_text(reason: Reason) -> TableText {
    match reason {
        Reason::PowerOff => TableText::PowerOff {},
        Reason::ClockUntrusted => TableText::ClockUntrusted {},
        Reason::QuietHours => TableText::QuietHours {},
        Reason::FileMissing => TableText::FileMissing {},
        Reason::FileDamaged => TableText::FileDamaged {},
        Reason::HashMismatch => TableText::HashMismatch {},
        Reason::NotApproved => TableText::NotApproved {},
        Reason::Expired => TableText::Expired {},
        Reason::NothingEligible => TableText::NothingEligible {},
        Reason::DeviceLost => TableText::DeviceLost {},
        Reason::Underrun => TableText::Underrun {},
        Reason::CutBy => TableText::CutBy {},
        Reason::Overrun => TableText::Overrun {},
        Reason::EndBy => TableText::EndBy {},
        Reason::Urgent => TableText::Urgent {},
        Reason::OperatorStop => TableText::OperatorStop {},
        Reason::OperatorSkip => TableText::OperatorSkip {},
        Reason::Withdrawn => TableText::Withdrawn {},
        Reason::Late => TableText::Late {},
        Reason::Joined => TableText::Joined {},
        Reason::Shutdown => TableText::Shutdown {},
    }
}
