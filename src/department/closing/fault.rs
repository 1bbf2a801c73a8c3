//! The faults of the kept files of closed periods.
use crate::text::closing::ClosingFaultText;
use crate::text::strip_unprintable;

/// A fault of a closing, or of the folder of closings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClosingFault {
    /// None of its files is there.
    FolderMissing,
    /// A file is missing.
    FileMissing {
        /// The name in the folder of the closing.
        name: String,
    },
    /// A file has other bytes.
    FileAltered {
        /// The name in the folder of the closing.
        name: String,
    },
    /// A link, a folder or something unreadable is in the place of a file.
    FileUnreadable {
        /// The name in the folder of the closing.
        name: String,
    },
    /// The folder has a file that the journal does not name.
    UnknownFile {
        /// The name in the folder of the closing.
        name: String,
    },
    /// The journal closes the same dates again.
    ClosedTwice {
        /// The numbers of the later entries.
        entries: Vec<u64>,
    },
    /// A folder belongs to no closing of the journal.
    Leftover {
        /// The folder, below the store.
        folder: String,
    },
}

impl ClosingFault {
    /// Returns the sentence for the fault.
    #[must_use]
    pub fn text(&self) -> ClosingFaultText {
        match self {
            Self::FolderMissing => ClosingFaultText::FolderMissing {},
            Self::FileMissing { name } => ClosingFaultText::FileMissing { name: strip_unprintable(name) },
            Self::FileAltered { name } => ClosingFaultText::FileAltered { name: strip_unprintable(name) },
            Self::FileUnreadable { name } => ClosingFaultText::FileUnreadable { name: strip_unprintable(name) },
            Self::UnknownFile { name } => ClosingFaultText::UnknownFile { name: strip_unprintable(name) },
            Self::ClosedTwice { entries } => {
                let entries = entries.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
                ClosingFaultText::ClosedTwice { entries }
            }
            Self::Leftover { folder } => ClosingFaultText::Leftover { folder: strip_unprintable(folder) },
        }
    }
}
