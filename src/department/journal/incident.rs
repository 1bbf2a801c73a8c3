//! Incidents: what a collection refused or found contradictory.
use serde::{Deserialize, Serialize};

/// What happened. The names in the journal are those of the states in `docs/department.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "&'static str")]
pub enum IncidentCode {
    /// Entries were altered.
    Tampered,
    /// The log has fewer entries than were collected.
    RolledBack,
    /// The log's entries differ from those that were collected.
    Fork,
    /// The log is whole, but its times or contents cannot be true.
    Implausible,
    /// Two logs of the station ran at the same time.
    Overlap,
    /// Others are known to have the log's keys.
    ExposedKey,
    /// The log is not signed with the key of the log that it claims to be.
    NotSigned,
    /// The store does not hold the entries that were collected.
    StoreLies,
    /// Damaged files in the store were repaired.
    StoreRepaired,
    /// The department's own journal in the store was not as this machine had written it.
    Journal,
    /// The log was removed from the registry.
    TakenOut,
    /// The log's line in the registry was changed, and nobody has accepted that.
    NotAccepted,
    /// The log is not enrolled.
    UnknownKey,
    /// The log is whole, but a kept file is missing or altered.
    Incomplete,
    /// The source has no log that can be collected.
    NoLog,
    /// The store was full.
    NoSpace,
    /// Reading or writing failed.
    Failed,
    /// A code of a later version.
    Other,
}

impl IncidentCode {
    /// All codes, the ones that accuse first.
    const ALL: [Self; 18] = [
        Self::Tampered,
        Self::RolledBack,
        Self::Fork,
        Self::Implausible,
        Self::Overlap,
        Self::ExposedKey,
        Self::NotSigned,
        Self::StoreLies,
        Self::StoreRepaired,
        Self::Journal,
        Self::TakenOut,
        Self::NotAccepted,
        Self::UnknownKey,
        Self::Incomplete,
        Self::NoLog,
        Self::NoSpace,
        Self::Failed,
        Self::Other,
    ];

    /// Returns the name in the journal.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tampered => "tampered",
            Self::RolledBack => "rolled-back",
            Self::Fork => "fork",
            Self::Implausible => "implausible",
            Self::Overlap => "overlap",
            Self::ExposedKey => "exposed-key",
            Self::NotSigned => "not-signed",
            Self::StoreLies => "store-lies",
            Self::StoreRepaired => "store-repaired",
            Self::Journal => "journal",
            Self::TakenOut => "taken-out",
            Self::NotAccepted => "not-accepted",
            Self::UnknownKey => "unknown-key",
            Self::Incomplete => "incomplete",
            Self::NoLog => "no-log",
            Self::NoSpace => "no-space",
            Self::Failed => "failed",
            Self::Other => "other",
        }
    }

    /// Returns true if a whole copy of the log settles the incident: then nothing was contradictory, only missing or
    /// not known. All other incidents stay unsettled until somebody decides about them.
    #[must_use]
    pub fn is_settled_by_whole_copy(self) -> bool {
        match self {
            Self::TakenOut
            | Self::NotAccepted
            | Self::UnknownKey
            | Self::Incomplete
            | Self::NoLog
            | Self::NoSpace
            | Self::Failed => true,
            Self::Tampered
            | Self::RolledBack
            | Self::Fork
            | Self::Implausible
            | Self::Overlap
            | Self::ExposedKey
            | Self::NotSigned
            | Self::StoreLies
            | Self::StoreRepaired
            | Self::Journal
            | Self::Other => false,
        }
    }

    /// Returns true if the incident is about what one source holds. Then it matters that another source has a whole copy
    /// of the log.
    #[must_use]
    pub fn is_about_another_copy(self) -> bool {
        !matches!(
            self,
            Self::Implausible | Self::Overlap | Self::ExposedKey | Self::StoreRepaired | Self::Journal | Self::Other
        )
    }

    /// Returns true if other bytes of the same log are another incident. If not, the log itself is the matter, and it
    /// is the same matter whatever a source has of the log.
    fn is_about_bytes(self) -> bool {
        matches!(self, Self::Tampered | Self::RolledBack | Self::Fork | Self::NotSigned | Self::NoLog | Self::Other)
    }
}

