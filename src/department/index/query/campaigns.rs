//! Reads what the schedules of stations say about a campaign.
use rusqlite::{OptionalExtension, params};

use crate::department::index::{AiringIndex, IndexError};
use crate::department::report::campaign::CampaignHead;

impl AiringIndex {
    /// Returns the title and the document of a campaign from the newest schedule that has it; `None` if none has it.
    ///
    /// # Errors
    /// [`IndexError::Database`].
    pub fn logged_campaign(&self, id: &str) -> Result<Option<CampaignHead>, IndexError> {
        let mut query = self.db.prepare(
            "SELECT campaign.title, campaign.reference FROM campaign JOIN word ON word.id = campaign.campaign
             WHERE word.text = ?1",
        )?;
        let head = query.query_row(params![id], |row| {
            Ok(CampaignHead { id: id.to_owned(), title: row.get(0)?, reference: row.get(1)? })
        });
        Ok(head.optional()?)
    }
}
