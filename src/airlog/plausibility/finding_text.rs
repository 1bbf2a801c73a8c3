//! The printed sentences for findings and remarks.
use super::finding::{Implausibility, PlausibilityFinding, PlausibilityRemark};
use crate::text::plausibility::{ImplausibleText, PlausibilityText};

/// Returns the clause that says why an entry cannot be true.
#[must_use]
pub fn implausible_text(cause: &Implausibility) -> ImplausibleText {
    // Rounds to the nearest second. Findings are never about smaller steps.
    let to_seconds = |us: i64| us.saturating_add(500_000 * us.signum()) / 1_000_000;
    match cause.clone() {
        Implausibility::ClockMoved { by_us } => ImplausibleText::ClockMoved { by: to_seconds(by_us) },
        Implausibility::BootClockBack { by_us } => ImplausibleText::BootClockBack { by: to_seconds(by_us) },
        Implausibility::WentBack { by_us } => ImplausibleText::WentBack { by: to_seconds(by_us) },
        Implausibility::Overlaps { other } => ImplausibleText::Overlaps { other },
        Implausibility::TooLong { played_ms, passed_ms } => {
            ImplausibleText::TooLong { played: played_ms, passed: passed_ms }
        }
        Implausibility::OverPlan { played_ms, planned_ms } => {
            ImplausibleText::OverPlan { played: played_ms, planned: planned_ms }
        }
        Implausibility::InFuture { by_us } => ImplausibleText::InFuture { days: (by_us / 86_400_000_000).into() },
        Implausibility::NotAsWritten => ImplausibleText::NotAsWritten {},
        Implausibility::NeverStarted => ImplausibleText::NeverStarted {},
        Implausibility::Again => ImplausibleText::Again {},
        Implausibility::NeverPlanned => ImplausibleText::NeverPlanned {},
        Implausibility::PlanShrunk { date, count, example } => {
            ImplausibleText::PlanShrunk { date, count: count.into(), example }
        }
        Implausibility::TooMuch => ImplausibleText::TooMuch {},
        Implausibility::NoSuchDate { date } => ImplausibleText::NoSuchDate { date },
        Implausibility::NoOutcome { date, count, example } => {
            ImplausibleText::NoOutcome { date, count: count.into(), example }
        }
    }
}

/// Returns the sentence for a finding.
#[must_use]
pub fn finding_text(finding: &PlausibilityFinding) -> PlausibilityText {
    let (seq, doubt) = (finding.seq, implausible_text(&finding.cause));
    match finding.airing.clone() {
        Some(id) => PlausibilityText::OfAiring { seq, id, doubt },
        None => PlausibilityText::OfEntry { seq, doubt },
    }
}

/// Returns the sentence for a remark.
#[must_use]
pub fn remark_text(remark: &PlausibilityRemark) -> PlausibilityText {
    match remark.clone() {
        PlausibilityRemark::MovedWhileOff { seq, by_us } => {
            PlausibilityText::MovedWhileOff { seq, by: by_us / 1_000_000 }
        }
        PlausibilityRemark::OlderThanWitness { days } => PlausibilityText::OlderThanWitness { days: days.into() },
        PlausibilityRemark::Follows(predecessor) => {
            PlausibilityText::Followed { entries: predecessor.entries.into(), kept_as: predecessor.set_aside_as }
        }
    }
}