impl From<String> for IncidentCode {
    fn from(name: String) -> Self {
        Self::ALL.into_iter().find(|code| code.name() == name).unwrap_or(Self::Other)
    }
}

impl From<IncidentCode> for &'static str {
    fn from(code: IncidentCode) -> Self {
        code.name()
    }
}

/// The bytes of a refused log.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct RefusedBytes {
    /// The SHA-256 of the signed head, in hex.
    pub head_sha256: String,
    /// The SHA-256 of the files with the entries, one after the other, in hex.
    pub log_sha256: String,
    /// The number of bytes in that hash.
    pub log_bytes: u64,
    /// False if the files have more bytes than are hashed.
    pub log_whole: bool,
}

/// A refusal or a contradiction, in facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// What happened.
    pub code: IncidentCode,
    /// The id of the station whose log it is; empty if anybody could have made the log.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub station: String,
    /// The name of the log, as its head claims it; empty if the head cannot be read.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub origin: String,
    /// The source in which the log was found; empty if there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The code of the fault, as `loa verify --format json` prints it; for a journal, that of its fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The number of the first entry that the fault concerns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_entry: Option<u64>,
    /// The number of entries under the head in the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// The root in that head, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<String>,
    /// The number of entries that were collected before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_size: Option<u64>,
    /// The root over them, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_root: Option<String>,
    /// The number of findings that are not plausible, of days on which two logs ran, or of repaired files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The time since which the keys count as exposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The name of the file that the store returned with other bytes; for a journal, the key or the name of the other
    /// journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The bytes that were refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<RefusedBytes>,
    /// The folder with the evidence, below the store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// What makes two incidents one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IncidentIdentity(Vec<String>);

/// What makes two incidents one while the first of them is not settled.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GoingOn(IncidentCode, String);

impl Incident {
    /// Returns what goes on until somebody settles it: a station whose log was rolled back or forked writes on, and sends
    /// other bytes every day. `None` for incidents that only the same bytes repeat. After a settlement, other bytes are
    /// another incident, so that nothing new hides behind an answer.
    #[must_use]
    pub fn going_on(&self) -> Option<GoingOn> {
        let is_going_on = matches!(self.code, IncidentCode::RolledBack | IncidentCode::Fork) && !self.origin.is_empty();
        is_going_on.then(|| GoingOn(self.code, self.origin.clone()))
    }

    /// Creates an incident without facts.
    #[must_use]
    pub fn new(code: IncidentCode) -> Self {
        Self {
            code,
            station: String::new(),
            origin: String::new(),
            source: String::new(),
            fault: None,
            first_entry: None,
            size: None,
            root: None,
            known_size: None,
            known_root: None,
            count: None,
            since: None,
            name: None,
            refused: None,
            evidence: None,
        }
    }

    /// Returns the identity: what happened to which log, and for a log that contradicts itself or what was collected,
    /// the bytes that say so. The path of the source is no part of it, because a stick is mounted elsewhere each time,
    /// unless nothing else is known.
    #[must_use]
    pub fn identity(&self) -> IncidentIdentity {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let refused = self.refused.clone().filter(|_| self.code.is_about_bytes()).unwrap_or_default();
        let is_journal = self.code == IncidentCode::Journal;
        let is_nameless = self.origin.is_empty() && refused.log_bytes == 0;
        let source = if is_nameless { self.source.clone() } else { String::new() };
        IncidentIdentity(vec![
            self.code.name().to_owned(),
            self.origin.clone(),
            source,
            text(&self.fault.clone().filter(|_| self.code.is_about_bytes() || is_journal)),
            number(self.first_entry.filter(|_| is_journal)),
            number(self.size.filter(|_| is_journal)),
            number(self.known_size.filter(|_| is_journal)),
            number(self.count),
            text(&self.since),
            text(&self.name),
            refused.head_sha256,
            refused.log_sha256,
        ])
    }
}
