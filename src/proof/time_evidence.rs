//! Times that a department has signed. They bound the time at which an entry was written.
use super::anchor::{anchored_at, parse_anchor};
use super::cosign::cosigned_at;
use super::entry::EmbeddedNote;
use super::note::VerifierKey;
use super::signed_head::SignedHead;
use super::tree::Hash;

/// The times that a department's anchors and countersignatures prove for a log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TimeEvidence {
    /// Pairs of an entry's number and a time (seconds since 1970): the later entries were written after this time.
    anchors: Vec<(u64, u64)>,
    /// Pairs of a size and a time (seconds since 1970): the first `size` entries existed at this time.
    cosigned_sizes: Vec<(u64, u64)>,
}

/// Bounds on the time at which an entry was written, in seconds since 1970; `None` where no signed time gives a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeBounds {
    /// Earliest possible time.
    pub not_before: Option<u64>,
    /// Latest possible time.
    pub not_after: Option<u64>,
}

impl TimeEvidence {
    /// Adds the time in an `anchor` or `cosigned` entry. An entry is ignored if the witness has not signed its note, or
    /// if the note belongs to another log. `root_at` returns the root of the log at a size, if known.
    pub(super) fn add_entry(
        &mut self,
        seq: u64,
        line: &[u8],
        witness: &VerifierKey,
        origin: &str,
        root_at: impl Fn(u64) -> Option<Hash>,
    ) {
        let Ok(embedded) = serde_json::from_slice::<EmbeddedNote>(line) else {
            return;
        };
        if let Some(time) = parse_anchor(embedded.note.as_bytes()).and_then(|note| anchored_at(&note, witness)) {
            self.anchors.push((seq, time));
            return;
        }
        if let Some(head) = SignedHead::parse(embedded.note.as_bytes())
            && head.checkpoint.origin == origin
            && root_at(head.checkpoint.size) == Some(head.checkpoint.root)
        {
            self.add_head(&head, witness);
        }
    }

    /// Adds the countersignature on a head. The caller must know that the head belongs to this log.
    pub fn add_head(&mut self, head: &SignedHead, witness: &VerifierKey) {
        if let Ok(time) = cosigned_at(&head.note, witness) {
            self.cosigned_sizes.push((head.checkpoint.size, time));
        }
    }

    /// Returns the tightest bounds for an entry.
    #[must_use]
    pub fn bounds(&self, seq: u64) -> TimeBounds {
        TimeBounds {
            not_before: self.anchors.iter().filter(|(anchor_seq, _)| *anchor_seq < seq).map(|(_, time)| *time).max(),
            not_after: self.cosigned_sizes.iter().filter(|(size, _)| *size > seq).map(|(_, time)| *time).min(),
        }
    }

    /// Returns the time of the first countersignature (seconds since 1970).
    #[must_use]
    pub fn first_cosigned_s(&self) -> Option<u64> {
        self.cosigned_sizes.iter().map(|(_, time)| *time).min()
    }

    /// Returns the largest countersigned size and its time (seconds since 1970).
    #[must_use]
    pub fn newest_cosigned(&self) -> Option<(u64, u64)> {
        self.cosigned_sizes.iter().max().copied()
    }
}
