//! The plausibility of a log: the findings of one verification.
use crate::airlog::plausibility::{PlausibilityFinding, PlausibilityFold, PlausibilityRemark};

/// The findings of the fold over the entries of a log.
#[derive(Debug, Clone, Default)]
pub struct Plausibility {
    /// The fold after the last entry.
    pub fold: PlausibilityFold,
    /// Entries that cannot be true, among the new ones: the first [`MAX_FINDINGS`]; the fold counts all.
    pub findings: Vec<PlausibilityFinding>,
    /// Facts worth knowing that are not faults.
    pub remarks: Vec<PlausibilityRemark>,
    /// Number of entries whose findings were reported before.
    pub(super) already_reported: u64,
    /// Outcomes in which something sounded, before the new entries, and how many of them had a clock without a
    /// reference.
    audible_before: (u64, u64),
}

/// Maximum number of findings and remarks that are returned one by one.
pub const MAX_FINDINGS: usize = 1000;

impl Plausibility {
    pub(super) fn with_fold(fold: PlausibilityFold) -> Self {
        Self { audible_before: fold.sounded(), fold, ..Self::default() }
    }

    /// Starts on a log whose first `known` entries were reported before.
    pub(super) fn with_reported(known: u64) -> Self {
        Self { already_reported: known, ..Self::default() }
    }

    /// Takes the fold's findings since the last call, keeping those of new entries.
    pub(super) fn take_findings(&mut self) {
        if self.fold.next_seq() <= self.already_reported {
            self.audible_before = self.fold.sounded();
        }
        let room = MAX_FINDINGS - self.findings.len().min(MAX_FINDINGS);
        self.findings.extend(
            self.fold.take_findings().into_iter().filter(|found| found.seq >= self.already_reported).take(room),
        );
        self.remarks.extend(self.fold.take_remarks().into_iter().take(MAX_FINDINGS));
        self.remarks.truncate(MAX_FINDINGS);
    }

    /// Counts outcomes among the new entries: those in which something sounded, and how many of these had a clock
    /// without a reference.
    #[must_use]
    pub fn audible_outcomes(&self) -> (u64, u64) {
        let (all, alone) = self.fold.sounded();
        (all - self.audible_before.0, alone - self.audible_before.1)
    }
}
