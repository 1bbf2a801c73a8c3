//! `[campaign]` of a playlist.
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::base::id::Id;

/// `[campaign]`: the campaign to which the segments and sessions of its file belong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// The id by which log entries refer to the campaign.
    pub id: Id,
    /// The title, in Unicode NFC.
    pub title: String,
    /// The document that ordered the campaign, in Unicode NFC.
    pub reference: Option<String>,
    /// The first day, inclusive; `None`: no bound.
    pub from: Option<NaiveDate>,
    /// The last day, inclusive; `None`: no bound.
    pub until: Option<NaiveDate>,
    /// The titles of the topics, by number.
    pub topics: BTreeMap<u16, String>,
}
