//! What the plausibility of a log came to.
use crate::airlog::plausibility::{PlausibilityFinding, PlausibilityFold, PlausibilityRemark};

/// What the fold over the entries of a log found.
#[derive(Debug, Clone, Default)]
pub struct Plausibility {
    /// The fold, at the head.
    pub fold: PlausibilityFold,
    /// What cannot have been so, of the new entries: the first [`MAX_FINDINGS`]; the fold counts all.
    pub findings: Vec<PlausibilityFinding>,
    /// What is worth knowing.
    pub remarks: Vec<PlausibilityRemark>,
    /// So many entries were known before, and what was found in them has been told.
    pub(super) already_reported: u64,
    /// Outcomes of which something sounded, before the new entries, and those by a clock nobody vouched for.
    audible_before: (u64, u64),
}

/// So many findings are told one by one.
pub const MAX_FINDINGS: usize = 1000;

impl Plausibility {
    pub(super) fn with_fold(fold: PlausibilityFold) -> Self {
        Self { audible_before: fold.sounded(), fold, ..Self::default() }
    }

    /// Of a log of which so many entries were judged before.
    pub(super) fn with_reported(known: u64) -> Self {
        Self { already_reported: known, ..Self::default() }
    }

    /// Takes what the fold has found since the last call, as far as it is of new entries.
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

    /// Of the new entries: outcomes of which something sounded, and those by a clock nobody vouched for.
    #[must_use]
    pub fn audible_outcomes(&self) -> (u64, u64) {
        let (all, alone) = self.fold.sounded();
        (all - self.audible_before.0, alone - self.audible_before.1)
    }
}
