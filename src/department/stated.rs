//! Rows that other bodies hand in: what newspapers, portals and districts say that they published. Nothing proves them.
//!
//! [`read`] parses a CSV file of rows, and [`totals`] adds the rows up for a report.
pub mod read;
#[cfg(test)]
mod tests;
pub mod totals;

use chrono::NaiveDate;

/// The columns of a file of rows, in the order of the form.
pub const STATED_COLUMNS: [&str; 9] =
    ["date", "addressee", "title", "campaign", "topic", "language", "minutes", "airings", "link"];

/// A row that a body states.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatedRow {
    /// The date of the publication.
    pub date: NaiveDate,
    /// The body: a newspaper, a portal, a district.
    pub addressee: String,
    /// The title of what it published.
    pub title: String,
    /// The campaign; empty for none.
    pub campaign: String,
    /// The number of the topic in the campaign.
    pub topic: Option<u16>,
    /// The language code; empty if not given.
    pub language: String,
    /// The airtime that it states, in milliseconds; 0 if not given.
    pub stated_ms: i64,
    /// The number of airings, news items or articles that it states; 0 if not given.
    pub airings: u64,
    /// The web address; empty if not given.
    pub link: String,
}
