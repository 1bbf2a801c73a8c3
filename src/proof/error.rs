//! What can be wrong with a log. Entries are named by their `seq`; a span reaches from `from` to before `until`.

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // each variant says what its fields are
pub enum VerifyError {
    /// There is no log here.
    NoLog,
    /// There is no head, or it is no signed checkpoint.
    HeadUnreadable,
    /// The head is not signed by the key that was given.
    WrongKey,
    /// There is a signature in the log key's name that is not its.
    HeadForged,
    /// It is another log's.
    OtherLog { origin: String },
    /// No sound was meant.
    Rehearsal { origin: String },
    /// Fewer lines than the head says.
    Truncated { lines: u64, size: u64 },
    /// This line is not the entry that belongs here.
    Entry { seq: u64 },
    /// This line is longer than an entry can be.
    TooLong { seq: u64 },
    /// The first entry is no genesis.
    GenesisMissing,
    /// The keys in the genesis entry are not what the log's name says.
    GenesisKeys,
    /// `closings` does not consist of signed checkpoints.
    ClosingsUnreadable,
    /// The closing of an epoch is lacking.
    ClosingMissing { epoch: u64, from: u64, until: u64 },
    /// Entries of an epoch are not those that its closing covers.
    EpochChanged { epoch: u64, from: u64, until: u64 },
    /// The closing of an epoch is not signed by the keys of its time.
    ClosingForged { epoch: u64 },
    /// There are more closings than epochs that are over.
    ExtraClosings,
    /// An `epoch` entry is not what it should be.
    EpochEntry { seq: u64 },
    /// Entries since the last closing are not those that the head covers.
    OpenEpochChanged { from: u64, until: u64 },
    /// The head is not signed by the present epoch's key.
    HeadEpoch { epoch: u64, from: u64 },
    /// The log is shorter than it was when it was seen before.
    RolledBack { size: u64, seen: u64 },
    /// The log's first `size` entries are not those that were seen before.
    Fork { size: u64 },
    /// A tile of an export is lacking.
    TileMissing { path: String },
    /// A tile of an export is not what the entries give.
    TileDiffers { path: String },
    /// A file that an entry names is lacking.
    KeptMissing { name: String },
    /// A file that an entry names is not the one.
    KeptDiffers { name: String },
    /// Bytes after the last signed entry.
    Torn { bytes: u64, size: u64 },
    /// The earlier head that was given is none of this log's.
    SeenForged,
    /// The newest countersigned head is none of this log's, or not signed by the department.
    CosignedForged,
    /// The head code is not of this log.
    NoSuchCode,
    /// There is no outcome of that airing.
    NoSuchAiring,
    /// A receipt is not in the form of one.
    ReceiptUnreadable,
    /// A receipt's proof does not lead from its entry to its checkpoint.
    ReceiptProof { seq: u64 },
}

impl VerifyError {
    /// Its name for programs.
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

    /// The first entry that can be meant.
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

    /// Whether the log itself is whole, and only something beside it is not.
    #[must_use]
    pub fn is_outside_log(&self) -> bool {
        matches!(self, Self::KeptMissing { .. } | Self::KeptDiffers { .. } | Self::Torn { .. })
    }
}
