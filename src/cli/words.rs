//! Codes of the log as words for people.
use crate::airlog::entry::{Outcome, Reason, TrustReason as T};
use crate::text::log::Table;
use crate::text::run::Run;

/// The word for a result.
#[must_use]
pub fn result_word(result: Outcome) -> Table {
    match result {
        Outcome::Aired => Table::Aired {},
        Outcome::Partial => Table::Partial {},
        Outcome::Missed => Table::Missed {},
    }
}

/// The words for a reason.
#[must_use]
pub fn reason_word(reason: Reason) -> Table {
    match reason {
        Reason::PowerOff => Table::PowerOff {},
        Reason::ClockUntrusted => Table::ClockUntrusted {},
        Reason::QuietHours => Table::QuietHours {},
        Reason::FileMissing => Table::FileMissing {},
        Reason::FileDamaged => Table::FileDamaged {},
        Reason::HashMismatch => Table::HashMismatch {},
        Reason::NotApproved => Table::NotApproved {},
        Reason::Expired => Table::Expired {},
        Reason::NothingEligible => Table::NothingEligible {},
        Reason::DeviceLost => Table::DeviceLost {},
        Reason::Underrun => Table::Underrun {},
        Reason::CutBy => Table::CutBy {},
        Reason::Overrun => Table::Overrun {},
        Reason::EndBy => Table::EndBy {},
        Reason::Urgent => Table::Urgent {},
        Reason::OperatorStop => Table::OperatorStop {},
        Reason::OperatorSkip => Table::OperatorSkip {},
        Reason::Withdrawn => Table::Withdrawn {},
        Reason::Late => Table::Late {},
        Reason::Joined => Table::Joined {},
        Reason::Shutdown => Table::Shutdown {},
    }
}

/// The words for why a clock is believed or not.
#[must_use]
pub fn trust_word(why: T) -> Run {
    match why {
        T::NoDoubt => Run::NoDoubt {},
        T::Synchronised => Run::Synchronised {},
        T::Confirmed => Run::Confirmed {},
        T::BeforeLastEntry => Run::BeforeLastEntry {},
        T::BeforeBuild => Run::BeforeBuild {},
        T::ForwardStep => Run::ForwardStep {},
        T::FarAhead => Run::FarAhead {},
    }
}
