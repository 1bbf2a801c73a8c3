//! The campaign on which a report is made.

/// The name of a campaign in the head of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CampaignHead {
    /// The id.
    pub id: String,
    /// The title; empty if nobody has given one.
    pub title: String,
    /// The document that orders the campaign; empty if unknown.
    pub reference: String,
}

/// The planned airings of the range that a report on one campaign leaves out, because they count towards another
/// campaign or none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The number of airings.
    pub airings: u64,
    /// The airtime of those that were aired, in milliseconds.
    pub played_ms: i64,
}
