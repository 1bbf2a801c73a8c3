//! Answers of the department: to what a station says about an airing that it missed, and to incidents.
use serde::{Deserialize, Serialize};

/// What the department has decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The explanation is accepted.
    Accepted,
    /// The explanation is refused.
    Refused,
    /// The incident is cleared up: nobody need look at it any more.
    Settled,
    /// The incident is what it looks like.
    Upheld,
    /// A verdict of a later version.
    #[serde(other)]
    Other,
}

/// The contents of an entry of the kind `answer`. It is about an airing (`origin`, `airing`, `outcome`, `note`) or about
/// an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerRecord {
    /// The origin of the log with the airing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub origin: String,
    /// The id of the airing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub airing: String,
    /// The number of the airing's outcome in its log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<u64>,
    /// The number of the station's note in its log: the newest that the answer has considered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<u64>,
    /// The number of the incident's entry in this journal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<u64>,
    /// The verdict.
    pub verdict: Decision,
    /// The reasons; may be empty for an airing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The post of the person who has decided, such as "văn thư"; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
}
