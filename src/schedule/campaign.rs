//! `[campaign]` of a playlist.
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::base::id::Id;

/// `[campaign]`: the campaign that the segments and sessions of its file count towards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Its name in log entries.
    pub id: Id,
    /// NFC.
    pub title: String,
    /// The document that ordered it, NFC.
    pub reference: Option<String>,
    /// First day, inclusive.
    pub from: Option<NaiveDate>,
    /// Last day, inclusive.
    pub until: Option<NaiveDate>,
    /// Topic number -> title.
    pub topics: BTreeMap<u16, String>,
}
