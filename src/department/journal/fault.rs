//! Faults of the journal in a store, compared with what its witness's machine remembers.
use super::incident::{Incident, IncidentCode};

/// A fault of the journal in a store. Entries are named by their number, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JournalFault {
    /// The store has no journal, and this machine remembers one of `known` entries.
    Missing {
        /// The number of remembered entries.
        known: u64,
    },
    /// The journal is an earlier state of the one that this machine has written.
    RolledBack {
        /// The number of entries under its head.
        size: u64,
        /// The number of entries that this machine has written to the store.
        known: u64,
    },
    /// The lines are not those under the head.
    Edited {
        /// The first line that differs, as far as this machine knows the lines.
        entry: u64,
    },
    /// There are fewer lines than the head covers.
    LinesMissing {
        /// The number of lines.
        lines: u64,
        /// The number of entries under the head.
        size: u64,
    },
    /// The head is signed with the witness's key, but not written by this machine, and differs from what it has
    /// written.
    Forked {
        /// The first entry that differs.
        entry: u64,
    },
    /// The head is missing or unreadable, or the witness has not signed it.
    HeadUnsigned,
    /// Another witness has written the journal.
    OtherKey {
        /// The verifier key that it announces.
        key: String,
    },
    /// The witness has written the journal, but for another store.
    OtherJournal {
        /// Its name.
        origin: String,
    },
    /// This machine's own copy is damaged.
    CopyDamaged,
}

impl JournalFault {
    /// Returns the code of the fault, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "missing",
            Self::RolledBack { .. } => "rolled-back",
            Self::Edited { .. } => "edited",
            Self::LinesMissing { .. } => "lines-missing",
            Self::Forked { .. } => "forked",
            Self::HeadUnsigned => "head-unsigned",
            Self::OtherKey { .. } => "other-key",
            Self::OtherJournal { .. } => "other-journal",
            Self::CopyDamaged => "copy-damaged",
        }
    }

    /// Returns the number of the first entry concerned.
    #[must_use]
    pub fn first_entry(&self) -> Option<u64> {
        match self {
            Self::Edited { entry } | Self::Forked { entry } => Some(*entry),
            Self::LinesMissing { lines, .. } => Some(*lines),
            Self::RolledBack { size, .. } => Some(*size),
            Self::Missing { .. } => Some(0),
            Self::HeadUnsigned | Self::OtherKey { .. } | Self::OtherJournal { .. } | Self::CopyDamaged => None,
        }
    }

    /// Returns the number of entries in the store and the number that this machine remembers, if the fault is about
    /// them.
    #[must_use]
    pub fn sizes(&self) -> (Option<u64>, Option<u64>) {
        match self {
            Self::Missing { known } => (None, Some(*known)),
            Self::RolledBack { size, known } => (Some(*size), Some(*known)),
            Self::LinesMissing { size, .. } => (Some(*size), None),
            Self::Edited { .. }
            | Self::Forked { .. }
            | Self::HeadUnsigned
            | Self::OtherKey { .. }
            | Self::OtherJournal { .. }
            | Self::CopyDamaged => (None, None),
        }
    }

    /// Returns the facts for the journal itself.
    #[must_use]
    pub fn to_incident(&self) -> Incident {
        let (size, known_size) = self.sizes();
        let name = match self {
            Self::OtherKey { key } => Some(key.clone()),
            Self::OtherJournal { origin } => Some(origin.clone()),
            _ => None,
        };
        let fault = Some(self.code().to_owned());
        let first_entry = self.first_entry();
        Incident { fault, first_entry, size, known_size, name, ..Incident::new(IncidentCode::Journal) }
    }

    /// Returns the fault of which these are the facts; `None` if it is one of a later version.
    #[must_use]
    pub fn from_incident(incident: &Incident) -> Option<Self> {
        let number = |number: Option<u64>| number.unwrap_or(0);
        let (first, size, known) = (number(incident.first_entry), number(incident.size), number(incident.known_size));
        let name = || incident.name.clone().unwrap_or_default();
        match incident.fault.as_deref()? {
            "missing" => Some(Self::Missing { known }),
            "rolled-back" => Some(Self::RolledBack { size, known }),
            "edited" => Some(Self::Edited { entry: first }),
            "lines-missing" => Some(Self::LinesMissing { lines: first, size }),
            "forked" => Some(Self::Forked { entry: first }),
            "head-unsigned" => Some(Self::HeadUnsigned),
            "other-key" => Some(Self::OtherKey { key: name() }),
            "other-journal" => Some(Self::OtherJournal { origin: name() }),
            "copy-damaged" => Some(Self::CopyDamaged),
            _ => None,
        }
    }
}
