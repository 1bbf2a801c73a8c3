//! The plausibility of a log in one verification: its findings and remarks.
use crate::airlog::plausibility::{PlausibilityFinding, PlausibilityFold, PlausibilityRemark};

/// The result of the plausibility check of a log.
#[derive(Debug, Clone, Default)]
pub struct Plausibility {
    /// The state of the check after the last entry.
    pub fold: PlausibilityFold,
    /// The first [`MAX_FINDINGS`] findings about new entries. The state counts all findings.
    pub findings: Vec<PlausibilityFinding>,
    /// Facts that inform the reader; they are not problems.
    pub remarks: Vec<PlausibilityRemark>,
    /// Number of entries whose findings were reported by an earlier verification.
    pub(super) reported_entries: u64,
    /// Number of outcomes with sound before the new entries, and the number of those whose clock was not confirmed.
    audible_counts_before: (u64, u64),
}

/// Maximum number of findings, and of remarks, that one verification returns.
pub const MAX_FINDINGS: usize = 1000;

impl Plausibility {
    /// Continues the check after entries whose findings were reported before.
    pub(super) fn with_fold(fold: PlausibilityFold) -> Self {
        Self { audible_counts_before: fold.sounded_counts(), fold, ..Self::default() }
    }

    /// Starts the check of a log. An earlier verification reported the findings about its first `reported_entries`
    /// entries.
    pub(super) fn with_reported_entries(reported_entries: u64) -> Self {
        Self { reported_entries, ..Self::default() }
    }

    /// Takes new findings and remarks from the check. Only findings about new entries are stored.
    pub(super) fn collect_findings(&mut self) {
        if self.fold.next_seq() <= self.reported_entries {
            self.audible_counts_before = self.fold.sounded_counts();
        }
        let remaining = MAX_FINDINGS - self.findings.len().min(MAX_FINDINGS);
        self.findings.extend(
            self.fold
                .take_findings()
                .into_iter()
                .filter(|finding| finding.seq >= self.reported_entries)
                .take(remaining),
        );
        self.remarks.extend(self.fold.take_remarks().into_iter().take(MAX_FINDINGS));
        self.remarks.truncate(MAX_FINDINGS);
    }

    /// Returns the number of new outcomes with sound, and the number of those whose clock was not confirmed.
    #[must_use]
    pub fn audible_outcome_counts(&self) -> (u64, u64) {
        let (audible, unconfirmed) = self.fold.sounded_counts();
        (audible - self.audible_counts_before.0, unconfirmed - self.audible_counts_before.1)
    }
}
