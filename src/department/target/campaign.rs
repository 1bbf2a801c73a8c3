//! The department's campaigns (`[[campaign]]` in `targets.toml`): title, document and topics.
use std::collections::BTreeMap;

use super::ValueSpans;
use crate::base::id::Id;

/// A campaign as the department defines it. Its titles replace those in the logs of stations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinedCampaign {
    /// The id, as in the schedules of stations.
    pub id: Id,
    /// The title, in Unicode NFC.
    pub title: String,
    /// The document that orders the campaign; empty if none is given.
    pub reference: String,
    /// The titles of the topics, by number.
    pub topics: BTreeMap<u16, String>,
}

/// The campaigns of a file, each with the spans of its values.
pub type ReadCampaigns = Vec<(DefinedCampaign, ValueSpans)>;
