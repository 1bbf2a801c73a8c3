//! Times that a department has signed: before an entry, and after it.
use super::anchor::{anchored_at, parse_anchor};
use super::cosign::cosigned_at;
use super::entry::EmbeddedNote;
use super::note::VerifierKey;
use super::signed_head::SignedHead;
use super::tree::Hash;

/// What anchors and countersignatures say of a log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TimeEvidence {
    /// Entries from this one on were written after this time (seconds since 1970).
    anchors: Vec<(u64, u64)>,
    /// So many entries existed at this time.
    cosigned: Vec<(u64, u64)>,
}

/// Between which times an entry was written, as far as a department has signed it; seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeBounds {
    /// Not before.
    pub not_before: Option<u64>,
    /// Not after.
    pub not_after: Option<u64>,
}

impl TimeEvidence {
    /// Takes an `anchor` or `cosigned` entry. What this witness did not sign, or what is not of this log, says nothing.
    pub(super) fn add_entry(
        &mut self,
        seq: u64,
        line: &[u8],
        witness: &VerifierKey,
        origin: &str,
        root_at: impl Fn(u64) -> Option<Hash>,
    ) {
        let Ok(kept) = serde_json::from_slice::<EmbeddedNote>(line) else {
            return;
        };
        if let Some(time) = parse_anchor(kept.note.as_bytes()).and_then(|note| anchored_at(&note, witness)) {
            self.anchors.push((seq, time));
            return;
        }
        if let Some(head) = SignedHead::parse(kept.note.as_bytes())
            && head.checkpoint.origin == origin
            && root_at(head.checkpoint.size) == Some(head.checkpoint.root)
        {
            self.add_head(&head, witness);
        }
    }

    /// Takes a checkpoint that is known to be of this log.
    pub fn add_head(&mut self, head: &SignedHead, witness: &VerifierKey) {
        if let Ok(time) = cosigned_at(&head.note, witness) {
            self.cosigned.push((head.checkpoint.size, time));
        }
    }

    /// The closest times around an entry.
    #[must_use]
    pub fn bounds(&self, seq: u64) -> TimeBounds {
        TimeBounds {
            not_before: self.anchors.iter().filter(|(at, _)| *at < seq).map(|(_, time)| *time).max(),
            not_after: self.cosigned.iter().filter(|(size, _)| *size > seq).map(|(_, time)| *time).min(),
        }
    }

    /// When a department first countersigned the log.
    #[must_use]
    pub fn first_cosigned(&self) -> Option<u64> {
        self.cosigned.iter().map(|(_, time)| *time).min()
    }

    /// The largest countersigned size, with its time.
    #[must_use]
    pub fn newest_cosigned(&self) -> Option<(u64, u64)> {
        self.cosigned.iter().max().copied()
    }
}
