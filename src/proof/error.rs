//! Faults that the verification of a log finds. Entries are identified by their `seq`; a span includes `from` and
//! excludes `until`.

/// A fault of a log, with its position.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // each variant is documented together with its fields
pub enum VerifyError {
    /// No log was found.
    NoLog,
    /// The head is missing, or is not a signed checkpoint.
    HeadUnreadable,
    /// The expected key has not signed the head.
    WrongKey,
    /// A signature in the name of the log's key was not made with that key.
    HeadForged,
    /// The log or head belongs to a different log.
    OtherLog { origin: String },
    /// The log belongs to a rehearsal, in which nothing sounded.
    Rehearsal { origin: String },
    /// The log has fewer lines than its head covers.
    Truncated { lines: u64, size: u64 },
    /// A line is not the entry with this number.
    Entry { seq: u64 },
    /// A line is longer than the maximum length of an entry.
    TooLong { seq: u64 },
    /// The first entry is not a `genesis`.
    GenesisMissing,
    /// The keys in the `genesis` entry do not match the log's name.
    GenesisKeys,
    /// The file `closings` is not a sequence of signed checkpoints.
    ClosingsUnreadable,
    /// The closing of an epoch is missing.
    ClosingMissing { epoch: u64, from: u64, until: u64 },
    /// The entries of an epoch differ from those that its closing covers.
    EpochChanged { epoch: u64, from: u64, until: u64 },
    /// The keys in force at the end of an epoch have not signed its closing.
    ClosingForged { epoch: u64 },
    /// There are more closings than finished epochs.
    ExtraClosings,
    /// An `epoch` entry cannot be parsed, or announces the wrong epoch or key.
    EpochEntry { seq: u64 },
    /// The entries after the last closing differ from those that the head covers.
    OpenEpochChanged { from: u64, until: u64 },
    /// The key of the open epoch has not signed the head.
    HeadEpoch { epoch: u64, from: u64 },
    /// The log is shorter than an earlier head, which covers `seen` entries.
    RolledBack { size: u64, seen: u64 },
    /// The first `size` entries of the log differ from those that an earlier head covers.
    Fork { size: u64 },
    /// A tile of an export is missing.
    TileMissing { path: String },
    /// A tile of an export differs from its entries.
    TileDiffers { path: String },
    /// A kept file that an entry names is missing.
    KeptMissing { name: String },
    /// A kept file does not have the hash in its name.
    KeptDiffers { name: String },
    /// There are bytes after the last signed entry.
    Torn { bytes: u64, size: u64 },
    /// An earlier head that the caller supplied is not a head of this log.
    SeenForged,
    /// The countersigned head stored with the log is not a head of this log, or the department has not signed it.
    CosignedForged,
    /// The log did not have this head code at any size.
    NoSuchCode,
    /// The log has no outcome for that airing.
    NoSuchAiring,
    /// The receipt cannot be parsed.
    ReceiptUnreadable,
    /// The receipt's entry and proof do not hash to the root of its checkpoint.
    ReceiptProof { seq: u64 },
}

impl VerifyError {
    /// Returns the stable code of the fault, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoLog => "no-log",
            Self::HeadUnreadable => "head-unreadable",
            Self::WrongKey => "wrong-key",
            Self::HeadForged => "head-forged",
            Self::OtherLog { .. } => "other-log",
            Self::Rehearsal { .. } => "rehearsal",
            Self::Truncated { .. } => "short",
            Self::Entry { .. } => "entry",
            Self::TooLong { .. } => "too-long",
            Self::GenesisMissing => "genesis-missing",
            Self::GenesisKeys => "genesis-keys",
            Self::ClosingsUnreadable => "closings-unreadable",
            Self::ClosingMissing { .. } => "closing-missing",
            Self::EpochChanged { .. } => "epoch-changed",
            Self::ClosingForged { .. } => "closing-forged",
            Self::ExtraClosings => "closings-left",
            Self::EpochEntry { .. } => "epoch-entry",
            Self::OpenEpochChanged { .. } => "open-epoch-changed",
            Self::HeadEpoch { .. } => "head-epoch",
            Self::RolledBack { .. } => "rolled-back",
            Self::Fork { .. } => "fork",
            Self::TileMissing { .. } => "tile-missing",
            Self::TileDiffers { .. } => "tile-differs",
            Self::KeptMissing { .. } => "kept-missing",
            Self::KeptDiffers { .. } => "kept-differs",
            Self::Torn { .. } => "torn",
            Self::SeenForged => "seen-forged",
            Self::CosignedForged => "cosigned-forged",
            Self::NoSuchCode => "no-such-code",
            Self::NoSuchAiring => "no-such-airing",
            Self::ReceiptUnreadable => "receipt-unreadable",
            Self::ReceiptProof { .. } => "receipt-proof",
        }
    }

    /// Returns the number of the first entry that can be affected.
    #[must_use]
    pub fn first_entry(&self) -> Option<u64> {
        match *self {
            Self::Entry { seq } | Self::TooLong { seq } | Self::EpochEntry { seq } | Self::ReceiptProof { seq } => {
                Some(seq)
            }
            Self::Truncated { lines, .. } => Some(lines),
            Self::ClosingMissing { from, .. }
            | Self::EpochChanged { from, .. }
            | Self::OpenEpochChanged { from, .. }
            | Self::HeadEpoch { from, .. } => Some(from),
            Self::Torn { size, .. } => Some(size),
            _ => None,
        }
    }

    /// Returns true when the log itself is intact and the fault is outside it.
    #[must_use]
    pub fn is_outside_log(&self) -> bool {
        matches!(self, Self::KeptMissing { .. } | Self::KeptDiffers { .. } | Self::Torn { .. })
    }
}
